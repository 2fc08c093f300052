import type { SnapshotSummary } from '../../../shared/models/snapshot.ts';
import { formatBytes } from '../../ui/format.ts';

export const kindLooks: Readonly<Record<SnapshotSummary['kind'], { label: string; color: string; hint: string }>> = {
  manual: { label: 'Manual', color: 'gray', hint: 'You took it.' },
  safety: { label: 'Safety', color: 'orange', hint: 'Taken by itself before data was replaced or deleted.' },
  scheduled: { label: 'Scheduled', color: 'blue', hint: 'Taken by the schedule.' },
  seed: { label: 'Seed', color: 'violet', hint: 'The data that the environment began with.' },
};

/** "db-data 48 MB, uploads 1.2 MB": the largest first. */
export function volumeWords({ volumes }: Pick<SnapshotSummary, 'volumes'>): string {
  const largestFirst = [...volumes].sort((one, other) => other.bytes - one.bytes);
  return largestFirst.map(({ key, bytes }) => `${key} ${formatBytes(bytes)}`).join(', ');
}
