import type { EnvironmentRecord } from '../../../../shared/models/environment.ts';
import type { ScheduleKeep, ScheduleOutcome, ScheduleTime, SnapshotSchedule } from '../../../../shared/models/snapshot-schedule.ts';
import type { Cancellable } from '../../base/abort.ts';
import type { Clock } from '../../base/clock.ts';
import { Fault, toProblem } from '../../base/fault.ts';
import type { Logger } from '../../base/logger.ts';
import type { EngineConnection } from '../../engine/engine-connection.ts';
import type { Library } from '../../environments/library.ts';
import type { StateStore } from '../../environments/state-store.ts';
import type { JobContext, Jobs } from '../../jobs/jobs.ts';
import { chooseExpired } from '../../snapshots/retention.ts';
import { observeStack } from '../../stacks/observe.ts';
import { dueAt } from './schedule-due.ts';
import type { SnapshotOperations } from './snapshot-operations.ts';
import type { SnapshotShelf } from './snapshot-shelf.ts';

export interface SnapshotSchedulesParts {
  readonly connection: EngineConnection;
  readonly jobs: Jobs;
  readonly library: Library;
  readonly state: StateStore;
  readonly snapshots: SnapshotOperations;
  readonly shelf: SnapshotShelf;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** Looks again at least so often, in milliseconds: a machine that slept, or a clock that was set, moves what is due. */
const longestWait = 3_600_000;

/** Snapshots that are taken by themselves, while the app is open or when the command line is told to look. */
export class SnapshotSchedules {
  readonly #parts: SnapshotSchedulesParts;
  #timer: NodeJS.Timeout | undefined;
  #keeping = false;

  constructor(parts: SnapshotSchedulesParts) {
    this.#parts = parts;
  }

  /** Those of environments that are in the library. */
  list(): readonly SnapshotSchedule[] {
    const known = new Set(this.#parts.library.list().map(({ id }) => id));
    return this.#parts.state.read().schedules.filter(({ environmentId }) => known.has(environmentId));
  }

  get({ id }: EnvironmentRecord): SnapshotSchedule | undefined {
    return this.list().find(({ environmentId }) => environmentId === id);
  }

  /** Sets or replaces a schedule; undefined ends it. Raises `environment.not-found` for what is not in the library. */
  set(record: EnvironmentRecord, schedule: { readonly when: ScheduleTime; readonly keep: ScheduleKeep } | undefined): void {
    const { library, state, clock } = this.#parts;
    if (!library.list().some(({ id }) => id === record.id)) throw notInLibrary(record);
    state.update((before) => {
      const others = before.schedules.filter(({ environmentId }) => environmentId !== record.id);
      const set = schedule && { environmentId: record.id, ...schedule, since: clock.now().toISOString() };
      return { ...before, schedules: set ? [...others, set] : others };
    });
    if (this.#keeping) this.#wait();
  }

  /** Takes what is due now: one snapshot an environment, however often its time has passed. Returns the jobs' ids. */
  runDue(): readonly string[] {
    const { library, jobs, clock } = this.#parts;
    const now = clock.now();
    return this.list()
      .filter((schedule) => dueAt(schedule) <= now && jobs.runningFor(schedule.environmentId) === undefined)
      .map((schedule) => {
        const record = library.get(schedule.environmentId);
        return jobs.start({
          kind: 'snapshot.create',
          title: `Scheduled snapshot of ${record.name}`,
          environmentId: record.id,
          run: (context) => this.#run(record, schedule, context),
        });
      });
  }

  /** For the app: takes what is due now and then whenever something is, until `stop`. */
  keep(): void {
    this.#keeping = true;
    this.#look();
  }

  stop(): void {
    this.#keeping = false;
    clearTimeout(this.#timer);
  }

  #look(): void {
    try {
      this.runDue();
    } catch (error) {
      this.#parts.logger.error('scheduled snapshots could not be looked at', { error: String(error) });
    }
    this.#wait();
  }

  #wait(): void {
    clearTimeout(this.#timer);
    const now = this.#parts.clock.now().getTime();
    // What is due but can't be taken yet, for another job is at work, is looked at again in a minute.
    const waits = this.#readable().map((schedule) => Math.max(60_000, dueAt(schedule).getTime() - now));
    this.#timer = setTimeout(() => this.#look(), Math.min(longestWait, ...waits)).unref();
  }

  /** A damaged state file is told where it is read for a person. */
  #readable(): readonly SnapshotSchedule[] {
    try {
      return this.list();
    } catch {
      return [];
    }
  }

  async #run(record: EnvironmentRecord, schedule: SnapshotSchedule, context: JobContext): Promise<Record<string, unknown>> {
    try {
      const { outcome, ...result } = await this.#take(record, schedule, context);
      this.#note(record, outcome);
      return { outcome, ...result };
    } catch (error) {
      if (!context.signal.aborted) this.#note(record, 'failed', toProblem(error).message);
      throw error;
    }
  }

  async #take(
    record: EnvironmentRecord,
    { keep }: SnapshotSchedule,
    context: JobContext,
  ): Promise<{ readonly outcome: ScheduleOutcome; readonly snapshotId?: string; readonly removed?: readonly string[] }> {
    const { connection, shelf, snapshots } = this.#parts;
    const engine = await connection.get(context);
    const { containers } = await observeStack(engine, record.projectName, context);
    if (!containers.some(({ state }) => state === 'running')) return { outcome: 'not-running' };
    await snapshots.recover(engine, context);
    const [newest] = (await shelf.list(record, context)).filter(({ problem }) => problem === undefined);
    const { id } = await snapshots.capture(engine, record, { kind: 'scheduled' }, context);
    if (newest && !(await this.#differ(newest.id, id, context))) {
      await shelf.remove([id], context);
      return { outcome: 'unchanged' };
    }
    const own = (await shelf.list(record, context)).filter(({ kind }) => kind === 'scheduled');
    const expired = chooseExpired(own, keep).map((snapshot) => snapshot.id);
    if (expired.length > 0) await shelf.remove(expired, context);
    return { outcome: 'taken', snapshotId: id, removed: expired };
  }

  /** Times and owners alone are no reason to keep a snapshot. */
  async #differ(before: string, after: string, options: Cancellable): Promise<boolean> {
    const { counts } = await this.#parts.shelf.diff({ before, after }, options);
    return counts.added + counts.removed + counts.content > 0;
  }

  #note(record: EnvironmentRecord, outcome: ScheduleOutcome, message?: string): void {
    const last = { at: this.#parts.clock.now().toISOString(), outcome, ...(message === undefined ? {} : { message }) };
    this.#parts.state.update((state) => ({
      ...state,
      schedules: state.schedules.map((one) => (one.environmentId === record.id ? { ...one, last } : one)),
    }));
    if (this.#keeping) this.#wait();
  }
}

function notInLibrary({ name }: EnvironmentRecord): Fault {
  return new Fault({
    code: 'environment.not-found',
    message: `${name} is not in the library, so nobody would know its files when its time has come.`,
    hint: 'Add it with `slipway env add`, then set the schedule again.',
  });
}
