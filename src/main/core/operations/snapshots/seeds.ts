import { stat } from 'node:fs/promises';
import path from 'node:path';
import type { EnvironmentRecord } from '../../../../shared/models/environment.ts';
import type { Cancellable } from '../../base/abort.ts';
import { Fault } from '../../base/fault.ts';
import { parseImageReference } from '../../base/image-reference.ts';
import type { EnvironmentLoader } from '../../environments/environment-loader.ts';
import { pinned, readImageLock } from '../../environments/image-lock.ts';
import type { StateStore } from '../../environments/state-store.ts';
import type { JobContext } from '../../jobs/jobs.ts';
import { isPerhapsLost } from '../../snapshots/format/damage.ts';
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

/** A seed as the environment profile names it. */
export interface Seed {
  readonly reference: string;
  /** What the profile's lock says: the digest that a seed's reference had when it was written. */
  readonly locked?: { readonly reference: string; readonly digest: string };
}

/** What `seed` of an environment profile means: the snapshot that an environment begins with. */
export class Seeds {
  readonly #parts: SeedsParts;

  constructor(parts: SeedsParts) {
    this.#parts = parts;
  }

  /** What the environment's profile gives as its seed, and its lock says of it. Raises `project.*`. */
  async named(record: EnvironmentRecord, options: Cancellable): Promise<Seed | undefined> {
    const { profiles } = await this.#parts.loader.extension(record, options);
    const { seed, lock } = profiles[record.profile ?? 'default'] ?? {};
    if (seed === undefined) return undefined;
    const locked = lock === undefined ? undefined : (await readImageLock(path.resolve(record.directory, lock)))?.seed;
    return { reference: seed, ...(locked ? { locked } : {}) };
  }

  /**
   * The id of the seed's snapshot, which is in the store afterwards. The seed is a file beside the Compose file, a
   * snapshot of the store (name or id), or a reference into a registry, looked for in this order; one that was taken in
   * for this environment before is not fetched again. A lock's digest decides which one it is; where the lock is of
   * another seed, or the tag has moved on since, a warning tells. Raises `snapshot.not-found`, and what importing or
   * pulling raises.
   */
  async resolve(record: EnvironmentRecord, seed: Seed, context: JobContext): Promise<string> {
    const wanted = await this.#wanted(record, seed, context);
    const known = this.#parts.state.read().seeds[record.id];
    if (known?.seed === wanted && (await this.#find(known.snapshotId, context)) !== undefined) return known.snapshotId;
    const snapshotId = await this.#obtain(record, wanted, context);
    if (wanted !== seed.reference) await this.#tellDrift(record, seed, context);
    this.#parts.state.update((state) => ({ ...state, seeds: { ...state.seeds, [record.id]: { seed: wanted, snapshotId } } }));
    return snapshotId;
  }

  /** The seed as it is looked for: by digest where the lock names one. */
  async #wanted(record: EnvironmentRecord, { reference, locked }: Seed, context: JobContext): Promise<string> {
    if (!locked) return reference;
    if (locked.reference !== reference) {
      warn(record, `The lock holds the seed ${locked.reference}, and the environment profile names ${reference}, which is taken as its tag says. Write the lock afresh with \`slipway images lock\`.`, context);
      return reference;
    }
    return (await this.#find(locked.digest, context)) ?? (namesRegistry(reference) ? pinned(reference, locked.digest) : reference);
  }

  /** Whether the lock is old is worth a look, and no reason to fail. */
  async #tellDrift(record: EnvironmentRecord, { reference, locked }: Seed, context: JobContext): Promise<void> {
    if (!namesRegistry(reference)) return;
    const newest = await this.#parts.sharing.digest(reference, context).catch((error: unknown) => {
      if (error instanceof Fault) return undefined;
      throw error;
    });
    if (newest === undefined || newest === locked?.digest) return;
    warn(record, `The seed ${reference} is another one by now; the environment begins with the one in the lock.`, context);
  }

  async #obtain(record: EnvironmentRecord, seed: string, context: JobContext): Promise<string> {
    const file = path.resolve(record.directory, seed);
    if (await isFile(file)) {
      const onProgress = snapshotProgress(context, 'seed', { writing: 'Reading the file' });
      return importSnapshot(await this.#parts.shelf.store(), { file }, { signal: context.signal, onProgress });
    }
    const held = await this.#find(seed, context, { canFetch: () => namesRegistry(seed) });
    if (held !== undefined) return held;
    if (!namesRegistry(seed)) throw notFound(record, seed);
    return (await this.#parts.sharing.pullWithin(context, seed, { environment: record })).snapshotId;
  }

  /** Undefined when there is none, or when other snapshots are damaged and this one can be had again. */
  async #find(id: string, { signal }: Cancellable, { canFetch = () => true }: { readonly canFetch?: () => boolean } = {}): Promise<string | undefined> {
    try {
      return (await this.#parts.shelf.get(id, { signal })).id;
    } catch (error) {
      if (error instanceof Fault && error.problem.code === 'snapshot.not-found') return undefined;
      if (isPerhapsLost(error) && canFetch()) return undefined;
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

function warn(record: EnvironmentRecord, text: string, { report }: JobContext): void {
  report({ type: 'log', entry: { level: 'warning', text, source: record.name } });
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
