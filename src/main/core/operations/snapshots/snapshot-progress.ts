import type { SnapshotProgress } from '../../../../shared/models/snapshot.ts';
import type { JobContext } from '../../jobs/jobs.ts';

const phaseTitles: Record<SnapshotProgress['phase'], string> = {
  verifying: 'Checking every byte',
  capturing: 'Reading the volumes',
  'catching-up': 'Reading what changed meanwhile',
  comparing: 'Comparing with the volumes',
  safety: 'Taking a safety snapshot',
  clearing: 'Emptying the volumes',
  writing: 'Writing the volumes',
  finishing: 'Finishing',
};

/** Shows a snapshot's phases as a job's steps; `titles` where the usual ones don't fit. */
export function snapshotProgress(
  { report }: JobContext,
  id: string,
  titles: Partial<typeof phaseTitles> = {},
): (progress: SnapshotProgress) => void {
  const titleOf = (phase: SnapshotProgress['phase']): string => titles[phase] ?? phaseTitles[phase];
  let last: SnapshotProgress['phase'] | undefined;
  return ({ phase, volume, bytes, totalBytes }) => {
    if (last !== undefined && last !== phase) {
      report({ type: 'step', step: { id: `${id}.${last}`, title: titleOf(last), state: 'done' } });
    }
    last = phase;
    const total = totalBytes === undefined ? {} : { total: totalBytes };
    report({
      type: 'step',
      step: {
        id: `${id}.${phase}`,
        title: titleOf(phase),
        state: 'running',
        amount: { current: bytes, unit: 'bytes', ...total },
        ...(volume === undefined ? {} : { detail: volume }),
      },
    });
  };
}
