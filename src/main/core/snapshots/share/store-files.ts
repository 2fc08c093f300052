import type { Cancellable } from '../../base/abort.ts';
import { Blobs } from '../store/blobs.ts';
import { storageFault } from '../store/storage-fault.ts';
import { withStoreLock } from '../store/store-lock.ts';

/** Works with a store's files while nothing may be pruned; what the file system raises becomes `snapshot.no-space` and the like. */
export async function openStoreFiles<Result>(directory: string, { signal }: Cancellable, work: (blobs: Blobs) => Promise<Result>): Promise<Result> {
  const blobs = new Blobs(directory);
  try {
    return await withStoreLock(directory, 'use', () => work(blobs), { signal });
  } catch (error) {
    throw storageFault(error, directory);
  }
}
