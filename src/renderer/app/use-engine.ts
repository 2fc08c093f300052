import { useQuery } from '@tanstack/react-query';
import type { EngineStatus } from '../../shared/models/engine.ts';
import { useApi } from '../api/api.tsx';

/** How the app stands with its engine, live; undefined until the first answer. */
export function useEngine(): EngineStatus | undefined {
  return useQuery(useApi().engine.watch.experimental_liveOptions()).data;
}
