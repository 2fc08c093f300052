import type { EnvironmentRecord } from '../../../shared/models/environment.ts';
import type { Plan, PlanIntent } from '../../../shared/models/plan.ts';
import type { Cancellable } from '../base/abort.ts';
import type { Clock } from '../base/clock.ts';
import { Fault } from '../base/fault.ts';
import type { EngineConnection } from '../engine/engine-connection.ts';
import type { Engine } from '../engine/engine.ts';
import type { RegistryAuth } from '../engine/images.ts';
import type { EnvironmentLoader, LoadedEnvironment } from '../environments/environment-loader.ts';
import type { StateStore } from '../environments/state-store.ts';
import type { JobContext, Jobs } from '../jobs/jobs.ts';
import { raisePortConflicts } from '../ports/conflicts.ts';
import { executePlan, type PullImage } from '../stacks/execute.ts';
import { observeImages } from '../stacks/images.ts';
import { observeStack } from '../stacks/observe.ts';
import type { PlanOptions, PreparedPlan } from '../stacks/plan.ts';
import { planStack } from '../stacks/plan-stack.ts';
import type { PortOperations } from './port-operations.ts';
import type { SnapshotOperations } from './snapshot-operations.ts';
import type { StackQueries } from './stack-queries.ts';

export interface UpRequest extends PlanOptions {
  /** Apply exactly this plan; refused with `plan.outdated` when planning now gives another. */
  readonly planHash?: string;
  /** Where a host port is taken, use a free one near it and remember that, instead of `port.conflict`. */
  readonly remapConflicts?: boolean;
  /** Bound for each wait on a service, in seconds. */
  readonly waitTimeoutSeconds?: number;
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
}

/** Logs in with what the person's machine knows about a registry. */
export type FindCredentials = (reference: string, options: Cancellable) => Promise<RegistryAuth | undefined>;

export interface StackOperationsParts {
  readonly connection: EngineConnection;
  readonly jobs: Jobs;
  readonly loader: EnvironmentLoader;
  readonly state: StateStore;
  readonly ports: PortOperations;
  readonly queries: StackQueries;
  readonly snapshots: SnapshotOperations;
  readonly findCredentials: FindCredentials;
  readonly clock: Clock;
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
    return (await this.#prepare(engine, record, intent, options, { signal })).prepared.plan;
  }

  /** Starts everything and waits until it is ready. Returns the job's id; its result holds the links to open. */
  up(record: EnvironmentRecord, request: UpRequest = {}): string {
    return this.#start(record, 'up', `Start ${record.name}`, async (engine, context) => {
      await this.#parts.snapshots.recover(engine, context);
      const settled = await this.#settlePorts(engine, record, request, context);
      const { prepared } = await this.#prepare(engine, settled, 'up', request, context);
      if (request.planHash !== undefined && request.planHash !== prepared.plan.hash) throw outdated(record);
      const waitTimeoutMs = request.waitTimeoutSeconds === undefined ? {} : { waitTimeoutMs: request.waitTimeoutSeconds * 1000 };
      await this.#apply(engine, prepared, { wait: true, ...waitTimeoutMs }, context);
      return { links: (await this.#parts.queries.view(settled, context)).links };
    });
  }

