import type { Job, JobEvent } from '../../../shared/models/job.ts';

/** The shortest list of events that `reduceJob` turns into `job` as it stands. */
export function replayJob(job: Job): JobEvent[] {
  const { steps, log, cancelling, finishedAt, outcome, ...head } = job;
  const at = finishedAt ?? head.startedAt;
  return [
    { type: 'started', job: head },
    ...steps.map((step): JobEvent => ({ type: 'step', at, step })),
    ...log.map(({ at: loggedAt, ...entry }): JobEvent => ({ type: 'log', at: loggedAt, entry })),
    ...(cancelling ? [{ type: 'cancelling', at } as const] : []),
    ...(outcome ? [{ type: 'finished', at, outcome } as const] : []),
  ];
}
