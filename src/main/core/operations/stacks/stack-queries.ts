import type { EnvironmentRecord, EnvironmentSummary, EnvironmentView } from '../../../../shared/models/environment.ts';
import type { StackState } from '../../../../shared/models/stack.ts';
import type { Cancellable } from '../../base/abort.ts';
import { Fault, toProblem } from '../../base/fault.ts';
import type { EngineConnection } from '../../engine/engine-connection.ts';
import type { EnvironmentLoader, LoadedEnvironment } from '../../environments/environment-loader.ts';
import type { Jobs } from '../../jobs/jobs.ts';
import { observeStack, type ObservedStack } from '../../stacks/observe.ts';
import { stackState } from '../../stacks/state.ts';
import { watchableServices } from '../../stacks/watch/watch-rules.ts';
import { linksOf } from './links.ts';

export interface StackQueriesParts {
  readonly connection: EngineConnection;
  readonly loader: EnvironmentLoader;
  readonly jobs: Jobs;
}

/** What an environment is and how it stands. Changes nothing. */
export class StackQueries {
  readonly #parts: StackQueriesParts;

  constructor(parts: StackQueriesParts) {
    this.#parts = parts;
  }

  /** Everything about one environment, as it is now. Raises `engine.*`; files that can't be loaded are told in it. */
  async view(record: EnvironmentRecord, { signal }: Cancellable): Promise<EnvironmentView> {
    const engine = await this.#parts.connection.get({ signal });
    return this.describe(record, await observeStack(engine, record.projectName, { signal }), { signal });
  }

  /** The same from what is known of the engine already; `observed` is absent while that is nothing. */
  async describe(
    record: EnvironmentRecord,
    observed: ObservedStack | undefined,
    { signal }: Cancellable,
  ): Promise<EnvironmentView> {
    const loaded = await this.#tryLoad(record, { signal });
    const status = observed
      ? stackState(definitionOf(loaded)?.project, observed, definitionOf(loaded)?.disabledServices)
      : undefined;
    const busy = this.#parts.jobs.runningFor(record.id);
    const services = status?.services ?? [];
    const active = services.filter(({ state }) => state !== 'disabled');
    const isUp = (state: string): boolean => ['running', 'healthy', 'completed', 'unhealthy', 'starting'].includes(state);
    const summary: EnvironmentSummary = {
      id: record.id,
      name: record.name,
      title: (loaded instanceof Fault ? undefined : loaded.extension.title) ?? record.name,
      ...(loaded instanceof Fault || !loaded.extension.description ? {} : { description: loaded.extension.description }),
      directory: record.directory,
      projectName: record.projectName,
      state: status?.state ?? 'unknown',
      servicesRunning: status?.state === 'stopped' ? 0 : active.filter(({ state }) => isUp(state)).length,
      servicesTotal: active.length,
      ...(busy ? { jobId: busy.id } : {}),
      ...(loaded instanceof Fault ? { problem: loaded.problem } : {}),
    };
    return {
      summary,
      record,
      services,
      links: loaded instanceof Fault ? [] : linksOf(record, loaded, observed),
      // A value that is asked for and missing is given where the profiles are shown.
      profiles: loaded instanceof Fault ? await this.#parts.loader.profileViews(record, { signal }).catch(() => []) : loaded.profiles,
      volumes: volumesOf(definitionOf(loaded), observed),
      watchable: loaded instanceof Fault ? [] : watchableServices(loaded.definition.project),
      diagnostics: loaded instanceof Fault ? (loaded.problem.diagnostics ?? []) : [...loaded.definition.diagnostics],
    };
  }

  /** The state of many environments, by id. An engine that can't be reached leaves them all out. */
  async states(records: readonly EnvironmentRecord[], { signal }: Cancellable): Promise<ReadonlyMap<string, StackState>> {
    const engine = await this.#parts.connection.get({ signal }).catch((error: unknown) => {
      if (error instanceof Fault && error.problem.code.startsWith('engine.')) return undefined;
      throw error;
    });
    if (!engine) return new Map();
    const found = await Promise.all(
      records.map(async (record) => {
        const observed = await observeStack(engine, record.projectName, { signal });
        const loaded = definitionOf(await this.#tryLoad(record, { signal }));
        return [record.id, stackState(loaded?.project, observed, loaded?.disabledServices).state] as const;
      }),
    );
    return new Map(found);
  }

  /** Raises `environment.busy` when the engine still has containers of it. An unreachable engine is no obstacle. */
  async refuseWhileContainersExist(record: EnvironmentRecord, { signal }: Cancellable): Promise<void> {
    const engine = await this.#parts.connection.get({ signal }).catch(() => undefined);
    const observed = engine ? await observeStack(engine, record.projectName, { signal }) : undefined;
    if (!observed || observed.containers.length === 0) return;
    throw new Fault({
      code: 'environment.busy',
      message: `${record.name} still has ${observed.containers.length} containers.`,
      hint: 'Remove them first (`slipway down`); the data can stay.',
    });
  }

  async #tryLoad(record: EnvironmentRecord, { signal }: Cancellable): Promise<LoadedEnvironment | Fault> {
    try {
      return await this.#parts.loader.load(record, { signal });
    } catch (error) {
      signal?.throwIfAborted();
      return error instanceof Fault ? error : new Fault(toProblem(error), { cause: error });
    }
  }
}

function definitionOf(loaded: LoadedEnvironment | Fault): LoadedEnvironment['definition'] | undefined {
  return loaded instanceof Fault ? undefined : loaded.definition;
}

function volumesOf(
  definition: LoadedEnvironment['definition'] | undefined,
  observed: ObservedStack | undefined,
): EnvironmentView['volumes'] {
  const present = new Set(observed?.volumes.map(({ name }) => name));
  return Object.entries(definition?.project.volumes ?? {}).map(([key, volume]) => {
    const name = volume.name ?? key;
    return { key, name, external: Boolean(volume.external), exists: present.has(name) };
  });
}
