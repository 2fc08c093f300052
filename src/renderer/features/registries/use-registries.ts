import { useQuery, type UseQueryResult } from '@tanstack/react-query';
import type { RegistryHealth, RegistryView } from '../../../shared/models/registry.ts';
import { useApi } from '../../api/api.tsx';

export function useRegistries(): UseQueryResult<RegistryView[]> {
  return useQuery(useApi().registries.watch.experimental_liveOptions());
}

/** How the registries are; they are asked only while somebody looks. */
export function useRegistryHealth(): UseQueryResult<RegistryHealth[]> {
  return useQuery(useApi().registries.health.experimental_liveOptions());
}
