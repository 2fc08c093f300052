import type { JobSummary } from '../../../shared/models/job.ts';
import type { Problem } from '../../../shared/problem.ts';
import { type PortConflict, portConflicts } from '../../ui/port-conflicts.ts';

export interface AskedConflict {
  readonly jobId: string;
  readonly environmentId: string;
  readonly problem: Problem;
}

/**
 * The start that somebody has to decide about: the newest job of its environment, begun after this time, ended because
 * ports are taken, and not answered yet. `jobs` are newest first.
 */
export function askedConflict(
  jobs: readonly JobSummary[],
  { after, answered }: { readonly after: string; readonly answered: ReadonlySet<string> },
): AskedConflict | undefined {
  const decided = new Set<string>();
  for (const { id, kind, environmentId, background, startedAt, outcome } of jobs) {
    if (environmentId === undefined || background || decided.has(environmentId)) continue;
    decided.add(environmentId);
    const open = kind === 'up' && startedAt >= after && !answered.has(id) && outcome?.status === 'failed';
    if (open && portConflicts(outcome.problem).length > 0) return { jobId: id, environmentId, problem: outcome.problem };
  }
  return undefined;
}

/** What the free ports would mean; undefined where none was found. */
export function remapText(conflicts: readonly PortConflict[]): string | undefined {
  const moved = conflicts.flatMap(({ port, suggestion }) => (suggestion === undefined ? [] : [`${suggestion} in place of ${port}`]));
  if (moved.length === 0) return undefined;
  const rest = conflicts.length - moved.length;
  return `Free: ${moved.join(', ')}. The environment keeps ${moved.length === 1 ? 'it' : 'them'} from then on; its Compose file stays as it is.${rest > 0 ? ' For the others no free port was found.' : ''}`;
}
