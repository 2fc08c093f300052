import type { ReactNode } from 'react';
import type { EnvironmentSummary } from '../../../shared/models/environment.ts';
import { SnapshotComparison } from './snapshot-comparison.tsx';
import { SnapshotPage } from './snapshot-page.tsx';
import { SnapshotTimeline } from './snapshot-timeline.tsx';

interface SnapshotsTabProps {
  environment: EnvironmentSummary;
  /** One snapshot's id, two to compare, or none. */
  place: readonly string[];
}

export function SnapshotsTab({ environment, place: [first, second] }: SnapshotsTabProps): ReactNode {
  if (first === undefined) return <SnapshotTimeline environment={environment} />;
  if (second === undefined) return <SnapshotPage key={first} environment={environment} snapshotId={first} />;
  return <SnapshotComparison environment={environment} before={first} after={second} />;
}
