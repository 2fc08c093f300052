import type { EnvironmentSummary } from '../../../shared/models/environment.ts';
import type { JobSummary } from '../../../shared/models/job.ts';

/** The one thing that a person most likely wants to do with an environment now. */
export type PrimaryActionKind = 'start' | 'stop' | 'cancel';

/** A running job can be cancelled; what runs can be stopped; everything else can be started. */
export function choosePrimaryAction(
  { state, jobId }: Pick<EnvironmentSummary, 'state' | 'jobId'>,
  job: Pick<JobSummary, 'outcome'> | undefined,
): PrimaryActionKind {
  if (jobId !== undefined || (job && !job.outcome)) return 'cancel';
  switch (state) {
    case 'running':
    case 'degraded':
    case 'starting':
      return 'stop';
    case 'unknown':
    case 'stopped':
    case 'partial':
    case 'paused':
      return 'start';
  }
}
