import { Readable } from 'node:stream';
import { defined } from '../../../../shared/defined.ts';
import type { Cancellable } from '../../base/abort.ts';
import { composeLabels as labels, composeVersion } from '../../base/compose-labels.ts';
import { Fault } from '../../base/fault.ts';
import type { Build } from '../../compose/project.ts';
import { ulimitsOf } from '../container/resources.ts';
import type { Engine } from '../../engine/engine.ts';
import type { BuildOptions, BuildOutput, RegistryAuth } from '../../engine/images.ts';
import type { BuildChoices, StackDefinition } from '../plan.ts';
import { parsePlatform } from '../platform.ts';
import { baseImages } from './base-images.ts';
import { type BuildContext, packBuildContext } from './build-context.ts';
import { isRemote, refuseUnsupportedBuild } from './build-support.ts';

/** The person's login for an image's registry. Given by whoever knows registries. */
export type FindLogin = (reference: string, options: Cancellable) => Promise<RegistryAuth | undefined>;

export interface BuildServiceRequest extends Cancellable {
  readonly engine: Engine;
  readonly definition: StackDefinition;
  readonly service: string;
  /** The name that the image gets, besides those of `build.tags`. */
  readonly reference: string;
  readonly choices?: BuildChoices;
  /** For base images in private registries; without it only public ones can be had. */
  readonly findLogin?: FindLogin;
}

/**
 * Builds a service's image by the engine's own builder, yielding its output. Raises `plan.unsupported` for what only
 * BuildKit can do, `project.invalid` for a context that can't be read, and what the engine refuses with.
 */
export async function* buildService(request: BuildServiceRequest): AsyncGenerator<BuildOutput, void, void> {
  const { engine, definition, service: name, reference, choices = {}, signal } = request;
  const service = definition.project.services[name];
  const build = service?.build;
  if (!build) throw new Fault({ code: 'project.invalid', message: `Service ${name} has no build section.`, data: { service: name } });
  refuseUnsupportedBuild(name, build, definition);
  const args = argumentsOf({ ...build.args, ...choices.args }, definition);
  const remote = isRemote(build.context) ? build.context : undefined;
  const context = remote === undefined ? await packBuildContext(name, build) : fetchedByEngine(build);
  const images = [...baseImages(context.text, args), ...(build.cache_from ?? [])];
  const platform = service.platform ?? build.platforms?.[0];
  const own = { [labels.project]: definition.project.name, [labels.service]: name, [labels.version]: composeVersion };
  const options: BuildOptions = {
    tags: [reference, ...(build.tags ?? [])],
    dockerfile: context.dockerfile,
    args,
    labels: { ...build.labels, ...own },
    noCache: choices.noCache ?? build.no_cache ?? false,
    pull: choices.pull ?? build.pull ?? false,
    auths: await logins(images, request),
    signal,
    ...defined({
      target: build.target,
      cacheFrom: build.cache_from,
      networkMode: build.network,
      extraHosts: build.extra_hosts?.map((host) => host.replace('=', ':')),
      shmSizeBytes: build.shm_size === undefined ? undefined : Number(build.shm_size),
      ulimits: build.ulimits && ulimitsOf(build.ulimits),
      isolation: build.isolation,
      platform: platform === undefined ? undefined : parsePlatform(platform),
      remote,
    }),
  };
  yield* engine.images.build(context.tar, options);
}

function fetchedByEngine({ dockerfile = 'Dockerfile' }: Build): BuildContext {
  return { tar: Readable.from([]), dockerfile, text: '' };
}

/**
 * An argument without a value takes it from the project's environment, and is left out where that has none. Proxies of
 * the person's Docker configuration are arguments too, where the file says nothing else.
 */
function argumentsOf(args: NonNullable<Build['args']>, { environment, proxies }: StackDefinition): Record<string, string> {
  const given = Object.entries(args).map(([key, value]) => [key, value ?? environment[key]] as const);
  return { ...proxies, ...Object.fromEntries(given.flatMap(([key, value]) => (value === undefined ? [] : [[key, value] as const]))) };
}

/** One login for each registry that the build takes images from. */
async function logins(images: readonly string[], { findLogin, signal }: BuildServiceRequest): Promise<RegistryAuth[]> {
  if (!findLogin) return [];
  const found = await Promise.all([...new Set(images)].map((image) => findLogin(image, { signal })));
  return [...new Map(found.flatMap((auth) => (auth ? [[auth.serverAddress, auth] as const] : []))).values()];
}
