import { useMutation, useQuery, type UseQueryResult } from '@tanstack/react-query';
import type { Settings } from '../../../shared/models/settings.ts';
import { useApi } from '../../api/api.tsx';

export function useSettings(): UseQueryResult<Settings> {
  return useQuery(useApi().settings.watch.experimental_liveOptions());
}

/** Saves at once; the live query brings the new value back. */
export function useUpdateSettings(): (change: Partial<Settings>) => void {
  const update = useMutation(useApi().settings.update.mutationOptions());
  return (change) => update.mutate(change);
}
