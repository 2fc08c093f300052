import { randomUUID } from 'node:crypto';
import type { Job, JobEvent, JobHead, JobKind, JobOutcome, JobSummary, WorkEvent } from '../../../shared/models/job.ts';
import { reduceJob, summarizeJob } from '../../../shared/models/reduce-job.ts';
import type { Cancellable } from '../base/abort.ts';
import { abortReason } from '../base/abort-reason.ts';
import type { Clock } from '../base/clock.ts';
import { Channel } from '../base/channel.ts';
import { Fault, isAbort, toProblem } from '../base/fault.ts';
import { Live } from '../base/live.ts';
import type { Logger } from '../base/logger.ts';
import { replayJob } from './replay-job.ts';

export interface JobContext {
  /** Aborts when the job is cancelled. */
  readonly signal: AbortSignal;
  readonly report: (event: WorkEvent) => void;
}

export interface JobRequest {
  readonly kind: JobKind;
  readonly title: string;
  /** Jobs of one environment exclude each other. */
  readonly environmentId?: string;
  /** Runs beside the others of its environment, and does not make it busy. */
  readonly background?: boolean;
  /** The work. What it resolves with becomes the job's result. */
  run(context: JobContext): Promise<Record<string, unknown> | undefined>;
}

interface RunningJob {
  readonly followers: Set<Channel<JobEvent>>;
  readonly cancel: AbortController;
  readonly done: Promise<JobOutcome>;
  job: Job;
}

/** So many finished jobs are remembered. */
const historyLimit = 50;

/** Runs long operations: keeps every event so that watching replays, cancels, and lets one job an environment run. */
export class Jobs {
  /** Environment id → the job that is changing it. Changes when jobs start and end, not with their progress. */
  readonly busy = new Live<ReadonlyMap<string, string>>(new Map());
  readonly #jobs = new Map<string, RunningJob>();
  readonly #summaries = new Live<JobSummary[]>([]);
  readonly #clock: Clock;
  readonly #logger: Logger;

  constructor({ clock, logger }: { clock: Clock; logger: Logger }) {
    this.#clock = clock;
    this.#logger = logger;
  }

