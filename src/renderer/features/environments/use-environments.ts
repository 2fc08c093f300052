import { useQuery, type UseQueryResult } from '@tanstack/react-query';
import type { EnvironmentSummary } from '../../../shared/models/environment.ts';
import { useApi } from '../../api/api.tsx';

/** The person's library, live. */
export function useEnvironments(): UseQueryResult<EnvironmentSummary[]> {
  return useQuery(useApi().environments.watch.experimental_liveOptions());
}
