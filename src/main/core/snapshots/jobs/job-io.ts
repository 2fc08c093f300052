import type { SnapshotProgress } from '../../../../shared/models/snapshot.ts';
import type { Sending } from './byte-port.ts';

/** What a job of the store gets from whoever runs it, in the same thread or another. */
export interface JobIo {
  readonly signal: AbortSignal;
  /**
   * The named volume in the form that the job was told to expect; `known` is what the sender may leave out, and
   * is the receiver's from then on. Nobody else uses the pieces any more.
   */
  read(volume: string, known?: Buffer): AsyncIterable<Buffer>;
  /**
   * Writes into the named volume, in the form that the job was told to make; resolves when it has been written. With
   * `moves` nobody else uses the pieces.
   */
  write(volume: string, content: AsyncIterable<Buffer>, options?: Sending): Promise<void>;
  progress(progress: SnapshotProgress): void;
}

/** Work on a store that is too heavy for a thread with a user interface. `Input` and `Output` are plain data. */
export type StoreJob<Input, Output> = (input: Input, io: JobIo) => Promise<Output>;
