import { randomUUID } from 'node:crypto';
import type { EnvironmentRecord } from '../../../../shared/models/environment.ts';
import type { DataVersion, ImageChange, RehearsalReport } from '../../../../shared/models/rehearsal.ts';
import type { Cancellable } from '../../base/abort.ts';
import { recompute } from '../../base/recompute.ts';
import type { Clock } from '../../base/clock.ts';
import { Fault, isAbort } from '../../base/fault.ts';
import type { EngineConnection } from '../../engine/engine-connection.ts';
import type { Engine } from '../../engine/engine.ts';
import type { EnvironmentLoader } from '../../environments/environment-loader.ts';
import { pinned } from '../../environments/image-lock.ts';
import type { Library } from '../../environments/library.ts';
import type { JobContext, Jobs } from '../../jobs/jobs.ts';
import type { RegistryClients } from '../../registry/registry-clients.ts';
import { isOneOff, serviceOf } from '../../stacks/labels.ts';
import { observeStack } from '../../stacks/observe.ts';
import { stackState } from '../../stacks/state.ts';
import type { CheckOperations } from '../stacks/check-operations.ts';
import type { CloneOperations } from '../snapshots/clone-operations.ts';
import { dataVersions, type FoundVersion } from '../snapshots/data-versions.ts';
import type { ImageCheck } from './image-check.ts';
import type { RehearsalReports } from './rehearsal-reports.ts';
import { RemoteImages } from './remote-images.ts';
import type { StackRuns } from '../stacks/stack-runs.ts';

export interface RehearsalsParts {
  readonly connection: EngineConnection;
  readonly jobs: Jobs;
  readonly library: Library;
  readonly loader: EnvironmentLoader;
  readonly registryClients: RegistryClients;
  readonly runs: StackRuns;
  readonly clones: CloneOperations;
  readonly checks: CheckOperations;
  readonly imageCheck: ImageCheck;
  readonly reports: RehearsalReports;
  readonly clock: Clock;
}

export interface RehearsalRequest {
  /** Service → image; the newest ones of the registries when absent. */
  readonly images?: Readonly<Record<string, string>>;
  /** Whose data to rehearse with; that of now when absent. */
  readonly snapshotId?: string;
  /** Leaves the copy in the library, as it is after the rehearsal. */
  readonly keep?: boolean;
}

const logLines = 100;

/** Tries other images on a copy of an environment, with its data. */
export class Rehearsals {
  readonly #parts: RehearsalsParts;

  constructor(parts: RehearsalsParts) {
    this.#parts = parts;
  }

