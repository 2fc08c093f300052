import { Live } from '../../../src/main/core/base/live.ts';
import type { Job, JobEvent, JobKind, JobOutcome, Step } from '../../../src/shared/models/job.ts';
import { reduceJob } from '../../../src/shared/models/reduce-job.ts';

/** A job of the fake main process: events are added by the script that plays it, and replayed to whoever follows. */
export class FakeJob {
  readonly events: Live<readonly JobEvent[]>;
  readonly #onChange: () => void;
  cancelled = false;

  constructor(facts: { id: string; kind: JobKind; title: string; environmentId: string; background?: boolean }, onChange: () => void) {
    this.#onChange = onChange;
    this.events = new Live<readonly JobEvent[]>([
      { type: 'started', job: { ...facts, startedAt: new Date().toISOString() } },
    ]);
  }

  get job(): Job {
    const job = this.events.value.reduce<Job | undefined>(reduceJob, undefined);
    if (!job) throw new Error('A fake job begins with "started".');
    return job;
  }

  step(step: Step): void {
    this.#add({ type: 'step', at: now(), step });
  }

  log(text: string, source?: string): void {
    this.#add({ type: 'log', at: now(), entry: { level: 'info', text, ...(source ? { source } : {}) } });
  }

  cancel(): void {
    this.cancelled = true;
    this.#add({ type: 'cancelling', at: now() });
  }

  finish(outcome: JobOutcome): void {
    this.#add({ type: 'finished', at: now(), outcome });
  }

  async *follow(signal: AbortSignal | undefined): AsyncGenerator<JobEvent, void, void> {
    let told = 0;
    for await (const events of this.events.watch({ signal })) {
      for (; told < events.length; told += 1) {
        const event = events[told];
        if (event) yield event;
      }
      if (events.at(-1)?.type === 'finished') return;
    }
  }

  #add(event: JobEvent): void {
    this.events.update((events) => [...events, event]);
    this.#onChange();
  }
}

function now(): string {
  return new Date().toISOString();
}
