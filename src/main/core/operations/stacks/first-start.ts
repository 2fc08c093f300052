import type { EnvironmentRecord } from '../../../../shared/models/environment.ts';
import { cleanupSignal } from '../../base/abort.ts';
import type { Engine } from '../../engine/engine.ts';
import type { StateStore } from '../../environments/state-store.ts';
import type { JobContext } from '../../jobs/jobs.ts';
import { observeStack } from '../../stacks/observe.ts';
import type { PreparedPlan } from '../../stacks/plan.ts';
import type { DatabaseGuard } from '../snapshots/database-guard.ts';
import type { Seeds } from '../snapshots/seeds.ts';
import type { SnapshotOperations } from '../snapshots/snapshot-operations.ts';
import type { SnapshotShelf } from '../snapshots/snapshot-shelf.ts';
import type { StackRuns } from './stack-runs.ts';
import { stackVolumes } from '../snapshots/stack-volumes.ts';

export interface FirstStartParts {
  readonly seeds: Seeds;
  readonly databases: DatabaseGuard;
  readonly snapshots: SnapshotOperations;
  readonly shelf: SnapshotShelf;
  readonly runs: StackRuns;
  readonly state: StateStore;
}

/** Time for taking away the volumes of a first start that failed, in milliseconds. */
const cleanUpMs = 60_000;

/** The first start of an environment whose profile names a seed: its volumes are made and filled before any service runs. */
export class FirstStart {
  readonly #parts: FirstStartParts;

  constructor(parts: FirstStartParts) {
    this.#parts = parts;
  }

  /**
   * Fills the volumes from the seed when this is the first start: none of the environment's volumes exists, or a first
   * start was killed while it filled them. True when something was done, so that the plan must be made anew. When it
   * fails or is cancelled, the volumes that it made are gone.
   */
  async fill(engine: Engine, record: EnvironmentRecord, prepared: PreparedPlan, context: JobContext): Promise<boolean> {
    const { databases, seeds, shelf, snapshots, state } = this.#parts;
    const seed = await seeds.named(record, context);
    if (seed === undefined) return false;
    const before = stackVolumes(prepared.request.observed);
    const interrupted = state.read().filling.includes(record.id);
    const missing = prepared.steps.filter(({ work }) => work.kind === 'create-volume');
    if (!interrupted && (before.length > 0 || missing.length === 0)) return false;
    const snapshotId = await seeds.resolve(record, seed, context);
    await databases.check(engine, record, await shelf.get(snapshotId, context), {}, context);
    this.#note(record, true);
    if (interrupted && before.length > 0) {
      await snapshots.putBack(engine, record, snapshotId, context);
    } else {
      await this.#fillNew(engine, record, { prepared, missing, snapshotId }, context);
    }
    this.#note(record, false);
    return true;
  }

  async #fillNew(
    engine: Engine,
    record: EnvironmentRecord,
    { prepared, missing, snapshotId }: { prepared: PreparedPlan; missing: PreparedPlan['steps']; snapshotId: string },
    context: JobContext,
  ): Promise<void> {
    const { runs, snapshots, shelf } = this.#parts;
    try {
      await runs.apply(engine, { ...prepared, steps: missing, plan: { ...prepared.plan, steps: [...missing], unchanged: [], warnings: [] } }, { wait: false }, context);
      const made = new Map(stackVolumes(await observeStack(engine, record.projectName, context)).map(({ key, name }) => [key, name]));
      const { volumeSpecs } = await shelf.get(snapshotId, context);
      const targets = volumeSpecs.flatMap(({ key, name }) => {
        const volume = made.get(key);
        return volume === undefined ? [] : [{ from: name, volume }];
      });
      for (const { key } of volumeSpecs.filter((spec) => !made.has(spec.key))) {
        context.report({ type: 'log', entry: { level: 'warning', text: `The files have no volume ${key}; the seed's data for it is left out.`, source: key } });
      }
      if (targets.length > 0) await snapshots.fill(engine, snapshotId, targets, context);
    } catch (error) {
      await this.#takeAway(engine, record);
      throw error;
    }
  }

  /** Volumes that only this start has made. What stays though is filled by the next one. */
  async #takeAway(engine: Engine, record: EnvironmentRecord): Promise<void> {
    const options = { signal: cleanupSignal(cleanUpMs) };
    for (const { name } of stackVolumes(await observeStack(engine, record.projectName, options))) await engine.volumes.remove(name, options);
    this.#note(record, false);
  }

  /** Remembered on disk while it goes on: half-filled volumes must not pass for the environment's own data. */
  #note(record: EnvironmentRecord, filling: boolean): void {
    this.#parts.state.update((state) => {
      const others = state.filling.filter((id) => id !== record.id);
      return { ...state, filling: filling ? [...others, record.id] : others };
    });
  }
}
