import type { CheckReport, CheckResult, CheckTrigger } from '../../../../shared/models/check.ts';
import type { EnvironmentRecord } from '../../../../shared/models/environment.ts';
import type { Cancellable } from '../../base/abort.ts';
import type { Clock } from '../../base/clock.ts';
import { Fault } from '../../base/fault.ts';
import { Live } from '../../base/live.ts';
import { recompute } from '../../base/recompute.ts';
import { pendingChecks, runChecks } from '../../checks/run-checks.ts';
import type { EngineConnection } from '../../engine/engine-connection.ts';
import type { Engine } from '../../engine/engine.ts';
import type { EnvironmentLoader } from '../../environments/environment-loader.ts';
import type { Library } from '../../environments/library.ts';
import type { StateStore } from '../../environments/state-store.ts';
import type { JobContext, Jobs } from '../../jobs/jobs.ts';
import { expandPortPlaceholders } from '../../ports/placeholders.ts';
import { portRows } from '../../ports/port-rows.ts';
import { acceptsConnection } from '../../ports/probe.ts';
import { ofProject } from '../../stacks/labels.ts';

export interface CheckOperationsParts {
  readonly connection: EngineConnection;
  readonly jobs: Jobs;
  readonly loader: EnvironmentLoader;
  readonly library: Library;
  readonly state: StateStore;
  readonly clock: Clock;
}

/** Runs the checks of environment profiles and remembers the newest run of each environment while the process lives. */
export class CheckOperations {
  readonly #parts: CheckOperationsParts;
  readonly #reports = new Live<ReadonlyMap<string, CheckReport>>(new Map());

  constructor(parts: CheckOperationsParts) {
    this.#parts = parts;
  }

  /** Runs them as a job, which fails with `check.failed` when one does. Its result is the report. */
  run(record: EnvironmentRecord): string {
    return this.#parts.jobs.start({
      kind: 'check',
      title: `Check ${record.name}`,
      environmentId: record.id,
      run: async (context) => {
        const report = await this.require(await this.#parts.connection.get(context), record, 'asked', context);
        if (report) return report;
        throw new Fault({
          code: 'usage.invalid',
          message: `${record.name} has no checks.`,
          hint: 'Checks stand in an environment profile under x-slipway; the README shows how.',
        });
      },
    });
  }

  /** Runs them inside another job. Undefined where the profile has none. Raises `check.failed`. */
  async require(engine: Engine, record: EnvironmentRecord, trigger: CheckTrigger, context: JobContext): Promise<CheckReport | undefined> {
    const report = await this.report(engine, record, trigger, context);
    const failed = report?.results.filter(({ state }) => state === 'failed') ?? [];
    if (report && failed.length > 0) throw checksFailed(record.name, report, failed);
    return report;
  }

  /** The same, whatever comes out. */
  async report(engine: Engine, record: EnvironmentRecord, trigger: CheckTrigger, context: JobContext): Promise<CheckReport | undefined> {
    const { loader, clock } = this.#parts;
    // A start may just have moved host ports.
    const settled = this.#withPresentPorts(record);
    const loaded = await loader.load(settled, context);
    const checks = loaded.profile?.checks ?? {};
    if (Object.keys(checks).length === 0) return undefined;
    const startedAt = clock.now().toISOString();
    const show = (results: readonly CheckResult[], finishedAt?: string): CheckReport => {
      const report = { trigger, startedAt, results: [...results], ...(finishedAt === undefined ? {} : { finishedAt }) };
      this.#reports.update((reports) => new Map(reports).set(record.id, report));
      return report;
    };
    const { project } = loaded.definition;
    let shown: readonly CheckResult[] = [];
    const results = await runChecks({
      checks,
      engine,
      projectName: record.projectName,
      acceptsConnection,
      expand: async (text, { signal }) => {
        const containers = await engine.containers.list({ labels: [ofProject(record.projectName)], signal });
        return expandPortPlaceholders(text, portRows({ project, containers }));
      },
      onChange: (present) => {
        show(present);
        reportSteps(present, shown, context);
        shown = present;
      },
      signal: context.signal,
    });
    return show(results, clock.now().toISOString());
  }

  /** The newest run, live; null where there are no checks. Raises `environment.not-found`, `project.*`. */
  watch(id: string, options: Cancellable): AsyncGenerator<CheckReport | null, void, void> {
    const { library, loader, state } = this.#parts;
    return recompute(
      [this.#reports, state.changes],
      async ({ signal }) => {
        const { profile } = await loader.load(library.get(id), { signal });
        const results = pendingChecks(profile?.checks ?? {});
        if (results.length === 0) return null;
        return this.#reports.value.get(id) ?? { trigger: 'asked', startedAt: new Date(0).toISOString(), results };
      },
      options,
    );
  }

  #withPresentPorts(record: EnvironmentRecord): EnvironmentRecord {
    const { library } = this.#parts;
    const stored = library.list().find(({ id }) => id === record.id)?.portRemaps;
    const remembered = library.rememberedRemaps(record.id);
    return { ...record, portRemaps: stored ?? (remembered.length > 0 ? remembered : record.portRemaps) };
  }
}

const stepStates = { pending: 'pending', running: 'running', passed: 'done', failed: 'failed', cancelled: 'cancelled' } as const;

/** Only what has changed: results stay the same objects while they do not. */
function reportSteps(results: readonly CheckResult[], shown: readonly CheckResult[], { report }: JobContext): void {
  report({ type: 'step', step: { id: 'checks', title: 'Checks', state: results.some(({ state }) => state === 'running') ? 'running' : 'done' } });
  for (const { name, subject, state, problem, attempts } of results.filter((one) => !shown.includes(one))) {
    const detail = problem?.message ?? (state === 'running' && attempts > 0 ? `${subject}, tried ${attempts} times` : subject);
    report({ type: 'step', step: { id: `check:${name}`, parent: 'checks', title: `Check ${name}`, state: stepStates[state], detail } });
  }
}

function checksFailed(environment: string, report: CheckReport, failed: readonly CheckResult[]): Fault {
  const [first] = failed;
  const single = failed.length === 1 ? first?.problem : undefined;
  return new Fault({
    code: 'check.failed',
    message: single?.message ?? `${failed.length} of ${report.results.length} checks of ${environment} failed: ${failed.map(({ name }) => name).join(', ')}.`,
    hint: 'Look at the logs of the services behind it. A check that needs longer can be given a timeout.',
    detail: failed.map(({ problem }) => [single ? undefined : problem?.message, problem?.detail].filter(Boolean).join('\n')).join('\n\n'),
    data: { checks: report.results },
  });
}
