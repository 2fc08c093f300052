import type { EnvironmentRecord } from '../../../../shared/models/environment.ts';
import type { RestorePreview, SnapshotSummary } from '../../../../shared/models/snapshot.ts';
import type { Cancellable } from '../../base/abort.ts';
import { Fault } from '../../base/fault.ts';
import type { Engine } from '../../engine/engine.ts';
import type { JobContext } from '../../jobs/jobs.ts';
import { removeOrphanedHelpers } from '../../snapshots/engine/helper-container.ts';
import { recoverRestores, restoreSnapshot, type RestoreTarget } from '../../snapshots/restore.ts';
import { observeStack } from '../../stacks/observe.ts';
import { HoldJournal } from './hold-journal.ts';
import { removeAbandonedCopies } from './remove-abandoned-copies.ts';
import { checkRestored } from './restored-checks.ts';
import { ServiceHold } from './service-hold.ts';
import { captureEnvironment, type CreateRequest } from './snapshot-capture.ts';
import { journalsOf, type SnapshotOperationsParts } from './snapshot-parts.ts';
import { previewEnvironment, restoreEnvironment, type RestoreChoice } from './snapshot-restore.ts';
import { snapshotProgress } from './snapshot-progress.ts';
import { stackVolumes } from './stack-volumes.ts';

/** What volumes can be set back to: nothing, or what the environment began with. */
export type ResetTo = 'empty' | 'seed';

/** Taking, restoring and undoing snapshots of whole environments. */
export class SnapshotOperations {
  readonly #parts: SnapshotOperationsParts;

  constructor(parts: SnapshotOperationsParts) {
    this.#parts = parts;
  }