  /** The environment with host ports that it can have. Raises `port.conflict` unless it may move them. */
  async #settlePorts(engine: Engine, record: EnvironmentRecord, request: UpRequest, context: JobContext): Promise<EnvironmentRecord> {
    const loaded = await this.#parts.loader.load(record, context);
    const conflicts = await this.#parts.ports.conflicts(engine, record, loaded, context);
    if (!request.remapConflicts) raisePortConflicts(conflicts);
    if (conflicts.length === 0) return record;
    for (const { service, hostPort, suggestion } of conflicts) {
      const text = `Port ${hostPort} of ${service} is taken; ${suggestion === undefined ? 'no free one was found' : `using ${suggestion}`}`;
      context.report({ type: 'log', entry: { level: 'warning', text, source: service } });
    }
    raisePortConflicts(conflicts.filter(({ suggestion }) => suggestion === undefined));
    return this.#parts.ports.remap(record, conflicts);
  }

  stop(record: EnvironmentRecord, request: StopRequest = {}): string {
    return this.#start(record, 'stop', `Stop ${record.name}`, (engine, context) =>
      this.#change(engine, record, 'stop', request, context),
    );
  }

  restart(record: EnvironmentRecord, request: StopRequest = {}): string {
    const title = request.services ? `Restart ${request.services.join(', ')} of ${record.name}` : `Restart ${record.name}`;
    return this.#start(record, 'restart', title, (engine, context) =>
      this.#change(engine, record, 'restart', request, context),
    );
  }

  /** Removes containers and networks, and with `volumes` the data, of which a safety snapshot is taken first. */
  down(record: EnvironmentRecord, request: DownRequest): string {
    return this.#start(record, 'down', `Remove ${record.name}`, async (engine, context) => {
      const safety =
        request.volumes && request.safetySnapshot
          ? await this.#parts.snapshots.safetySnapshot(engine, record, 'before removing the data', context)
          : undefined;
      await this.#change(engine, record, 'down', request, context);
      return safety ? { safetySnapshotId: safety.id } : undefined;
    });
  }

  #start(
    record: EnvironmentRecord,
    kind: 'up' | 'stop' | 'restart' | 'down',
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
    request: StopRequest & { readonly volumes?: boolean; readonly removeOrphans?: boolean },
    context: JobContext,
  ): Promise<undefined> {
    const { prepared } = await this.#prepare(
      engine,
      record,
      intent,
      {
        ...(request.services ? { services: request.services, noDependencies: true } : {}),
        removeVolumes: request.volumes ?? false,
        removeOrphans: request.removeOrphans ?? false,
      },
      context,
    );
    const stopTimeoutSeconds = request.timeoutSeconds === undefined ? {} : { stopTimeoutSeconds: request.timeoutSeconds };
    await this.#apply(engine, prepared, stopTimeoutSeconds, context);
    return undefined;
  }

  async #prepare(
    engine: Engine,
    record: EnvironmentRecord,
    intent: PlanIntent,
    options: PlanOptions,
    { signal }: Cancellable,
  ): Promise<{ prepared: PreparedPlan; loaded: LoadedEnvironment | undefined }> {
    const loaded = await this.#loadFor(record, intent, { signal });
    const [observed, images] = await Promise.all([
      observeStack(engine, record.projectName, { signal }),
      loaded ? observeImages(engine, loaded.definition.project, { signal }) : new Map<string, never>(),
    ]);
    const { publishOnLoopback } = this.#parts.state.read().settings;
    const prepared = planStack({
      projectName: record.projectName,
      observed,
      images,
      intent,
      options: { publishOnLoopback, now: this.#parts.clock.now(), ...options },
      ...(loaded ? { definition: loaded.definition } : {}),
    });
    return { prepared, loaded };
  }

  /** Stopping and removing must work though the files are broken or gone: the labels tell enough. */
  async #loadFor(record: EnvironmentRecord, intent: PlanIntent, { signal }: Cancellable): Promise<LoadedEnvironment | undefined> {
    try {
      return await this.#parts.loader.load(record, { signal });
    } catch (error) {
      const bearable = intent !== 'up' && error instanceof Fault && error.problem.code.startsWith('project.');
      if (bearable) return undefined;
      throw error;
    }
  }

  async #apply(
    engine: Engine,
    prepared: PreparedPlan,
    options: { wait?: boolean; waitTimeoutMs?: number; stopTimeoutSeconds?: number },
    { signal, report }: JobContext,
  ): Promise<void> {
    for (const warning of prepared.plan.warnings) report({ type: 'log', entry: { level: 'warning', text: warning } });
    for await (const event of executePlan({ engine, prepared, pull: this.#pull(engine), signal, ...options })) report(event);
  }

  #pull(engine: Engine): PullImage {
    const { findCredentials } = this.#parts;
    return async function* pull(reference, { signal, platform }) {
      const auth = await findCredentials(reference, { signal });
      yield* engine.images.pull(reference, {
        signal,
        ...(platform === undefined ? {} : { platform: parsePlatform(platform) }),
        ...(auth === undefined ? {} : { auth }),
      });
    };
  }
}

function parsePlatform(text: string): { os: string; architecture: string; variant?: string } {
  const [os = 'linux', architecture = '', variant] = text.split('/');
  return variant === undefined ? { os, architecture } : { os, architecture, variant };
}

function outdated(record: EnvironmentRecord): Fault {
  return new Fault({
    code: 'plan.outdated',
    message: `Things have changed since the plan for ${record.name} was shown.`,
    hint: 'Look at the new plan and apply that.',
  });
}
