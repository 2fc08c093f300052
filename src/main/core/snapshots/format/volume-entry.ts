/** One thing in a volume's file tree, as a tar stream and a snapshot's index describe it. */
export type VolumeEntry = Directory | File | Symlink | HardLink | Fifo | Device;

interface Common {
  /** From the volume's root, parts joined by `/`; the root itself is the empty string. See byte-string.ts. */
  readonly path: string;
  /** The lower twelve bits of `st_mode`. */
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  /** Seconds since 1970, rounded down. */
  readonly mtime: number;
  /** Nanoseconds within that second. */
  readonly nanos: number;
  /** Extended attributes, name → value in base64. */
  readonly xattrs?: Readonly<Record<string, string>>;
}

export interface Directory extends Common {
  readonly type: 'directory';
}

export interface File extends Common {
  readonly type: 'file';
  readonly size: number;
}

export interface Symlink extends Common {
  readonly type: 'symlink';
  /** The link's text, whatever it is. */
  readonly target: string;
}

export interface HardLink extends Common {
  readonly type: 'hardlink';
  /** Path of a file that came earlier. */
  readonly target: string;
}

export interface Fifo extends Common {
  readonly type: 'fifo';
}

export interface Device extends Common {
  readonly type: 'character' | 'block';
  readonly device: readonly [major: number, minor: number];
}
