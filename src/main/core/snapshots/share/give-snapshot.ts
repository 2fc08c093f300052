import type { Cancellable } from '../../base/abort.ts';
import { annotations } from '../format/manifest.ts';
import type { SnapshotStore } from '../snapshot-store.ts';
import { changeImageIndex } from '../store/layout.ts';
import { storageFault } from '../store/storage-fault.ts';
import { withStoreLock } from '../store/store-lock.ts';

/** Makes a snapshot one of another environment: only the store's list changes. `id` is its whole digest. */
export async function giveSnapshot(
  { directory }: SnapshotStore,
  id: string,
  environment: { readonly id: string; readonly name: string },
  { signal }: Cancellable,
): Promise<void> {
  const owner = { [annotations.environmentId]: environment.id, [annotations.environmentName]: environment.name };
  const change = (): Promise<void> =>
    changeImageIndex(directory, (held) => held.map((one) => (one.digest === id ? { ...one, annotations: { ...one.annotations, ...owner } } : one)));
  try {
    await withStoreLock(directory, 'index', change, { signal });
  } catch (error) {
    throw storageFault(error, directory);
  }
}