  /** Takes a snapshot as a job. */
  create(record: EnvironmentRecord, request: CreateRequest): string {
    return this.#start(record, 'snapshot.create', `Snapshot of ${record.name}`, async (engine, context) => {
      const { id, name, newBytes, consistency } = await captureEnvironment(this.#parts, engine, record, request, context);
      return { snapshotId: id, name, newBytes, consistency };
    });
  }

  /** A snapshot inside another job, before that job destroys data. Undefined when there are no volumes to lose. */
  async safetySnapshot(
    engine: Engine,
    record: EnvironmentRecord,
    note: string,
    context: JobContext,
  ): Promise<SnapshotSummary | undefined> {
    const observed = await observeStack(engine, record.projectName, context);
    if (stackVolumes(observed).length === 0) return undefined;
    return captureEnvironment(this.#parts, engine, record, { kind: 'safety', note }, context);
  }

  /** A snapshot inside another job. Raises `volume.not-found` when there are no volumes. */
  capture(engine: Engine, record: EnvironmentRecord, request: CreateRequest, context: JobContext): Promise<SnapshotSummary> {
    return captureEnvironment(this.#parts, engine, record, request, context);
  }

  /** Fills volumes that were made for it, and hold nothing, with a snapshot's data. */
  async fill(engine: Engine, snapshotId: string, targets: readonly RestoreTarget[], context: JobContext): Promise<void> {
    await restoreSnapshot({
      store: await this.#parts.shelf.store(),
      ...this.#parts.volumeAccess(engine),
      journalDirectory: await journalsOf(this.#parts, engine, context),
      snapshotId,
      targets,
      onProgress: snapshotProgress(context, 'fill'),
      signal: context.signal,
    });
  }

  /** Puts a snapshot's data back inside another job. The result names the safety snapshot that undoes it. */
  putBack(engine: Engine, record: EnvironmentRecord, snapshotId: string, context: JobContext): Promise<Record<string, unknown>> {
    return restoreEnvironment(this.#parts, engine, record, { snapshotId, force: true }, context);
  }

  /** Puts a snapshot's data back as a job. The result names the safety snapshot that undoes it. */
  restore(record: EnvironmentRecord, choice: RestoreChoice & { readonly snapshotId: string }): string {
    return this.#start(record, 'snapshot.restore', `Restore ${record.name}`, (engine, context) =>
      this.#restore(engine, record, choice, context),
    );
  }

  /** Empties the volumes, or puts back what the environment began with, as a job that can be undone like a restore. */
  reset(record: EnvironmentRecord, to: ResetTo, { volumes }: Pick<RestoreChoice, 'volumes'> = {}): string {
    return this.#start(record, 'snapshot.restore', `Reset ${record.name}`, async (engine, context) => {
      const snapshotId = to === 'seed' ? await this.seedOf(record, context) : undefined;
      return this.#restore(engine, record, { snapshotId, volumes }, context);
    });
  }

  /** Takes back the newest restore, reset or removal of data, as a job. It can itself be undone. */
  undo(record: EnvironmentRecord): string {
    return this.#start(record, 'snapshot.restore', `Undo in ${record.name}`, async (engine, context) => {
      const newest = (await this.#parts.shelf.list(record, context)).find(({ kind, problem }) => kind === 'safety' && problem === undefined);
      if (!newest) throw nothingToUndo(record);
      // What was there before may come back, whatever has become of the services.
      const result = await this.#restore(engine, record, { snapshotId: newest.id, force: true }, context);
      return { ...result, name: newest.name, note: newest.note ?? newest.createdAt };
    });
  }

  /** What a restore (without `snapshotId`: emptying) would do. Changes nothing on the engine. */
  async preview(record: EnvironmentRecord, choice: RestoreChoice, { signal }: Cancellable): Promise<RestorePreview> {
    const engine = await this.#parts.connection.get({ signal });
    const context: JobContext = { signal: signal ?? new AbortController().signal, report: () => undefined };
    return previewEnvironment(this.#parts, engine, record, choice, context);
  }

  /** Finishes or undoes what a killed process left on this engine. Costs next to nothing where there is nothing. */
  async recover(engine: Engine, { signal }: Cancellable): Promise<void> {
    const journalDirectory = await journalsOf(this.#parts, engine, { signal });
    await removeOrphanedHelpers(engine, { signal });
    try {
      const recovered = await recoverRestores({
        store: await this.#parts.shelf.store(),
        ...this.#parts.volumeAccess(engine),
        journalDirectory,
        beforeWriting: (volumes, options) => ServiceHold.stopUsersOf(engine, volumes, options),
        signal,
      });
      if (recovered.length > 0) this.#parts.shelf.noteChange();
    } finally {
      await HoldJournal.releaseAbandoned(engine, journalDirectory, { signal });
      await removeAbandonedCopies(engine, this.#parts, journalDirectory, { signal });
    }
  }

  async #restore(engine: Engine, record: EnvironmentRecord, choice: RestoreChoice, context: JobContext): Promise<Record<string, unknown>> {
    const restored = await restoreEnvironment(this.#parts, engine, record, choice, context);
    return { ...restored, ...(await checkRestored(this.#parts.checks, engine, record, context)) };
  }

  #start(
    record: EnvironmentRecord,
    kind: 'snapshot.create' | 'snapshot.restore',
    title: string,
    work: (engine: Engine, context: JobContext) => Promise<Record<string, unknown>>,
  ): string {
    return this.#parts.jobs.start({
      kind,
      title,
      environmentId: record.id,
      run: async (context) => {
        const engine = await this.#parts.connection.get(context);
        await this.recover(engine, context);
        return work(engine, context);
      },
    });
  }

  /**
   * The newest snapshot of the environment that is marked as its seed, else the one that its profile names, which is
   * fetched when it isn't in the store. Raises `snapshot.not-found`, and what fetching it raises.
   */
  async seedOf(record: EnvironmentRecord, { signal = new AbortController().signal, report = () => undefined }: Cancellable & Partial<JobContext>): Promise<string> {
    const context = { signal, report };
    const marked = (await this.#parts.shelf.list(record, context)).find(({ kind, problem }) => kind === 'seed' && problem === undefined);
    if (marked) return marked.id;
    const named = await this.#parts.seeds.named(record, context);
    if (named === undefined) throw noSeed(record);
    return this.#parts.seeds.resolve(record, named, context);
  }
}

function nothingToUndo({ name }: EnvironmentRecord): Fault {
  return new Fault({
    code: 'snapshot.not-found',
    message: `There is no safety snapshot of ${name} to go back to.`,
    hint: 'List what there is with `slipway snapshot list`.',
  });
}

function noSeed({ name }: EnvironmentRecord): Fault {
  return new Fault({
    code: 'snapshot.not-found',
    message: `${name} has no seed: no snapshot of it is one, and its environment profile names none.`,
    hint: 'Name a snapshot as `seed` of the environment profile, or reset to a snapshot or to empty volumes.',
  });
}
