import type { Job, JobEvent, JobSummary, Step } from './job.ts';

/** A job keeps this many log lines; older ones are dropped. */
const logLimit = 5_000;

/**
 * The one reducer of jobs, used by the main process, the window and the command line alike.
 * The first event must be `started`; any other first event is ignored.
 */
export function reduceJob(job: Job | undefined, event: JobEvent): Job | undefined {
  if (event.type === 'started') return { ...event.job, steps: [], log: [], cancelling: false };
  if (!job) return undefined;
  switch (event.type) {
    case 'step':
      return { ...job, steps: withStep(job.steps, event.step) };
    case 'log':
      return { ...job, log: [...job.log.slice(-(logLimit - 1)), { ...event.entry, at: event.at }] };
    case 'cancelling':
      return { ...job, cancelling: true };
    case 'finished':
      return { ...job, cancelling: false, finishedAt: event.at, outcome: event.outcome };
  }
}

function withStep(steps: readonly Step[], next: Step): Step[] {
  const index = steps.findIndex((step) => step.id === next.id);
  return index < 0 ? [...steps, next] : steps.with(index, next);
}

export function summarizeJob(job: Job): JobSummary {
  const { steps, log: _log, ...head } = job;
  const current =
    steps.findLast((step) => step.state === 'failed') ??
    steps.findLast((step) => step.state === 'running' || step.state === 'waiting') ??
    steps.at(-1);
  return current ? { ...head, currentStep: current } : head;
}
