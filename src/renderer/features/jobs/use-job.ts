import { skipToken, useQuery, type UseQueryResult } from '@tanstack/react-query';
import type { Job } from '../../../shared/models/job.ts';
import { reduceJob } from '../../../shared/models/reduce-job.ts';
import { useApi } from '../../api/api.tsx';

/** Events are shown together at most this often, in milliseconds: a replay of thousands is one render. */
const showEveryMs = 50;

/** One job in full: what it has done so far is replayed, then it is followed until it ends. */
export function useJob(jobId: string | undefined): UseQueryResult<Job> {
  const api = useApi();
  return useQuery<Job>({
    queryKey: [...api.jobs.follow.key({ type: 'live' }), jobId],
    // A finished job never changes; a running one is followed afresh when somebody looks again.
    staleTime: (query) => (query.state.data?.outcome ? Infinity : 0),
    queryFn:
      jobId === undefined
        ? skipToken
        : async ({ client, queryKey, signal }): Promise<Job> => {
            let job: Job | undefined;
            let shownAt = 0;
            let later: ReturnType<typeof setTimeout> | undefined;
            const show = (): void => {
              clearTimeout(later);
              later = undefined;
              shownAt = performance.now();
              if (!signal.aborted) client.setQueryData(queryKey, job);
            };
            try {
              for await (const event of await api.jobs.follow.call({ jobId }, { signal })) {
                job = reduceJob(job, event);
                const pause = showEveryMs - (performance.now() - shownAt);
                if (pause <= 0) show();
                else later ??= setTimeout(show, pause);
              }
            } finally {
              clearTimeout(later);
            }
            if (!job) throw new Error('The job has no history.');
            return job;
          },
  });
}
