import type { EnvironmentRecord } from '../../../../shared/models/environment.ts';
import type { SnapshotSummary } from '../../../../shared/models/snapshot.ts';
import type { Cancellable } from '../../base/abort.ts';
import { Fault } from '../../base/fault.ts';
import type { EnvironmentLoader } from '../../environments/environment-loader.ts';
import type { Library } from '../../environments/library.ts';
import type { SnapshotShelf } from './snapshot-shelf.ts';

/**
 * What an environment can be restored from, newest first: its own snapshots, and those of no environment in this
 * library (imported, pulled, or left by a removed one) that hold a volume of the same key.
 */
export async function environmentSnapshots(
  { library, loader, shelf }: { readonly library: Library; readonly loader: EnvironmentLoader; readonly shelf: SnapshotShelf },
  record: EnvironmentRecord,
  options: Cancellable,
): Promise<SnapshotSummary[]> {
  const [all, keys] = await Promise.all([shelf.list(undefined, options), volumeKeys(loader, record, options)]);
  const known = new Set(library.list().map(({ id }) => id));
  return all.filter(
    ({ environmentId, volumes }) =>
      environmentId === record.id || (!known.has(environmentId) && volumes.some(({ key }) => keys.has(key))),
  );
}

/** None while the files can't be loaded; the environment's page says why. */
async function volumeKeys(loader: EnvironmentLoader, record: EnvironmentRecord, options: Cancellable): Promise<ReadonlySet<string>> {
  try {
    const { original } = await loader.load(record, options);
    return new Set(Object.keys(original.volumes ?? {}));
  } catch (error) {
    if (error instanceof Fault) return new Set();
    throw error;
  }
}
