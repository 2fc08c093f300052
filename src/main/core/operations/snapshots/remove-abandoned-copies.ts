import type { Cancellable } from '../../base/abort.ts';
import type { Engine } from '../../engine/engine.ts';
import type { Library } from '../../environments/library.ts';
import type { SecretStore } from '../../environments/secret-store.ts';
import { withStoreLock } from '../../snapshots/store/store-lock.ts';
import { removeProject } from '../stacks/remove-project.ts';
import { CopyJournal } from './copy-journal.ts';
import type { SnapshotShelf } from './snapshot-shelf.ts';

export interface AbandonedCopiesParts {
  readonly library: Library;
  readonly secrets: SecretStore;
  readonly shelf: SnapshotShelf;
}

/**
 * Removes copies whose process was killed before they were done, with their secrets and what snapshots were taken for
 * them alone. What fails stays noted for the next time.
 */
export async function removeAbandonedCopies(
  engine: Engine,
  { library, secrets, shelf }: AbandonedCopiesParts,
  directory: string,
  { signal }: Cancellable,
): Promise<void> {
  const journal = new CopyJournal(directory);
  if ((await journal.abandoned()).length === 0) return;
  await withStoreLock(directory, 'index', async () => {
    // Another process may have done it meanwhile.
    for (const { environmentId, projectName, passingSnapshotId } of await journal.abandoned()) {
      const isKept = library.list().some(({ id }) => id === environmentId);
      const taken = (await shelf.list(undefined, { signal })).filter((one) => one.id === passingSnapshotId || (!isKept && one.environmentId === environmentId));
      if (!isKept) {
        await removeProject(engine, projectName, { signal });
        await secrets.write(environmentId, {});
      }
      if (taken.length > 0) await shelf.remove(taken.map(({ id }) => id), { signal });
      await journal.forget(environmentId);
    }
  }, { signal });
}
