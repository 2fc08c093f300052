import type { EnvironmentRecord } from '../../../../shared/models/environment.ts';
import type { SnapshotDetails, SnapshotSummary, SnapshotUsage } from '../../../../shared/models/snapshot.ts';
import type { FoundDatabase } from '../../../../shared/models/snapshot-database.ts';
import type { Cancellable } from '../../base/abort.ts';
import { Fault } from '../../base/fault.ts';
import { Live } from '../../base/live.ts';
import type { Jobs } from '../../jobs/jobs.ts';
import { browseSnapshot, diffSnapshots, extractFile, readFileBytes, quietIo } from '../../snapshots/explore.ts';
import { chooseExpired, type RetentionPolicy } from '../../snapshots/retention.ts';
import type { SnapshotNotes, SnapshotStore } from '../../snapshots/snapshot-store.ts';
import { snapshotProgress } from './snapshot-progress.ts';

export interface PlaceInSnapshot {
  readonly snapshotId: string;
  readonly volume: string;
  /** From the volume's root, which is the empty string. */
  readonly path: string;
}

/** The snapshots that are there: looking at them, checking and clearing them away. Needs no engine. */
export class SnapshotShelf {
  /** Counts up at every change of the store made here, for whoever shows lists. */
  readonly changes = new Live(0);
  readonly #jobs: Jobs;
  readonly #open: () => Promise<SnapshotStore>;
  #opened: Promise<SnapshotStore> | undefined;

  constructor({ jobs, openStore }: { jobs: Jobs; openStore: () => Promise<SnapshotStore> }) {
    this.#jobs = jobs;
    this.#open = openStore;
  }

  /** Opened at first need; tried again after a failure. */
  store(): Promise<SnapshotStore> {
    this.#opened ??= this.#open().catch((error: unknown) => {
      this.#opened = undefined;
      throw error;
    });
    return this.#opened;
  }

  noteChange(): void {
    this.changes.update((count) => count + 1);
  }

  /** Newest first; of all environments without `record`. */
  async list(record: EnvironmentRecord | undefined, { signal }: Cancellable): Promise<readonly SnapshotSummary[]> {
    return (await this.store()).list({ signal, ...(record ? { environmentId: record.id } : {}) });
  }

  async get(id: string, { signal }: Cancellable): Promise<SnapshotDetails> {
    return (await this.store()).get(id, { signal });
  }

  async usage({ signal }: Cancellable): Promise<SnapshotUsage> {
    return (await this.store()).usage({ signal });
  }

  /** Reads and checks every byte of a snapshot as a job, which fails with `snapshot.damaged`. */
  verify(id: string): string {
    return this.#jobs.start({
      kind: 'snapshot.verify',
      title: 'Verify a snapshot',
      run: async (context) => {
        const store = await this.store();
        const { damaged, ...result } = await store.verify(id, {
          signal: context.signal,
          onProgress: snapshotProgress(context, 'verify'),
        });
        if (damaged.length === 0) return { snapshotId: result.id, checkedBytes: result.checkedBytes };
        throw new Fault({
          code: 'snapshot.damaged',
          message: `The snapshot is damaged in ${damaged.length} places.`,
          hint: 'It can no longer be restored. Other snapshots are checked on their own.',
          detail: damaged.map(({ blob, reason }) => `${blob}: ${reason}`).join('\n'),
        });
      },
    });
  }

  /** Deletes snapshots and frees what no other one needs; returns the bytes freed, 0 while another one is being taken. */
  async remove(ids: readonly string[], { signal }: Cancellable): Promise<number> {
    const store = await this.store();
    for (const id of ids) await store.remove(id, { signal });
    this.noteChange();
    try {
      return (await store.prune({ signal })).freedBytes;
    } catch (error) {
      // The bytes go with the next removal: a snapshot that is being taken may need them.
      if (error instanceof Fault && error.problem.code === 'snapshot.locked') return 0;
      throw error;
    }
  }

  /** Safety and scheduled snapshots that the policy lets go. Deletes nothing. */
  async expired(record: EnvironmentRecord | undefined, policy: RetentionPolicy, options: Cancellable): Promise<readonly SnapshotSummary[]> {
    return chooseExpired(await this.list(record, options), policy);
  }

  async annotate(id: string, notes: SnapshotNotes, { signal }: Cancellable): Promise<void> {
    await (await this.store()).annotate(id, notes, { signal });
    this.noteChange();
  }

  /** The databases whose data a snapshot holds. */
  async databases(id: string, { signal }: Cancellable): Promise<readonly FoundDatabase[]> {
    const store = await this.store();
    const { id: snapshotId } = await store.get(id, { signal });
    return store.runner.run('databases', { directory: store.directory, snapshotId }, quietIo({ signal }));
  }

  /** A directory's content; `volume` is the Compose file's key or the engine's name. */
  async browse(place: PlaceInSnapshot, options: Cancellable): ReturnType<typeof browseSnapshot> {
    return browseSnapshot(await this.store(), await this.#named(place, options), options);
  }

  async diff(pair: Parameters<typeof diffSnapshots>[1], options: Cancellable): ReturnType<typeof diffSnapshots> {
    return diffSnapshots(await this.store(), pair, options);
  }

  /** Writes one file of a snapshot to `to`. */
  async extract(place: PlaceInSnapshot & { readonly to: string }, options: Cancellable): Promise<void> {
    await extractFile(await this.store(), await this.#named(place, options), options);
  }

  /** One file's content; undefined when it is longer than `limit` bytes. */
  async read(place: PlaceInSnapshot & { readonly limit: number }, options: Cancellable): Promise<Buffer | undefined> {
    return readFileBytes(await this.store(), await this.#named(place, options), options);
  }

  async #named<Place extends PlaceInSnapshot>(place: Place, options: Cancellable): Promise<Place> {
    const { volumes } = await this.get(place.snapshotId, options);
    return { ...place, volume: volumes.find(({ key }) => key === place.volume)?.name ?? place.volume };
  }
}
