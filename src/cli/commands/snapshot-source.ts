import { Fault } from '../../main/core/base/fault.ts';
import type { EnvironmentRecord } from '../../shared/models/environment.ts';
import { type CommandContext, resolveTarget, type TargetOptions } from '../context.ts';

/**
 * The environment that a snapshot's data belongs to: the one named; else the snapshot's own in the library; else the
 * working directory's, where it is the one. Raises `environment.not-found`.
 */
export async function snapshotSource(
  context: CommandContext,
  snapshotId: string,
  name: string | undefined,
  options: TargetOptions,
): Promise<EnvironmentRecord> {
  if (name !== undefined || options.file) return resolveTarget(context, name, options);
  try {
    return await context.core.clones.sourceOf(snapshotId, context);
  } catch (error) {
    if (!(error instanceof Fault) || error.problem.code !== 'environment.not-found') throw error;
    const here = await resolveTarget(context, undefined, options).catch(() => undefined);
    if (here?.id === error.problem.data?.['environmentId'] && here) return here;
    throw error;
  }
}
