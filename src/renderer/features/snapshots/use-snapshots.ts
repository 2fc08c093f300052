import { useQuery, type UseQueryResult } from '@tanstack/react-query';
import type { SnapshotSummary } from '../../../shared/models/snapshot.ts';
import { useApi } from '../../api/api.tsx';

/** All snapshots of an environment, newest first, live. */
export function useSnapshots(environmentId: string): UseQueryResult<SnapshotSummary[]> {
  return useQuery(useApi().snapshots.watch.experimental_liveOptions({ input: { environmentId } }));
}
