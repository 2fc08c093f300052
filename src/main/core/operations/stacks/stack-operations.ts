import type { EnvironmentRecord } from '../../../../shared/models/environment.ts';
import type { JobKind } from '../../../../shared/models/job.ts';
import type { Plan, PlanIntent } from '../../../../shared/models/plan.ts';
import { defined } from '../../../../shared/defined.ts';
import type { Cancellable } from '../../base/abort.ts';
import { Fault } from '../../base/fault.ts';
import type { EngineConnection } from '../../engine/engine-connection.ts';
import type { Engine } from '../../engine/engine.ts';
import type { EnvironmentLoader } from '../../environments/environment-loader.ts';
import type { JobContext, Jobs } from '../../jobs/jobs.ts';
import { raisePortConflicts } from '../../ports/conflicts.ts';
import type { PlanOptions } from '../../stacks/plan.ts';
import type { CheckOperations } from './check-operations.ts';
import type { FirstStart } from './first-start.ts';
import type { PortOperations } from '../ports/port-operations.ts';
import type { SnapshotOperations } from '../snapshots/snapshot-operations.ts';
import type { StackQueries } from './stack-queries.ts';
import type { ApplyOptions, StackRuns } from './stack-runs.ts';

/** How long `up` and `start` wait, and how long what must stop for them may take. */
export interface WaitRequest {
  /** Wait until everything is ready. The default. */
  readonly wait?: boolean;
  /** Bound for each wait on a service, in seconds. */
  readonly waitTimeoutSeconds?: number;
  /** Grace before a container is killed, in seconds, over what it asks for itself. */
  readonly timeoutSeconds?: number;
}

export interface UpRequest extends PlanOptions, WaitRequest {
  /** Apply exactly this plan; refused with `plan.outdated` when planning now gives another. */
  readonly planHash?: string;
  /** Where a host port is taken, use a free one near it and remember that, instead of `port.conflict`. */
  readonly remapConflicts?: boolean;
  /** Run the environment profile's checks when the whole stack is ready; the default. */
  readonly checks?: boolean;
}

export interface StopRequest {
  readonly services?: readonly string[];
  /** Grace before a container is killed, in seconds, over what it asks for itself. */
  readonly timeoutSeconds?: number;
}

export interface DownRequest extends StopRequest {
  /** Also removes the volumes: data is lost. */
  readonly volumes: boolean;
  /** With `volumes`: keep a snapshot of the data first. */
  readonly safetySnapshot: boolean;
  readonly removeOrphans?: boolean;
  /** Also removes images: `local` only those without a name of their own. */
  readonly images?: 'local' | 'all';
}

export interface StackOperationsParts {
  readonly connection: EngineConnection;
  readonly jobs: Jobs;
  readonly loader: EnvironmentLoader;
  readonly ports: PortOperations;
  readonly queries: StackQueries;
  readonly snapshots: SnapshotOperations;
  readonly runs: StackRuns;
  readonly checks: CheckOperations;
  readonly firstStart: FirstStart;
}

/** Starting, stopping and removing stacks: each is load → observe → plan → apply, run as a job. */
export class StackOperations {
  readonly #parts: StackOperationsParts;

  constructor(parts: StackOperationsParts) {
    this.#parts = parts;
  }

