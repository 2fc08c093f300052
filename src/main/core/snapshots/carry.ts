import type { Cancellable } from '../base/abort.ts';
import type { Descriptor } from './format/manifest.ts';
import type { TakeInInput } from './jobs/archive-jobs.ts';
import type { OnProgress, SnapshotStore } from './snapshot-store.ts';
import { Blobs } from './store/blobs.ts';
import { findRecord } from './store/find-record.ts';
import { withStoreLock } from './store/store-lock.ts';

/** A snapshot as files to be carried elsewhere. */
export interface CarriedSnapshot {
  readonly descriptor: Descriptor;
  readonly name: string;
  readonly createdAt: string;
  readonly logicalBytes: number;
  /** Its manifest first. Snapshots of one store share blobs. */
  readonly blobs: readonly { readonly digest: string; readonly size: number; readonly path: string }[];
}

/**
 * Calls `action` with the files of snapshots, none of which is deleted meanwhile. Raises `snapshot.not-found`,
 * `snapshot.damaged`, `snapshot.locked`.
 */
export async function withCarriedSnapshots<Result>(
  store: SnapshotStore,
  ids: readonly string[],
  action: (snapshots: readonly CarriedSnapshot[]) => Promise<Result>,
  { signal }: Cancellable,
): Promise<Result> {
  const blobs = new Blobs(store.directory);
  return withStoreLock(
    store.directory,
    'use',
    async () => {
      const carried = await Promise.all(
        ids.map(async (id): Promise<CarriedSnapshot> => {
          const { descriptor, manifest, config } = await findRecord(blobs, id, { signal });
          const needed = [descriptor, manifest.config, ...manifest.layers];
          const { name } = await store.get(id, { signal });
          return {
            descriptor,
            name,
            createdAt: config.createdAt,
            logicalBytes: config.logicalBytes,
            blobs: needed.map(({ digest, size }) => ({ digest, size, path: blobs.pathOf(digest) })),
          };
        }),
      );
      return action(carried);
    },
    { signal },
  );
}

/**
 * Takes a snapshot into the store whose blobs lie in a larger file, and returns its id. Everything is checked before it
 * is listed. Raises `snapshot.damaged`, `snapshot.unsupported`, `snapshot.no-space`.
 */
export function takeInSnapshot(
  store: SnapshotStore,
  carried: Omit<TakeInInput, 'directory'>,
  { signal, onProgress }: Cancellable & { readonly onProgress?: OnProgress },
): Promise<string> {
  const none = (): never => {
    throw new Error('taking in a snapshot reads and writes no volumes');
  };
  const io = { signal: signal ?? new AbortController().signal, read: none, write: none, progress: onProgress ?? (() => undefined) };
  return store.runner.run('takeIn', { directory: store.directory, ...carried }, io);
}