  /**
   * Copies the environment, starts the copy with the other images, runs the checks, reports and removes the copy, as a
   * job. The original is not touched: its data is read, its tags stay, and what of this machine it mounts is mounted
   * read-only. The result is a `RehearsalReport`, whatever its verdict.
   */
  rehearse(record: EnvironmentRecord, request: RehearsalRequest = {}): string {
    return this.#parts.jobs.start({
      kind: 'images.rehearse',
      title: `Rehearse ${record.name}`,
      environmentId: record.id,
      run: async (context) => {
        const engine = await this.#parts.connection.get(context);
        const report = await this.#rehearse(engine, record, request, context);
        await this.#parts.reports.save(report);
        return report;
      },
    });
  }

  /** Reports of an environment's rehearsals, newest first; again after each new one. */
  watchReports(environmentId: string, options: Cancellable): AsyncGenerator<RehearsalReport[], void, void> {
    const { reports } = this.#parts;
    return recompute([reports.changes], () => reports.list(environmentId), options);
  }

  async #rehearse(engine: Engine, record: EnvironmentRecord, request: RehearsalRequest, outer: JobContext): Promise<RehearsalReport> {
    const { clones, checks, clock } = this.#parts;
    const startedAt = clock.now().toISOString();
    const begun = performance.now();
    const warnings: string[] = [];
    const context: JobContext = {
      signal: outer.signal,
      report: (event) => {
        if (event.type === 'log' && event.entry.level === 'warning') warnings.push(event.entry.text);
        outer.report(event);
      },
    };
    const phases: RehearsalReport['phases'] = [];
    const timed = async <T>(name: RehearsalReport['phases'][number]['name'], work: () => Promise<T>): Promise<T> => {
      const from = performance.now();
      return work().finally(() => phases.push({ name, durationMs: performance.now() - from }));
    };
    const images = await this.#images(record, request, context);
    const before = await dataVersions(engine, record.projectName, context);
    const overrides = Object.fromEntries(images.map(({ service, after }) => [service, after]));
    const { snapshotId } = request;
    const copyRequest = { name: this.#freeName(record), images: overrides, readOnlyBinds: true, force: true, ...(snapshotId === undefined ? {} : { snapshotId }) };
    const copy = await timed('copy', () => clones.make(engine, record, copyRequest, context));
    let kept = false;
    try {
      const problem = await timed('start', () => this.#start(engine, copy, context));
      const checked = problem ? undefined : await timed('checks', () => checks.report(engine, copy, 'rehearsal', context));
      const after = await this.#look(engine, copy, context);
      const failed = checked?.results.some(({ state }) => state === 'failed') ?? false;
      if (request.keep) {
        await clones.keep(engine, copy);
        kept = true;
      }
      return {
        id: randomUUID(),
        environmentId: record.id,
        environmentName: record.name,
        startedAt,
        durationMs: performance.now() - begun,
        verdict: problem || failed ? 'fails' : 'works',
        images,
        phases,
        services: after.services,
        logs: after.logs,
        dataVersions: joinVersions(before, await dataVersions(engine, copy.projectName, context)),
        warnings,
        ...(problem ? { problem } : {}),
        ...(checked ? { checks: checked } : {}),
        ...(kept ? { kept: copy.name } : {}),
      };
    } finally {
      if (!kept) await clones.discard(engine, copy);
    }
  }

  /** By digest wherever a registry knows one: what is tried is then exactly told, and no tag of the engine moves. */
  async #images(record: EnvironmentRecord, { images }: RehearsalRequest, context: JobContext): Promise<ImageChange[]> {
    const present = await this.#parts.imageCheck.check(record, context);
    const change = (service: string, after: string): ImageChange => {
      const known = present.find((one) => one.service === service);
      const before = known?.locked ?? known?.present?.digest ?? known?.present?.id;
      return { service, image: known?.image ?? after, after, ...(before === undefined ? {} : { before }) };
    };
    if (!images) {
      const newer = present.filter(({ newest, locked, present: here }) => newest !== undefined && newest !== (locked ?? here?.digest));
      if (newer.length > 0) return newer.map(({ service, image, newest = '' }) => change(service, pinned(image, newest)));
      throw new Fault({
        code: 'usage.invalid',
        message: `There is nothing to rehearse: no image of ${record.name} is newer in its registry.`,
        hint: 'Name other images: `slipway images rehearse ENV --set SERVICE=IMAGE`.',
      });
    }
    const { project } = (await this.#parts.loader.load(record, context)).definition;
    const unknown = Object.keys(images).find((name) => !project.services[name]);
    if (unknown !== undefined) {
      const hint = `There are: ${Object.keys(project.services).join(', ')}.`;
      throw new Fault({ code: 'usage.invalid', message: `${record.name} has no service ${unknown}.`, hint });
    }
    const remote = new RemoteImages(this.#parts.registryClients);
    try {
      return await Promise.all(
        Object.entries(images).map(async ([service, image]) => {
          // One that was built or loaded here is in no registry.
          const digest = await remote.digest(image, context).catch((error: unknown) => {
            if (!(error instanceof Fault)) throw error;
          });
          return change(service, digest === undefined ? image : pinned(image, digest));
        }),
      );
    } finally {
      await remote.close();
    }
  }

  /** Why it did not start; undefined when everything did and is healthy. */
  async #start(engine: Engine, copy: EnvironmentRecord, context: JobContext): Promise<RehearsalReport['problem']> {
    const { runs } = this.#parts;
    try {
      await runs.apply(engine, await runs.prepare(engine, copy, 'up', { pull: 'missing' }, context), { wait: true }, context);
      return undefined;
    } catch (error) {
      context.signal.throwIfAborted();
      if (isAbort(error) || !(error instanceof Fault)) throw error;
      return error.problem;
    }
  }

  async #look(engine: Engine, copy: EnvironmentRecord, context: JobContext): Promise<Pick<RehearsalReport, 'services' | 'logs'>> {
    const { definition } = await this.#parts.loader.load(copy, context);
    const observed = await observeStack(engine, copy.projectName, context);
    const { services } = stackState(definition.project, observed, definition.disabledServices);
    const told = services.filter(({ state }) => ['completed', 'failed', 'unhealthy', 'restarting', 'starting', 'stopped'].includes(state));
    const logs: RehearsalReport['logs'] = [];
    for (const { name } of told) {
      const container = observed.containers.find((one) => serviceOf(one) === name && !isOneOff(one));
      if (!container) continue;
      const lines: string[] = [];
      for await (const { text } of engine.containers.logs(container.id, { tail: logLines, signal: context.signal })) lines.push(text);
      if (lines.length > 0) logs.push({ service: name, lines });
    }
    return {
      logs,
      services: services
        .filter(({ state }) => state !== 'disabled')
        .map(({ name, state, detail, containers }) => {
          const exitCode = containers[0]?.exitCode;
          return { name, state, ...(detail === undefined ? {} : { detail }), ...(exitCode === undefined ? {} : { exitCode }) };
        }),
    };
  }

  #freeName({ name }: EnvironmentRecord): string {
    const { library } = this.#parts;
    for (let number = 1; ; number += 1) {
      const candidate = `${name}-rehearsal${number === 1 ? '' : `-${number}`}`;
      if (!library.findByName(candidate)) return candidate;
    }
  }
}

function joinVersions(before: readonly FoundVersion[], after: readonly FoundVersion[]): DataVersion[] {
  const key = ({ service, path }: FoundVersion): string => `${service}:${path}`;
  const all = new Map([...after, ...before].map((one) => [key(one), one]));
  return [...all].map(([id, { service, path, product }]) => {
    const [old, fresh] = [before.find((one) => key(one) === id), after.find((one) => key(one) === id)];
    return { service, path, product, ...(old ? { before: old.version } : {}), ...(fresh ? { after: fresh.version } : {}) };
  });
}
