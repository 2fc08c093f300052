import { useQuery, type UseQueryResult } from '@tanstack/react-query';
import type { JobSummary } from '../../../shared/models/job.ts';
import { useApi } from '../../api/api.tsx';

/** Running jobs and the newest finished ones, newest first, live. */
export function useJobs(): UseQueryResult<JobSummary[]> {
  return useQuery(useApi().jobs.watch.experimental_liveOptions());
}

/** The newest job that changes one environment, running or ended. */
export function useLatestJob(environmentId: string): JobSummary | undefined {
  return useJobs().data?.find((job) => job.environmentId === environmentId && !job.background);
}
