import { sleep } from '../../../src/main/core/base/abort.ts';
import { Live } from '../../../src/main/core/base/live.ts';
import { recompute } from '../../../src/main/core/base/recompute.ts';
import type { CheckReport } from '../../../src/shared/models/check.ts';
import type { DoctorReport } from '../../../src/shared/models/doctor.ts';
import type { EngineStatus } from '../../../src/shared/models/engine.ts';
import type { EnvironmentSummary, EnvironmentView, ReadyMade } from '../../../src/shared/models/environment.ts';
import type { JobKind, JobOutcome, JobSummary } from '../../../src/shared/models/job.ts';
import { summarizeJob } from '../../../src/shared/models/reduce-job.ts';
import type { ServiceLogLine } from '../../../src/shared/models/log.ts';
import type { ProxyStatus } from '../../../src/shared/models/proxy.ts';
import type { EnvironmentNetworks } from '../../../src/shared/models/network.ts';
import type { Plan } from '../../../src/shared/models/plan.ts';
import type { RegistryHealth } from '../../../src/shared/models/registry.ts';
import type { PortEdit, PortRow } from '../../../src/shared/models/port.ts';
import type { RehearsalReport } from '../../../src/shared/models/rehearsal.ts';
import { type Settings, settings } from '../../../src/shared/models/settings.ts';
import type { SnapshotSummary } from '../../../src/shared/models/snapshot.ts';
import type { StackState } from '../../../src/shared/models/stack.ts';
import type { Problem } from '../../../src/shared/problem.ts';
import { checksIn } from './fake-checks.ts';
import { doctorReports } from './fake-doctor.ts';
import { sampleId, sampleReadyMade, sampleView, snapshotOf } from './fake-environments.ts';
import { FakeJob } from './fake-job.ts';
import { sampleLogs } from './fake-logs.ts';
import { largeNetworks, largePorts, largeView } from './fake-large.ts';
import { sampleNetworks } from './fake-networks.ts';
import { foreignPorts, samplePorts } from './fake-ports.ts';
import { rehearsalThatFails, rehearsalThatWorks } from './fake-images.ts';
import { fakePlan } from './fake-plan.ts';
import { FakeRegistries } from './fake-registries.ts';
import { connected, portConflict, unreachable } from './fake-problems.ts';

/** What the window finds when it opens. */
export const scenarios = ['first-run', 'stopped', 'running', 'degraded', 'no-engine', 'conflict', 'slow', 'large'] as const;
export type Scenario = (typeof scenarios)[number];

/** A small machine in memory: one environment that starts, stops, and takes snapshots, in as much time as it is told. */
export class FakeWorld {
  readonly opened: string[] = [];
  readonly edits = new Live<readonly PortEdit[]>([]);
  readonly engine: Live<EngineStatus>;
  readonly snapshots: Live<SnapshotSummary[]>;
  readonly registries: FakeRegistries;
  readonly checks: Live<CheckReport | null>;
  readonly rehearsals: Live<RehearsalReport[]>;
  readonly settings = new Live<Settings>(settings.parse({}));
  readonly #library: Live<{ added: boolean; state: StackState; jobId?: string }>;
  readonly #jobs = new Live<readonly FakeJob[]>([]);
  readonly #scenario: Scenario;
  readonly #pace: number;

