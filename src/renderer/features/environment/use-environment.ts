import { useQuery, type UseQueryResult } from '@tanstack/react-query';
import type { EnvironmentView } from '../../../shared/models/environment.ts';
import { useApi } from '../../api/api.tsx';

/** One environment with its services, links, profiles and volumes, live. */
export function useEnvironment(environmentId: string): UseQueryResult<EnvironmentView> {
  return useQuery(useApi().environments.watchOne.experimental_liveOptions({ input: { environmentId } }));
}
