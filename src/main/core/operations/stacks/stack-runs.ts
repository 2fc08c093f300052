import type { EnvironmentRecord } from '../../../../shared/models/environment.ts';
import { defined } from '../../../../shared/defined.ts';
import type { PlanIntent } from '../../../../shared/models/plan.ts';
import type { Cancellable } from '../../base/abort.ts';
import type { Clock } from '../../base/clock.ts';
import { Fault } from '../../base/fault.ts';
import type { Engine } from '../../engine/engine.ts';
import type { EnvironmentLoader, LoadedEnvironment } from '../../environments/environment-loader.ts';
import { PullTimes } from '../../environments/pull-times.ts';
import type { StateStore } from '../../environments/state-store.ts';
import type { JobContext } from '../../jobs/jobs.ts';
import type { ReadHostRoutes } from '../../ports/host-routes.ts';
import { clashText, raiseSubnetConflicts, subnetClashes } from '../../ports/networks/subnet-clashes.ts';
import type { ImagePuller } from '../../registry/pull/image-puller.ts';
import type { FindCredentials } from '../../registry/registry-clients.ts';
import { type ExecuteRequest, executePlan, type PullImage } from '../../stacks/execute.ts';
import { observeImages } from '../../stacks/images.ts';
import { observeStack } from '../../stacks/observe.ts';
import { planStack } from '../../stacks/plan-stack.ts';
import type { PlanOptions, PreparedPlan } from '../../stacks/plan.ts';
import { parsePlatform } from '../../stacks/platform.ts';

export interface StackRunsParts {
  readonly loader: EnvironmentLoader;
  readonly state: StateStore;
  readonly puller: ImagePuller;
  /** For the base images of builds. */
  readonly findCredentials: FindCredentials;
  /** Variables with the proxies that containers and builds on an engine get, by its address. */
  readonly proxies?: (engineAddress: string) => Promise<Readonly<Record<string, string>>>;
  readonly clock: Clock;
  /** The routes of the machine on which an engine makes its networks. */
  readonly hostRoutes: (engine: Engine) => ReadHostRoutes;
}

/** How a plan is applied. */
export type ApplyOptions = Pick<ExecuteRequest, 'wait' | 'waitTimeoutMs' | 'stopTimeoutSeconds'>;

/** The two halves that every change of a stack is made of: load, observe and plan; then apply. */
export class StackRuns {
  readonly #parts: StackRunsParts;
  readonly #pullTimes: PullTimes;

  constructor(parts: StackRunsParts) {
    this.#parts = parts;
    this.#pullTimes = new PullTimes(parts);
  }

  /** What `intent` would do now. Changes nothing. Raises what planning does, and `network.conflict` for subnets in use. */
  async prepare(engine: Engine, record: EnvironmentRecord, intent: PlanIntent, options: PlanOptions, { signal }: Cancellable): Promise<PreparedPlan> {
    const loaded = await this.#loadFor(record, intent, { signal });
    const [observed, images] = await Promise.all([
      observeStack(engine, record.projectName, { signal }),
      loaded ? observeImages(engine, loaded.definition.project, { signal, lock: loaded.definition.lock }) : new Map<string, never>(),
    ]);
    const proxies = await this.#parts.proxies?.(engine.endpoint.address);
    const { publishOnLoopback } = this.#parts.state.read().settings;
    const prepared = planStack({
      projectName: record.projectName,
      observed,
      images,
      buildKit: engine.buildKit,
      intent,
      options: { publishOnLoopback, now: this.#parts.clock.now(), pulledAt: this.#pullTimes.on(engine.endpoint.address), ...options },
      ...(loaded ? { definition: { ...loaded.definition, ...defined({ proxies }) } } : {}),
    });
    if (intent !== 'up' || !loaded) return prepared;
    const routes = await this.#parts.hostRoutes(engine)({ signal });
    const clashes = subnetClashes({ project: loaded.definition.project, networks: observed.networks, routes });
    raiseSubnetConflicts(clashes);
    return { ...prepared, plan: { ...prepared.plan, warnings: [...prepared.plan.warnings, ...clashes.map(clashText)] } };
  }

  /** Does what was planned, as part of a job. */
  async apply(engine: Engine, prepared: PreparedPlan, options: ApplyOptions, { signal, report }: JobContext): Promise<void> {
    for (const warning of prepared.plan.warnings) report({ type: 'log', entry: { level: 'warning', text: warning } });
    for await (const event of executePlan({ engine, prepared, pull: this.#pull(engine), findLogin: this.#parts.findCredentials, probeEarly: true, signal, ...options })) report(event);
  }

  /** Stopping and removing must work though the files are broken or gone: the labels tell enough. */
  async #loadFor(record: EnvironmentRecord, intent: PlanIntent, { signal }: Cancellable): Promise<LoadedEnvironment | undefined> {
    try {
      return await this.#parts.loader.load(record, { signal });
    } catch (error) {
      const needed = intent === 'up' || intent === 'pull' || intent === 'build';
      const bearable = !needed && error instanceof Fault && error.problem.code.startsWith('project.');
      if (bearable) return undefined;
      throw error;
    }
  }

  #pull(engine: Engine): PullImage {
    const { puller } = this.#parts;
    const pullTimes = this.#pullTimes;
    return async function* pull(reference, { platform, tell, signal }) {
      yield* puller.pull(engine, reference, { tell, signal, platform: platform === undefined ? undefined : parsePlatform(platform) });
      pullTimes.record(engine.endpoint.address, reference);
    };
  }
}