  /** `pace`: milliseconds that one piece of a job takes. */
  constructor({ scenario, pace }: { scenario: Scenario; pace: number }) {
    this.#scenario = scenario;
    this.#pace = pace;
    this.registries = new FakeRegistries(scenario === 'first-run');
    this.rehearsals = new Live(scenario === 'running' || scenario === 'degraded' ? [rehearsalThatFails] : []);
    this.checks = new Live<CheckReport | null>(checksIn(scenario));
    const down = scenario === 'no-engine';
    this.engine = new Live<EngineStatus>(down ? { state: 'unavailable', problem: unreachable } : connected);
    this.#library = new Live({ added: scenario !== 'first-run', state: stateAtFirst(scenario) });
    const some = scenario === 'running' || scenario === 'degraded';
    this.snapshots = new Live(
      some
        ? [
            snapshotOf(1, { name: 'before restore', kind: 'safety' }),
            snapshotOf(2, { name: 'three notes', note: 'Clean data for the export bug, before the import job ran.' }),
            snapshotOf(9, { name: 'seed data', kind: 'seed' }),
            snapshotOf(40, { name: 'export bug', tags: ['bug-1234'], environmentId: 'elsewhere', environmentName: 'production' }),
          ]
        : [],
    );
  }

  has(id: string): boolean {
    return id === sampleId && this.#library.value.added;
  }

  notFound(id: string): Problem {
    return {
      code: 'environment.not-found',
      message: `There is no environment “${id}” in the library.`,
      hint: 'List them with `slipway env list`, or give a directory or a Compose file.',
    };
  }