  /** What `intent` would do now. Changes nothing. */
  async plan(record: EnvironmentRecord, intent: PlanIntent, options: PlanOptions, { signal }: Cancellable): Promise<Plan> {
    const engine = await this.#parts.connection.get({ signal });
    return (await this.#parts.runs.prepare(engine, record, intent, options, { signal })).plan;
  }

  /** Starts everything and waits until it is ready. Returns the job's id; its result holds the links to open. */
  up(record: EnvironmentRecord, request: UpRequest = {}): string {
    return this.#start(record, 'up', titled('Start', record, request.services), async (engine, context) => {
      const result = await this.runUp(engine, record, request, context);
      // A part of the stack need not pass the checks of all of it.
      const whole = request.services === undefined && !request.noStart && request.wait !== false;
      if (whole && request.checks !== false) await this.#parts.checks.require(engine, record, 'start', context);
      return result;
    });
  }

  /** The work of `up`, for jobs that start a stack on their way. */
  async runUp(engine: Engine, record: EnvironmentRecord, request: UpRequest, context: JobContext): Promise<Record<string, unknown>> {
    await this.#parts.snapshots.recover(engine, context);
    // The plan was shown before open ports were given their numbers.
    const shown = request.planHash === undefined ? undefined : await this.#parts.runs.prepare(engine, record, 'up', request, context);
    if (shown && request.planHash !== shown.plan.hash) throw outdated(record);
    const settled = await this.#settlePorts(engine, record, request, context);
    const first = shown && settled === record ? shown : await this.#parts.runs.prepare(engine, settled, 'up', request, context);
    const filled = await this.#parts.firstStart.fill(engine, settled, first, context);
    const prepared = filled ? await this.#parts.runs.prepare(engine, settled, 'up', request, context) : first;
    await this.#parts.runs.apply(engine, prepared, request.noStart ? { ...waiting(request), wait: false } : waiting(request), context);
    return { links: (await this.#parts.queries.view(settled, context)).links };
  }

  /** The environment with host ports that it can have. Raises `port.conflict` unless it may move them. */
  async #settlePorts(engine: Engine, given: EnvironmentRecord, request: UpRequest, context: JobContext): Promise<EnvironmentRecord> {
    if (request.noStart) return given;
    const { loader, ports } = this.#parts;
    const record = request.scale ? given : await ports.settleGiven(engine, given, await loader.load(given, context), context);
    const loaded = await loader.load(record, context);
    const only = request.services && request.noDependencies ? { services: new Set(request.services) } : {};
    const conflicts = await ports.conflicts(engine, record, loaded, { signal: context.signal, ...only });
    if (!request.remapConflicts) raisePortConflicts(conflicts);
    if (conflicts.length === 0) return record;
    for (const { service, hostPort, suggestion } of conflicts) {
      const text = `Port ${hostPort} of ${service} is taken; ${suggestion === undefined ? 'no free one was found' : `using ${suggestion}`}`;
      context.report({ type: 'log', entry: { level: 'warning', text, source: service } });
    }
    raisePortConflicts(conflicts.filter(({ suggestion }) => suggestion === undefined));
    return this.#parts.ports.remap(record, conflicts);
  }

  /** Starts containers that exist, of all services or those asked for, and waits until they are ready. */
  start(record: EnvironmentRecord, request: StopRequest & WaitRequest = {}): string {
    return this.#start(record, 'start', titled('Start', record, request.services), (engine, context) =>
      this.#change(engine, record, 'start', scoped(request.services), waiting(request), context),
    );
  }

  stop(record: EnvironmentRecord, request: StopRequest = {}): string {
    return this.#start(record, 'stop', titled('Stop', record, request.services), (engine, context) =>
      this.#change(engine, record, 'stop', scoped(request.services), grace(request), context),
    );
  }

  restart(record: EnvironmentRecord, request: StopRequest = {}): string {
    return this.#start(record, 'restart', titled('Restart', record, request.services), (engine, context) =>
      this.#change(engine, record, 'restart', scoped(request.services), grace(request), context),
    );
  }

  /** Removes containers and networks, and with `volumes` the data, of which a safety snapshot is taken first. */
  down(record: EnvironmentRecord, request: DownRequest): string {
    return this.#start(record, 'down', titled('Remove', record, request.services), async (engine, context) => {
      const safety =
        request.volumes && request.safetySnapshot
          ? await this.#parts.snapshots.safetySnapshot(engine, record, 'before removing the data', context)
          : undefined;
      const options = {
        ...scoped(request.services),
        removeVolumes: request.volumes,
        removeOrphans: request.removeOrphans ?? false,
        ...defined({ removeImages: request.images }),
      };
      await this.#change(engine, record, 'down', options, grace(request), context);
      return safety ? { safetySnapshotId: safety.id } : undefined;
    });
  }

  /** Pulls the images of all services or those asked for; `missing` leaves out what the engine has. */
  pull(record: EnvironmentRecord, request: { readonly services?: readonly string[]; readonly policy?: 'always' | 'missing' } = {}): string {
    const options = { ...scoped(request.services), ...defined({ pull: request.policy }) };
    return this.#start(record, 'pull', titled('Pull images of', record, request.services), (engine, context) =>
      this.#change(engine, record, 'pull', options, {}, context),
    );
  }

  /** Builds the images of all services or those asked for. */
  build(record: EnvironmentRecord, request: Pick<PlanOptions, 'services' | 'building'> = {}): string {
    const options = { ...scoped(request.services), ...defined({ building: request.building }) };
    return this.#start(record, 'build', titled('Build images of', record, request.services), (engine, context) =>
      this.#change(engine, record, 'build', options, {}, context),
    );
  }

  #start(
    record: EnvironmentRecord,
    kind: JobKind,
    title: string,
    work: (engine: Engine, context: JobContext) => Promise<Record<string, unknown> | undefined>,
  ): string {
    return this.#parts.jobs.start({
      kind,
      title,
      environmentId: record.id,
      run: async (context) => work(await this.#parts.connection.get(context), context),
    });
  }

  async #change(
    engine: Engine,
    record: EnvironmentRecord,
    intent: PlanIntent,
    options: PlanOptions,
    applied: ApplyOptions,
    context: JobContext,
  ): Promise<undefined> {
    const prepared = await this.#parts.runs.prepare(engine, record, intent, options, context);
    await this.#parts.runs.apply(engine, prepared, applied, context);
    return undefined;
  }
}

/** Named services are changed without those that they depend on. */
function scoped(services: readonly string[] | undefined): PlanOptions {
  return services ? { services, noDependencies: true } : {};
}

function grace({ timeoutSeconds }: StopRequest): ApplyOptions {
  return timeoutSeconds === undefined ? {} : { stopTimeoutSeconds: timeoutSeconds };
}

function waiting({ wait = true, waitTimeoutSeconds: seconds, timeoutSeconds }: WaitRequest): ApplyOptions {
  return { wait, ...(seconds === undefined ? {} : { waitTimeoutMs: seconds * 1000 }), ...grace(defined({ timeoutSeconds })) };
}

function titled(verb: string, { name }: EnvironmentRecord, services: readonly string[] | undefined): string {
  return services ? `${verb} ${services.join(', ')} of ${name}` : `${verb} ${name}`;
}

function outdated(record: EnvironmentRecord): Fault {
  return new Fault({
    code: 'plan.outdated',
    message: `Things have changed since the plan for ${record.name} was shown.`,
    hint: 'Look at the new plan and apply that.',
  });
}
