import type { JobOutcome } from '../shared/models/job.ts';
import type { ProblemCode } from '../shared/problem.ts';

/** The command line's exit codes. People script against them: they never change their meaning. */
export const exitCodes = {
  ok: 0,
  failed: 1,
  usage: 2,
  invalidProject: 3,
  engineUnreachable: 4,
  portConflict: 5,
  registry: 6,
  snapshotDamaged: 7,
  cancelled: 130,
} as const;

/** The one place where a Problem becomes an exit code. */
export function exitCodeOf(code: ProblemCode): number {
  switch (code) {
    case 'usage.invalid':
      return exitCodes.usage;
    case 'project.invalid':
    case 'project.not-found':
    case 'project.value-missing':
      return exitCodes.invalidProject;
    case 'engine.unreachable':
    case 'engine.permission-denied':
    case 'engine.lost':
      return exitCodes.engineUnreachable;
    case 'port.conflict':
      return exitCodes.portConflict;
    case 'image.not-found':
    case 'image.pull-failed':
    case 'registry.unreachable':
    case 'registry.unauthorized':
    case 'registry.rate-limited':
    case 'registry.tls':
    case 'registry.invalid-config':
    case 'registry.not-found':
    case 'registry.unsupported':
    case 'image.digest-mismatch':
    case 'image.wrong-platform':
      return exitCodes.registry;
    case 'snapshot.damaged':
      return exitCodes.snapshotDamaged;
    default:
      return exitCodes.failed;
  }
}

export function exitCodeOfOutcome(outcome: JobOutcome): number {
  switch (outcome.status) {
    case 'succeeded':
      return exitCodes.ok;
    case 'cancelled':
      return exitCodes.cancelled;
    case 'failed':
      return exitCodeOf(outcome.problem.code);
  }
}
