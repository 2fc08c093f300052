import type { EnvironmentRecord } from '../../../../shared/models/environment.ts';
import type { JobKind } from '../../../../shared/models/job.ts';
import { defined } from '../../../../shared/defined.ts';
import { Fault } from '../../base/fault.ts';
import type { EngineConnection } from '../../engine/engine-connection.ts';
import type { EnvironmentLoader } from '../../environments/environment-loader.ts';
import type { JobContext, Jobs } from '../../jobs/jobs.ts';
import type { PlanOptions } from '../../stacks/plan.ts';
import { watchFiles } from '../../stacks/watch/watch-files.ts';
import { readWatchRules } from '../../stacks/watch/watch-rules.ts';
import type { StackOperations } from './stack-operations.ts';
import type { StackRuns } from './stack-runs.ts';

export interface WatchRequest {
  /** Only these; all with something to watch when absent. */
  readonly services?: readonly string[];
  /** Builds and starts the services first. The default. */
  readonly up?: boolean;
}

export interface FileWatchingParts {
  readonly connection: EngineConnection;
  readonly jobs: Jobs;
  readonly loader: EnvironmentLoader;
  readonly runs: StackRuns;
  readonly stacks: StackOperations;
}

/** `develop.watch`: a job in the background that ends when it is cancelled; rebuilds and restarts are jobs of their own. */
export class FileWatching {
  readonly #parts: FileWatchingParts;

  constructor(parts: FileWatchingParts) {
    this.#parts = parts;
  }

  /** Returns the job's id. Raises `environment.busy` when the environment's files are watched already. */
  watch(record: EnvironmentRecord, request: WatchRequest = {}): string {
    const running = this.#parts.jobs.inBackground(record.id, 'watch');
    if (running) throw alreadyWatched(record, running.id);
    return this.#parts.jobs.start({
      kind: 'watch',
      title: `Watch files of ${record.name}`,
      environmentId: record.id,
      background: true,
      run: (context) => this.#run(record, request, context),
    });
  }

  async #run(record: EnvironmentRecord, { services, up = true }: WatchRequest, context: JobContext): Promise<undefined> {
    const { connection, loader, stacks } = this.#parts;
    const { signal, report } = context;
    const engine = await connection.get({ signal });
    const { definition } = await loader.load(record, { signal });
    const { watches, warnings } = await readWatchRules(definition, services);
    for (const text of warnings) report({ type: 'log', entry: { level: 'warning', text } });
    if (up) {
      await this.#within(record, 'up', 'Start', context, (inner) => stacks.runUp(engine, record, { build: 'always', ...defined({ services }) }, inner));
    }
    const change = (kind: 'up' | 'restart', what: string, options: PlanOptions): Promise<void> =>
      this.#within(record, kind, what, context, async (inner) => {
        const prepared = await this.#parts.runs.prepare(engine, record, kind, options, inner);
        await this.#parts.runs.apply(engine, prepared, {}, inner);
        return undefined;
      });
    await watchFiles({
      engine,
      projectName: record.projectName,
      watches,
      signal,
      report,
      rebuild: (service) => change('up', `Rebuild ${service}`, { services: [service], noDependencies: true, build: 'always' }),
      restart: (service) => change('restart', `Restart ${service}`, { services: [service], noDependencies: true }),
    });
    return undefined;
  }

  /**
   * Runs work as a job that has the environment to itself, as soon as it can, and tells its steps and log, which
   * `what` says where they come from, as this job's own. Raises the Problem that it failed with.
   */
  async #within(
    record: EnvironmentRecord,
    kind: JobKind,
    what: string,
    { signal, report }: JobContext,
    run: (context: JobContext) => Promise<Record<string, unknown> | undefined>,
  ): Promise<void> {
    const { jobs } = this.#parts;
    const title = `${what} ${what === 'Start' ? '' : 'of '}${record.name}`;
    const id = await jobs.startWhenFree({ kind, title, environmentId: record.id, run }, { signal });
    const cancel = (): void => void jobs.cancel(id);
    signal.addEventListener('abort', cancel, { once: true });
    if (signal.aborted) cancel();
    try {
      for await (const event of jobs.follow(id)) {
        if (event.type === 'step') report({ type: 'step', step: event.step });
        else if (event.type === 'log') report({ type: 'log', entry: { ...event.entry, source: what } });
      }
    } finally {
      signal.removeEventListener('abort', cancel);
    }
    const outcome = await jobs.outcome(id);
    signal.throwIfAborted();
    if (outcome.status === 'failed') throw new Fault(outcome.problem);
    if (outcome.status === 'cancelled') throw stopped(title);
  }
}

function alreadyWatched({ name }: EnvironmentRecord, jobId: string): Fault {
  return new Fault({
    code: 'environment.busy',
    message: `The files of ${name} are watched already.`,
    hint: 'Stop that first.',
    data: { jobId },
  });
}

function stopped(title: string): Fault {
  return new Fault({ code: 'watch.failed', message: `“${title}” was cancelled.`, hint: 'The next change of a watched file tries again.' });
}
