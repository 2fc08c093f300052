import type { Cancellable } from '../base/abort.ts';

/**
 * How volume content travels between an engine and a store. A session holds what it needs on the engine (a helper
 * container, say) from `open` to `close`.
 */
export interface VolumeTransport {
  /** Raises `volume.not-found` when a volume is missing: a transport never creates one by looking at it. */
  open(volumes: readonly string[], options?: Cancellable): Promise<VolumeSession>;
}

export interface VolumeSession {
  /**
   * A tar stream of one volume. Its first entry is the volume's root directory; every name begins with one and the
   * same leading part, which stands for the root.
   */
  read(volume: string, options?: Cancellable): AsyncIterable<Buffer>;
  /**
   * Unpacks a tar stream over the volume's content; nothing is deleted. The names in `tar` are relative to the
   * volume's root, which is the entry `./`. Resolves when the engine has written everything.
   */
  write(volume: string, tar: AsyncIterable<Buffer>, options?: Cancellable): Promise<void>;
  /** Removes what the session holds on the engine. Never raises for something that is gone already. */
  close(options?: Cancellable): Promise<void>;
}

/** Empties volumes before a restore writes to them. The volumes are in no running container's use when it is called. */
export interface VolumeReset {
  /** Removes all content; the volume's name, driver, options and labels stay. Raises `volume.in-use`. */
  clear(volume: string, options?: Cancellable): Promise<void>;
}