  readyMade(): ReadyMade[] {
    return sampleReadyMade(this.#library.value.added);
  }

  async *summaries(signal: AbortSignal | undefined): AsyncGenerator<EnvironmentSummary[], void, void> {
    if (this.#scenario === 'slow') await sleep(60_000, { signal });
    for await (const { added, state, jobId } of this.#library.watch({ signal })) {
      yield added ? [sampleView(state, jobId).summary] : [];
    }
  }

  async *view(id: string, signal: AbortSignal | undefined): AsyncGenerator<EnvironmentView, void, void> {
    if (this.#scenario === 'slow') await sleep(60_000, { signal });
    for await (const { state, jobId } of this.#library.watch({ signal })) if (this.has(id)) yield this.#scenario === 'large' ? largeView(jobId) : sampleView(state, jobId);
  }

  async *ports(machine: boolean, signal: AbortSignal | undefined): AsyncGenerator<PortRow[], void, void> {
    const compute = (): PortRow[] => {
      const { added, state } = this.#library.value;
      if (this.#scenario === 'large') return largePorts();
      return [...(added ? samplePorts(state, this.edits.value) : []), ...(machine ? foreignPorts : [])];
    };
    yield* recompute([this.#library, this.edits], compute, { signal });
  }

  async *proxy(signal: AbortSignal | undefined): AsyncGenerator<ProxyStatus, void, void> {
    for await (const { localProxy, localProxyPort: port, localProxyTls: tls } of this.settings.watch({ signal })) {
      const names = localProxy ? [{ url: `${tls ? 'https' : 'http'}://proxy.sample.localhost:${port}/`, title: 'proxy of sample' }] : [];
      yield { state: localProxy ? 'on' : 'off', port, tls, names, ...(localProxy && tls ? { authority: { file: '/data/proxy/ca.pem', trust: 'sudo cp "/data/proxy/ca.pem" …' } } : {}) };
    }
  }

  async *networks(signal: AbortSignal | undefined): AsyncGenerator<EnvironmentNetworks, void, void> {
    for await (const { state } of this.#library.watch({ signal })) yield this.#scenario === 'large' ? largeNetworks() : sampleNetworks(state);
  }

  async *logs(service: string | undefined, signal: AbortSignal | undefined): AsyncGenerator<ServiceLogLine, void, void> {
    if (this.#library.value.state !== 'stopped') yield* sampleLogs(service, signal);
  }

  async *registryHealth(signal: AbortSignal | undefined): AsyncGenerator<RegistryHealth[], void, void> {
    yield this.registries.list.value.map(({ host }) => ({ host, state: 'checking' }));
    await sleep(this.#pace, { signal });
    for await (const _list of this.registries.list.watch({ signal })) yield this.registries.health();
  }

  addSample(): { environmentId: string } {
    this.#library.update((library) => ({ ...library, added: true }));
    return { environmentId: sampleId };
  }

  removeSample(): void {
    this.#library.update((library) => ({ ...library, added: false }));
  }

  plan(): Plan {
    return fakePlan(this.#library.value.state === 'running');
  }

  up(): { jobId: string } {
    return this.#start('up', 'Start Sample', async (job) => {
      for (const [index, image] of ['proxy', 'app', 'postgres', 'redis'].entries()) {
        for (let current = 0; current <= 4; current += 1) {
          const amount = { current: current * 9_100_000, total: 36_400_000, unit: 'bytes' } as const;
          job.step({ id: 'images', title: 'Pull images', state: 'running', amount: { current: index, total: 4, unit: 'items' } });
          job.step({ id: image, parent: 'images', title: `sample/${image}`, state: current === 4 ? 'done' : 'running', amount });
          await sleep(this.#pace);
        }
        job.log(`Pulled 127.0.0.1:5000/sample/${image}`, image);
      }
      job.step({ id: 'images', title: 'Pull images', state: 'done', amount: { current: 4, total: 4, unit: 'items' } });
      if (this.#scenario === 'conflict') return { status: 'failed', problem: portConflict };
      this.#set('starting');
      job.step({ id: 'db', title: 'Start db', state: 'done', detail: 'Healthy after 2.1 s' });
      for (let probe = 1; probe <= 6; probe += 1) {
        job.step({
          id: 'app',
          title: 'Start app',
          state: 'waiting',
          detail: `Waiting for app to be healthy: probe ${probe} said: connection refused`,
        });
        job.step({ id: 'proxy', title: 'Start proxy', state: 'pending' });
        await sleep(this.#pace);
      }
      job.step({ id: 'app', title: 'Start app', state: 'done' });
      job.step({ id: 'proxy', title: 'Start proxy', state: 'done' });
      this.#set('running');
      return { status: 'succeeded' };
    });
  }

  /** Goes on until it is cancelled, with a change now and then. */
  watchFiles(): { jobId: string } {
    const id = `job-${this.#jobs.value.length + 1}`;
    const touch = (): void => this.#jobs.update((jobs) => [...jobs]);
    const job = new FakeJob({ id, kind: 'watch', title: 'Watch files of Sample', environmentId: sampleId, background: true }, touch);
    this.#jobs.update((jobs) => [job, ...jobs]);
    void (async () => {
      for (let change = 1; !job.cancelled; change += 1) {
        await sleep(this.#pace * 3);
        job.log(change % 4 === 0 ? 'Restarted.' : `Copied /app/src/page-${change}.ts.`, 'app');
      }
      job.finish({ status: 'cancelled' });
    })();
    return { jobId: id };
  }

  stop(): { jobId: string } {
    return this.#start('stop', 'Stop Sample', async (job) => {
      job.step({ id: 'stop', title: 'Stop containers', state: 'running' });
      await sleep(this.#pace * 4);
      job.step({ id: 'stop', title: 'Stop containers', state: 'done' });
      this.#set('stopped');
      return { status: 'succeeded' };
    });
  }

  createSnapshot({ name, note }: { name?: string | undefined; note?: string | undefined }): { jobId: string } {
    return this.#start('snapshot.create', `Take a snapshot of Sample`, async (job) => {
      for (let current = 0; current <= 5; current += 1) {
        const amount = { current: current * 9_600_000, total: 48_000_000, unit: 'bytes' } as const;
        job.step({ id: 'db-data', title: 'Read db-data', state: current === 5 ? 'done' : 'running', amount });
        await sleep(this.#pace);
      }
      const number = this.snapshots.value.length + 1;
      const facts = { createdAt: new Date().toISOString(), ...(name ? { name } : {}), ...(note ? { note } : {}) };
      this.snapshots.update((all) => [snapshotOf(number, facts), ...all]);
      return { status: 'succeeded' };
    });
  }

  clone(): { jobId: string } {
    return this.#start('environment.clone', 'Clone Sample', async (job) => {
      job.step({ id: 'fill', title: 'Writing the volumes', state: 'running' });
      await sleep(this.#pace * 4);
      return { status: 'succeeded', result: { environmentId: 'sample-2', name: 'sample-clone' } };
    });
  }

  update(): { jobId: string } {
    return this.#start('images.update', 'Update Sample', async (job) => {
      job.step({ id: 'pull', title: 'Pull 127.0.0.1:5000/sample/app', state: 'running' });
      await sleep(this.#pace * 4);
      return { status: 'succeeded' };
    });
  }

  rehearse(): { jobId: string } {
    return this.#start('images.rehearse', 'Rehearse Sample', async (job) => {
      job.step({ id: 'fill', title: 'Writing the volumes', state: 'running' });
      await sleep(this.#pace * 4);
      this.rehearsals.update((all) => [{ ...rehearsalThatWorks, startedAt: new Date().toISOString() }, ...all]);
      return { status: 'succeeded' };
    });
  }

  check(): { jobId: string } {
    return this.#start('check', 'Check Sample', async (job) => {
      this.checks.set(checksIn('checking'));
      job.step({ id: 'checks', title: 'Checks', state: 'running' });
      await sleep(this.#pace * 4);
      this.checks.set(checksIn('running'));
      return { status: 'succeeded' };
    });
  }

  restore(): { jobId: string } {
    return this.#start('snapshot.restore', 'Restore Sample', async (job) => {
      job.step({ id: 'safety', title: 'Take a safety snapshot', state: 'running' });
      await sleep(this.#pace * 4);
      return { status: 'succeeded' };
    });
  }

  /** A job of one step that changes nothing here. */
  startOther(kind: JobKind, title: string): { jobId: string } {
    return this.#start(kind, title, async (job) => {
      job.step({ id: 'work', title, state: 'running' });
      await sleep(this.#pace * 4);
      return { status: 'succeeded' };
    });
  }

  job(id: string): FakeJob {
    const found = this.#jobs.value.find(({ job }) => job.id === id);
    if (!found) throw new Error(`There is no job ${id}.`);
    return found;
  }

  async *jobSummaries(signal: AbortSignal | undefined): AsyncGenerator<JobSummary[], void, void> {
    for await (const jobs of this.#jobs.watch({ signal })) yield jobs.map(({ job }) => summarizeJob(job));
  }

  clearJobs(): void {
    this.#jobs.update((jobs) => jobs.filter(({ job }) => !job.outcome));
  }

  async *doctor(signal: AbortSignal | undefined): AsyncGenerator<DoctorReport, void, void> {
    for (const report of doctorReports(this.engine.value.state === 'connected')) {
      yield report;
      await sleep(this.#pace, { signal });
    }
  }

  connect(): void {
    this.engine.set(connected);
  }

  #set(state: StackState): void {
    this.#library.update((library) => ({ ...library, state }));
  }

  #start(kind: JobKind, title: string, play: (job: FakeJob) => Promise<JobOutcome>): { jobId: string } {
    const id = `job-${this.#jobs.value.length + 1}`;
    const touch = (): void => this.#jobs.update((jobs) => [...jobs]);
    const job = new FakeJob({ id, kind, title, environmentId: sampleId }, touch);
    this.#jobs.update((jobs) => [job, ...jobs]);
    this.#library.update((library) => ({ ...library, jobId: id }));
    void play(job).then((outcome) => {
      this.#library.update(({ jobId: _ended, ...library }) => library);
      job.finish(job.cancelled ? { status: 'cancelled' } : outcome);
    });
    return { jobId: id };
  }
}

function stateAtFirst(scenario: Scenario): StackState {
  switch (scenario) {
    case 'running':
      return 'running';
    case 'degraded':
    case 'large':
      return 'degraded';
    case 'no-engine':
      return 'unknown';
    case 'first-run':
    case 'stopped':
    case 'conflict':
    case 'slow':
      return 'stopped';
  }
}
