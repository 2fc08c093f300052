import type { Build } from '../../compose/project.ts';
import type { BuildKit } from '../../engine/buildkit.ts';
import type { StackDefinition } from '../plan.ts';

/** What of an engine decides who builds. */
export type OfferedBuildKit = Pick<BuildKit, 'isComplete'>;

/**
 * BuildKit where the engine has it, as Compose does. The classic builder where it has not, where DOCKER_BUILDKIT turns it
 * off, and where the build has a setting that only the classic one heeds and none that only BuildKit does.
 */
export function chooseBuilder(build: Build, { environment }: Pick<StackDefinition, 'environment'>, buildKit: OfferedBuildKit | undefined): 'buildkit' | 'classic' {
  if (!buildKit || isTurnedOff(environment)) return 'classic';
  if (buildKitParts(build).length > 0) return 'buildkit';
  return needsClassic(build, buildKit) ? 'classic' : 'buildkit';
}

/** As Docker reads it: any form of false. */
export function isTurnedOff(environment: StackDefinition['environment']): boolean {
  return /^(?:0|f|false)$/i.test(environment.DOCKER_BUILDKIT ?? '');
}

/** Names of the parts of a build that only BuildKit knows. */
export function buildKitParts({ secrets = [], ssh = [], additional_contexts: contexts = {} }: Build): (keyof Build)[] {
  return [
    ...(secrets.length > 0 ? (['secrets'] as const) : []),
    ...(ssh.length > 0 ? (['ssh'] as const) : []),
    ...(Object.keys(contexts).length > 0 ? (['additional_contexts'] as const) : []),
  ];
}

/** A build in a network of one's own; on engines before Docker 23 also limits and a directory inside a git repository. */
function needsClassic(build: Build, { isComplete }: OfferedBuildKit): boolean {
  const hasDirectory = /^[^#]+#[^:]*:./.test(build.context ?? '');
  return hasOwnNetwork(build) || build.isolation !== undefined || (!isComplete && (hasDirectory || limitsOf(build).length > 0));
}

/** BuildKit runs its steps in a network of its own, in the host's, or in none. */
export function hasOwnNetwork({ network }: Build): boolean {
  return network !== undefined && !['', 'default', 'host', 'none'].includes(network);
}

/** Limits that the file sets. */
export function limitsOf({ ulimits = {}, shm_size: shmSize }: Build): string[] {
  return [...(Object.keys(ulimits).length > 0 ? ['ulimits'] : []), ...(shmSize === undefined ? [] : ['shm_size'])];
}
