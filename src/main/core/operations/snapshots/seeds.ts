import { stat } from 'node:fs/promises';
import path from 'node:path';
import type { EnvironmentRecord } from '../../../../shared/models/environment.ts';
import type { Cancellable } from '../../base/abort.ts';
import { Fault } from '../../base/fault.ts';
import { parseImageReference } from '../../base/image-reference.ts';
import type { EnvironmentLoader } from '../../environments/environment-loader.ts';
import type { StateStore } from '../../environments/state-store.ts';
import type { JobContext } from '../../jobs/jobs.ts';
import { importSnapshot } from '../../snapshots/share/snapshot-file.ts';
import { snapshotProgress } from './snapshot-progress.ts';
import type { SnapshotSharing } from './snapshot-sharing.ts';
import type { SnapshotShelf } from './snapshot-shelf.ts';

export interface SeedsParts {
  readonly shelf: SnapshotShelf;
  readonly sharing: SnapshotSharing;
  readonly loader: EnvironmentLoader;
  readonly state: StateStore;
}

/** What `seed` of an environment profile means: the snapshot that an environment begins with. */
export class Seeds {
  readonly #parts: SeedsParts;

  constructor(parts: SeedsParts) {
    this.#parts = parts;
  }

  /** What the environment's profile gives as its seed. Raises `project.*`. */
  async named(record: EnvironmentRecord, options: Cancellable): Promise<string | undefined> {
    const { profiles } = await this.#parts.loader.extension(record, options);
    return profiles[record.profile ?? 'default']?.seed;
  }

  /**
   * The id of the seed's snapshot, which is in the store afterwards. The seed is a file beside the Compose file, a
   * snapshot of the store (name or id), or a reference into a registry, looked for in this order; one that was taken in
   * for this environment before is not fetched again. Raises `snapshot.not-found`, and what importing or pulling raises.
   */
  async resolve(record: EnvironmentRecord, seed: string, context: JobContext): Promise<string> {
    const known = this.#parts.state.read().seeds[record.id];
    if (known?.seed === seed && (await this.#find(known.snapshotId, context)) !== undefined) return known.snapshotId;
    const snapshotId = await this.#obtain(record, seed, context);
    this.#parts.state.update((state) => ({ ...state, seeds: { ...state.seeds, [record.id]: { seed, snapshotId } } }));
    return snapshotId;
  }

  async #obtain(record: EnvironmentRecord, seed: string, context: JobContext): Promise<string> {
    const file = path.resolve(record.directory, seed);
    if (await isFile(file)) {
      const onProgress = snapshotProgress(context, 'seed');
      return importSnapshot(await this.#parts.shelf.store(), { file }, { signal: context.signal, onProgress });
    }
    const held = await this.#find(seed, context);
    if (held !== undefined) return held;
    if (!namesRegistry(seed)) throw notFound(record, seed);
    return (await this.#parts.sharing.pullWithin(context, seed, { environment: record })).snapshotId;
  }

  async #find(id: string, { signal }: Cancellable): Promise<string | undefined> {
    try {
      return (await this.#parts.shelf.get(id, { signal })).id;
    } catch (error) {
      if (error instanceof Fault && error.problem.code === 'snapshot.not-found') return undefined;
      throw error;
    }
  }
}

/** A snapshot's name would be taken for an image of Docker Hub; a seed from there is written with its host. */
function namesRegistry(seed: string): boolean {
  if (!/^[^/]*[.:][^/]*\/|^localhost\//.test(seed) || seed.startsWith('.')) return false;
  parseImageReference(seed);
  return true;
}

async function isFile(file: string): Promise<boolean> {
  return (await stat(file).catch(() => undefined))?.isFile() ?? false;
}

function notFound(record: EnvironmentRecord, seed: string): Fault {
  return new Fault({
    code: 'snapshot.not-found',
    message: `The seed of ${record.name}, “${seed}”, is neither a file in ${record.directory} nor a snapshot here.`,
    hint: 'Give a file beside the Compose file, a snapshot’s name, or registry/repository@digest; or start without a seed by choosing another environment profile.',
    data: { seed },
  });
}
