import { MutationCache, QueryClient } from '@tanstack/react-query';
import type { Problem } from '../../shared/problem.ts';
import { problemOf } from './problem.ts';

declare module '@tanstack/react-query' {
  interface Register {
    mutationMeta: {
      /** The caller shows the Problem itself. */
      showsProblem?: boolean;
    };
  }
}

/**
 * Live queries keep themselves fresh and the main process is always there: nothing is refetched on focus or by
 * timers, and nothing is retried behind the person's back.
 */
export function createQueryClient(onProblem: (problem: Problem) => void): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: { retry: false, refetchOnWindowFocus: false, refetchOnReconnect: false, networkMode: 'always' },
      mutations: { retry: false, networkMode: 'always' },
    },
    mutationCache: new MutationCache({
      onError: (error, _variables, _result, mutation) => {
        if (!mutation.meta?.showsProblem) onProblem(problemOf(error));
      },
    }),
  });
}
