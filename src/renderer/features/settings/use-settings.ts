import { useMutation, useQuery, type UseQueryResult } from '@tanstack/react-query';
import type { Settings } from '../../../shared/models/settings.ts';
import { useApi } from '../../api/api.tsx';

export function useSettings(): UseQueryResult<Settings> {
  return useQuery(useApi().settings.watch.experimental_liveOptions());
}

/**
 * Saves a change of `present` at once; the live query brings the new value back. All settings are sent, since the
 * contract's schema fills those left out with their defaults.
 */
export function useUpdateSettings(present: Settings): (change: Partial<Settings>) => void {
  const update = useMutation(useApi().settings.update.mutationOptions());
  return (change) => update.mutate({ ...present, ...change });
}
