import { Fault } from '../../base/fault.ts';
import type { Build } from '../../compose/project.ts';
import { locationOf } from '../../compose/source/locate.ts';
import type { StackDefinition } from '../plan.ts';

/** What only BuildKit does, and a person must know before anything starts. */
const buildKitOnly: readonly { readonly key: keyof Build; readonly what: string; readonly used: (build: Build) => boolean }[] = [
  { key: 'secrets', what: 'secrets', used: ({ secrets = [] }) => secrets.length > 0 },
  { key: 'ssh', what: 'ssh', used: ({ ssh = [] }) => ssh.length > 0 },
  { key: 'additional_contexts', what: 'additional_contexts', used: ({ additional_contexts: contexts = {} }) => Object.keys(contexts).length > 0 },
  { key: 'entitlements', what: 'entitlements', used: ({ entitlements = [] }) => entitlements.length > 0 },
  { key: 'privileged', what: 'privileged', used: ({ privileged }) => privileged === true },
  { key: 'platforms', what: 'several platforms', used: ({ platforms = [] }) => platforms.length > 1 },
];

/**
 * Refuses a build that the engine's own builder can't do. Slipway does not drive BuildKit: its build steps are asked for
 * over a session of its own protocol (gRPC over a hijacked connection), which no maintained client in JavaScript speaks.
 * Raises `plan.unsupported` with the place in the file.
 */
export function refuseUnsupportedBuild(service: string, build: Build, { document }: Pick<StackDefinition, 'document'>): void {
  const needed = buildKitOnly.filter(({ used }) => used(build));
  const [first] = needed;
  if (first) {
    throw new Fault({
      code: 'plan.unsupported',
      message: `The image of ${service} needs BuildKit (${needed.map(({ what }) => what).join(', ')}), which Slipway does not drive.`,
      hint: `Build it once with docker compose build ${service}; then it is only used.`,
      ...located(document, service, first.key),
      data: { service },
    });
  }
  if (isRemote(build.context) && build.dockerfile_inline !== undefined) {
    throw new Fault({
      code: 'plan.unsupported',
      message: `The image of ${service} has an inline Dockerfile for a context that the engine fetches itself.`,
      hint: 'Put the Dockerfile into the repository, or build from a directory.',
      ...located(document, service, 'dockerfile_inline'),
      data: { service },
    });
  }
}

/** What has no effect in the engine's own builder, in a person's words. */
export function ignoredBuildParts(service: string, build: Build): string[] {
  const ignored = [build.cache_to?.length ? 'cache_to' : undefined, build.provenance ? 'provenance' : undefined, build.sbom ? 'sbom' : undefined];
  const names = ignored.filter((name) => name !== undefined);
  return names.length === 0 ? [] : [`${names.join(', ')} under build of ${service} has no effect: the engine's own builder does not know it.`];
}

/** Contexts that the engine fetches itself: git repositories, and tars by http. */
export function isRemote(context: string | undefined): boolean {
  return context !== undefined && /^(https?|git|ssh):\/\/|^git@|^(github|gitlab)\.com\//.test(context);
}

function located(document: StackDefinition['document'], service: string, key: string): { readonly location?: NonNullable<ReturnType<typeof locationOf>> } {
  const location = locationOf(document, ['services', service, 'build', key]);
  return location ? { location } : {};
}
