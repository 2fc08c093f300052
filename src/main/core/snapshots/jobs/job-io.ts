import type { SnapshotProgress } from '../../../../shared/models/snapshot.ts';

/** What a job of the store gets from whoever runs it, in the same thread or another. */
export interface JobIo {
  readonly signal: AbortSignal;
  /**
   * The named volume in the form that the job was told to expect; `known` is what the sender may leave out, and
   * is the receiver's from then on. Nobody writes to the pieces any more.
   */
  read(volume: string, known?: Buffer): AsyncIterable<Buffer>;
  /** Unpacks a tar stream into the named volume; resolves when it has been written. */
  write(volume: string, tar: AsyncIterable<Buffer>): Promise<void>;
  progress(progress: SnapshotProgress): void;
}

/** Work on a store that is too heavy for a thread with a user interface. `Input` and `Output` are plain data. */
export type StoreJob<Input, Output> = (input: Input, io: JobIo) => Promise<Output>;