  /** Starts work at once and returns the job's id. Raises `environment.busy`. */
  start(request: JobRequest): string {
    const busy = request.environmentId && !request.background ? this.runningFor(request.environmentId) : undefined;
    if (busy) {
      throw new Fault({
        code: 'environment.busy',
        message: `“${busy.title}” is still running for this environment.`,
        hint: 'Wait for it to end, or cancel it.',
        data: { jobId: busy.id },
      });
    }
    const head: JobHead = {
      id: randomUUID(),
      kind: request.kind,
      title: request.title,
      startedAt: this.#now(),
      ...(request.environmentId ? { environmentId: request.environmentId } : {}),
      ...(request.background ? { background: true } : {}),
    };
    const cancel = new AbortController();
    const running: RunningJob = {
      followers: new Set(),
      cancel,
      job: { ...head, steps: [], log: [], cancelling: false },
      // The work begins after this function has returned the id.
      done: Promise.resolve().then(() => this.#run(head.id, request, cancel.signal)),
    };
    this.#jobs.set(head.id, running);
    this.#publish();
    this.#publishBusy();
    return head.id;
  }

  /** The job that is now changing this environment. */
  runningFor(environmentId: string): Job | undefined {
    for (const { job } of this.#jobs.values()) {
      if (job.environmentId === environmentId && !job.background && !job.outcome) return job;
    }
    return undefined;
  }

  /** The job of this kind that goes on in the background of an environment. */
  inBackground(environmentId: string, kind: JobKind): JobSummary | undefined {
    return this.#summaries.value.find((job) => job.environmentId === environmentId && job.kind === kind && job.background && !job.outcome);
  }

  /** Starts work as soon as no other job is changing its environment, and returns the job's id. */
  async startWhenFree(request: JobRequest, { signal }: { readonly signal: AbortSignal }): Promise<string> {
    for await (const busy of this.busy.watch({ signal })) {
      if (!busy.has(request.environmentId ?? '')) return this.start(request);
    }
    throw abortReason(signal);
  }

  /** What the job did so far, then live events, until it has finished. Raises `job.not-found`. */
  async *follow(id: string, { signal }: Cancellable = {}): AsyncGenerator<JobEvent, void, void> {
    const running = this.#get(id);
    const channel = new Channel<JobEvent>();
    for (const event of replayJob(running.job)) channel.push(event);
    if (running.job.outcome) channel.end();
    running.followers.add(channel);
    try {
      yield* channel.read({ signal });
    } finally {
      running.followers.delete(channel);
    }
  }

  /** Summaries, newest first. */
  watch(options: Cancellable = {}): AsyncGenerator<JobSummary[], void, void> {
    return this.#summaries.watch(options);
  }

  /** Asks the job to stop; resolves when it has. No-op when it is finished. Raises `job.not-found`. */
  async cancel(id: string): Promise<void> {
    const running = this.#get(id);
    if (!running.job.outcome && !running.job.cancelling) {
      this.#emit(running, { type: 'cancelling', at: this.#now() });
      running.cancel.abort();
    }
    await running.done;
  }

  /** Resolves with how the job ended. Raises `job.not-found`. */
  outcome(id: string): Promise<JobOutcome> {
    return this.#get(id).done;
  }

  /** Forgets finished jobs. */
  clear(): void {
    for (const [id, { job }] of this.#jobs) if (job.outcome) this.#jobs.delete(id);
    this.#publish();
  }

  /** Cancels everything and resolves when all work has ended. */
  async close(): Promise<void> {
    await Promise.all([...this.#jobs.keys()].map((id) => this.cancel(id)));
  }

  async #run(id: string, request: JobRequest, signal: AbortSignal): Promise<JobOutcome> {
    const running = this.#get(id);
    let outcome: JobOutcome;
    try {
      const result = await request.run({
        signal,
        report: (event) => this.#emit(running, { ...event, at: this.#now() }),
      });
      outcome = result ? { status: 'succeeded', result } : { status: 'succeeded' };
    } catch (error) {
      if (signal.aborted && isAbort(error)) {
        outcome = { status: 'cancelled' };
      } else {
        outcome = { status: 'failed', problem: toProblem(error) };
        this.#logger.warn('job failed', { job: id, kind: request.kind, code: outcome.problem.code });
      }
    }
    this.#settleSteps(running, outcome);
    this.#emit(running, { type: 'finished', at: this.#now(), outcome });
    this.#forgetOldest();
    this.#publishBusy();
    return outcome;
  }

  /** No step may look busy after its job has ended. */
  #settleSteps(running: RunningJob, outcome: JobOutcome): void {
    for (const step of running.job.steps) {
      if (step.state !== 'running' && step.state !== 'waiting' && step.state !== 'pending') continue;
      const state = outcome.status === 'succeeded' ? 'done' : 'cancelled';
      this.#emit(running, { type: 'step', at: this.#now(), step: { ...step, state } });
    }
  }

  #emit(running: RunningJob, event: JobEvent): void {
    running.job = reduceJob(running.job, event) ?? running.job;
    for (const follower of running.followers) {
      follower.push(event, (pending) => isOlderState(pending, event));
      if (event.type === 'finished') follower.end();
    }
    this.#publish();
  }

  #publish(): void {
    this.#summaries.set([...this.#jobs.values()].map(({ job }) => summarizeJob(job)).reverse());
  }

  #publishBusy(): void {
    const running = [...this.#jobs.values()].filter(({ job }) => !job.outcome && !job.background && job.environmentId !== undefined);
    this.busy.set(new Map(running.map(({ job }) => [job.environmentId ?? '', job.id])));
  }

  #forgetOldest(): void {
    const finished = [...this.#jobs].filter(([, { job }]) => job.outcome);
    for (const [id] of finished.slice(0, Math.max(0, finished.length - historyLimit))) this.#jobs.delete(id);
  }

  #get(id: string): RunningJob {
    const running = this.#jobs.get(id);
    if (!running) {
      throw new Fault({ code: 'job.not-found', message: `There is no job ${id}.`, hint: 'It may have been cleared.' });
    }
    return running;
  }

  #now(): string {
    return this.#clock.now().toISOString();
  }
}

function isOlderState(pending: JobEvent, event: JobEvent): boolean {
  return pending.type === 'step' && event.type === 'step' && pending.step.id === event.step.id;
}
