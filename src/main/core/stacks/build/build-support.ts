import { Fault } from '../../base/fault.ts';
import type { Build } from '../../compose/project.ts';
import { locationOf } from '../../compose/source/locate.ts';
import type { StackDefinition } from '../plan.ts';
import { isRemote, namedContext } from './named-contexts.ts';
import { buildKitParts, chooseBuilder, hasOwnNetwork, isTurnedOff, limitsOf, type OfferedBuildKit } from './choose-builder.ts';

/** What no engine's API takes with a build; it takes a builder of its own. */
const ownBuilderOnly: readonly { readonly key: keyof Build; readonly what: string; readonly used: (build: Build) => boolean }[] = [
  { key: 'entitlements', what: 'entitlements', used: ({ entitlements = [] }) => entitlements.some((one) => one !== 'network.host') },
  { key: 'privileged', what: 'privileged', used: ({ privileged }) => privileged === true },
  { key: 'platforms', what: 'several platforms', used: ({ platforms = [] }) => platforms.length > 1 },
];

/**
 * Refuses a build that the engine can't do, before anything starts. Raises `plan.unsupported` with the place in the file.
 */
export function refuseUnsupportedBuild(
  service: string,
  build: Build,
  definition: Pick<StackDefinition, 'document' | 'environment'>,
  buildKit: OfferedBuildKit | undefined,
): void {
  const refuse = (key: keyof Build, message: string, hint: string): never => {
    throw new Fault({ code: 'plan.unsupported', message, hint, ...located(definition.document, service, key), data: { service } });
  };
  const own = ownBuilderOnly.filter(({ used }) => used(build));
  if (own[0]) {
    const what = own.map(({ what: name }) => name).join(', ');
    refuse(own[0].key, `The image of ${service} needs a builder of its own (${what}), which Slipway does not run.`, `Build it once with docker buildx; then it is only used.`);
  }
  const contexts = Object.entries(build.additional_contexts ?? {});
  const [fetched] = contexts.find(([, value]) => namedContext(value).kind === 'remote') ?? [];
  if (fetched !== undefined) {
    refuse('additional_contexts', `The image of ${service} takes ${fetched} from an address, which the engine can't be asked for.`, 'Name a directory, an image or a service.');
  }
  if (contexts.length > 0 && isRemote(build.context)) {
    refuse('additional_contexts', `The image of ${service} has further contexts beside one that the engine fetches itself.`, 'Build from a directory.');
  }
  const builder = chooseBuilder(build, definition, buildKit);
  const parts = buildKitParts(build);
  if (builder === 'classic' && parts[0]) {
    const isOff = buildKit !== undefined && isTurnedOff(definition.environment);
    refuse(
      parts[0],
      `The image of ${service} needs BuildKit (${parts.join(', ')}), which ${isOff ? 'DOCKER_BUILDKIT turns off' : 'this engine does not have'}.`,
      isOff ? 'Take DOCKER_BUILDKIT away.' : 'Use a Docker Engine of version 18.09 or newer, or build it elsewhere; then it is only used.',
    );
  }
  if (builder === 'buildkit' && hasOwnNetwork(build)) {
    refuse('network', `The image of ${service} is to be built in the network ${build.network ?? ''}, which BuildKit can't do.`, 'Use default, host or none.');
  }
  if (isRemote(build.context) && build.dockerfile_inline !== undefined) {
    refuse(
      'dockerfile_inline',
      `The image of ${service} has an inline Dockerfile for a context that the engine fetches itself.`,
      'Put the Dockerfile into the repository, or build from a directory.',
    );
  }
}

/** What has no effect in the engine's builder, in a person's words. */
export function ignoredBuildParts(service: string, build: Build, definition: Pick<StackDefinition, 'environment'>, buildKit: OfferedBuildKit | undefined): string[] {
  const isBuildKit = chooseBuilder(build, definition, buildKit) === 'buildkit';
  const caches = (build.cache_to ?? []).filter((cache) => !(isBuildKit && isInlineCache(cache)));
  const names = [
    ...(caches.length > 0 ? ['cache_to'] : []),
    ...(build.provenance ? ['provenance'] : []),
    ...(build.sbom ? ['sbom'] : []),
    ...(isBuildKit && buildKit?.isComplete === false ? limitsOf(build) : []),
  ];
  return names.length === 0 ? [] : [`${names.join(', ')} under build of ${service} has no effect: the engine's own builder does not know it.`];
}

/** A cache that travels inside the image: the only one that an engine's API can be asked for. */
export function isInlineCache(cache: string): boolean {
  return /(?:^|,)type=inline(?:,|$)/.test(cache);
}

function located(document: StackDefinition['document'], service: string, key: string): { readonly location?: NonNullable<ReturnType<typeof locationOf>> } {
  const location = locationOf(document, ['services', service, 'build', key]);
  return location ? { location } : {};
}
