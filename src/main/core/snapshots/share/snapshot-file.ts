import type { Cancellable } from '../../base/abort.ts';
import type { Unlocking } from '../crypto/key-jobs.ts';
import { quietIo } from '../explore.ts';
import type { OnProgress, SnapshotStore } from '../snapshot-store.ts';
import { storageFault } from '../store/storage-fault.ts';
import { ArchiveWriter } from './archive-writer.ts';
import { pullSnapshot } from './pull-snapshot.ts';
import { pushSnapshot, type PushRequest } from './push-snapshot.ts';
import { openArchive } from './snapshot-archive.ts';
import type { OnTransfer } from './snapshot-remote.ts';

/** Snapshots in one file. Wherever an id is asked for, what `SnapshotStore` says of ids holds. */

export interface ExportRequest {
  readonly snapshotId: string;
  /** Appears when it is whole; replaces one of that name. */
  readonly file: string;
  readonly seal?: PushRequest['seal'];
}

/**
 * Writes a snapshot as one file, which `importSnapshot` and tools that know `oci-archive` read. Encrypted, it tells
 * nothing but sizes. Raises `snapshot.not-found`, `snapshot.damaged`, `snapshot.no-space`.
 */
export async function exportSnapshot(
  store: SnapshotStore,
  { snapshotId, file, seal }: ExportRequest,
  { signal, onProgress }: Cancellable & { readonly onProgress?: OnProgress } = {},
): Promise<void> {
  if (!seal) {
    await store.runner.run('export', { directory: store.directory, snapshotId, file }, quietIo({ signal, ...(onProgress ? { onProgress } : {}) }));
    return;
  }
  const onTransfer: OnTransfer = ({ bytes, totalBytes }) => onProgress?.({ phase: 'writing', bytes, totalBytes, files: 0, newBytes: 0 });
  try {
    await ArchiveWriter.write(file, async (remote) => {
      await pushSnapshot({ store, snapshotId, remote, reference: 'exported', seal, onTransfer, signal });
    });
  } catch (error) {
    throw storageFault(error, file);
  }
}

/**
 * Takes an exported snapshot into the store and returns its id. Raises `snapshot.unsupported` for a file that is none,
 * `snapshot.passphrase` for one that is encrypted and not opened by `unlocking`, `snapshot.damaged` for one that is not
 * whole or not what it says; then the list of snapshots is as before.
 */
export async function importSnapshot(
  store: SnapshotStore,
  { file, unlocking }: { readonly file: string; readonly unlocking?: Unlocking | undefined },
  { signal, onProgress }: Cancellable & { readonly onProgress?: OnProgress } = {},
): Promise<string> {
  const archive = await openArchive(file, { signal });
  const { descriptor, blobs, source } = archive;
  const progress = onProgress ? { onProgress } : {};
  if (!archive.isSealed) {
    return store.runner.run('takeIn', { directory: store.directory, file, descriptor, blobs }, quietIo({ signal, ...progress }));
  }
  const onTransfer: OnTransfer = ({ bytes, totalBytes }) => onProgress?.({ phase: 'writing', bytes, totalBytes, files: 0, newBytes: bytes });
  const { snapshotId } = await pullSnapshot({ store, remote: source, reference: descriptor.digest, title: file, unlocking, onTransfer, signal, ...progress });
  return snapshotId;
}
