import type { Cancellable } from '../base/abort.ts';
import type { VolumeSpec } from '../engine/volumes.ts';

/**
 * How volume content travels between an engine and a store. A session holds what it needs on the engine (a helper
 * container, say) from `open` to `close`.
 */
export interface VolumeTransport {
  /** Raises `volume.not-found` when a volume is missing: a transport never creates one by looking at it. */
  open(volumes: readonly string[], options?: Cancellable): Promise<VolumeSession>;
}

export interface VolumeSession {
  /** What `read` gives: a tar stream whose first entry is the volume's root, or the volume helper's records. */
  readonly format: 'tar' | 'packed';
  /** The leading part of every name in a volume's tar streams: what stands for the volume's root directory. */
  rootOf(volume: string): string;
  /** One volume's content. `known` is what a packed stream may leave out (src/volume-helper/WIRE.md, "Known"). */
  read(volume: string, options?: Cancellable & { readonly known?: Buffer | undefined }): AsyncIterable<Buffer>;
  /** Says that a `read` of the volume follows: what takes its time before one can begin is done from now on. */
  expectRead?(volume: string, options?: Cancellable): void;
  /**
   * Unpacks a tar stream over the volume's content; nothing is deleted. Resolves when the engine has written
   * everything, the root's own owner and mode included.
   */
  write(volume: string, tar: AsyncIterable<Buffer>, options?: Cancellable): Promise<void>;
  /**
   * Changes the volume as the instructions say (src/volume-helper/WIRE.md, "Instructions"); absent where the engine can
   * only unpack archives. When it fails, the volume may hold a part of both states.
   */
  apply?(volume: string, instructions: AsyncIterable<Buffer>, options?: Cancellable): Promise<void>;
  /** Removes what the session holds on the engine. Never raises for something that is gone already. */
  close(options?: Cancellable): Promise<void>;
}

/** Empties volumes and bind mounts before a restore writes to them. No running container uses them when it is called. */
export interface VolumeReset {
  /** How to make the volume again. Raises `volume.not-found`. */
  describe(volume: string, options?: Cancellable): Promise<VolumeSpec>;
  /** Makes the volume when it is gone, as an interrupted `clear` can leave it. */
  ensure(volume: VolumeSpec, options?: Cancellable): Promise<void>;
  /** Removes all content; name, driver, options and labels stay. Raises `volume.in-use` when nothing can do that. */
  clear(volume: string, options?: Cancellable): Promise<void>;
}
