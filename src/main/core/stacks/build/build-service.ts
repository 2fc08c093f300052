import { Readable } from 'node:stream';
import { defined } from '../../../../shared/defined.ts';
import type { Cancellable } from '../../base/abort.ts';
import { composeLabels as labels, composeVersion } from '../../base/compose-labels.ts';
import { Fault } from '../../base/fault.ts';
import type { Build } from '../../compose/project.ts';
import { ulimitsOf } from '../container/resources.ts';
import type { Engine } from '../../engine/engine.ts';
import type { BuildOptions, BuildOutput } from '../../engine/images.ts';
import type { BuildChoices, StackDefinition } from '../plan.ts';
import { parsePlatform } from '../platform.ts';
import { baseImages } from './base-images.ts';
import { type BuildContext, readBuildContext } from './build-context.ts';
import { type FindLogin, loginsFor } from './build-logins.ts';
import { refuseUnsupportedBuild } from './build-support.ts';
import { buildInSession } from './buildkit-build.ts';
import { chooseBuilder } from './choose-builder.ts';
import { packContext } from './context-tar.ts';
import { isRemote } from './named-contexts.ts';

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
 * Builds a service's image on the engine, yielding the builder's output. Raises `plan.unsupported` for what it can't do,
 * `project.invalid` and `project.value-missing` for what can't be read here, and what the engine refuses with.
 */
export async function* buildService(request: BuildServiceRequest): AsyncGenerator<BuildOutput, void, void> {
  const { engine, definition, service: name, findLogin, signal } = request;
  const build = definition.project.services[name]?.build;
  if (!build) throw new Fault({ code: 'project.invalid', message: `Service ${name} has no build section.`, data: { service: name } });
  refuseUnsupportedBuild(name, build, definition, engine.buildKit);
  const context = isRemote(build.context) ? undefined : await readBuildContext(name, build);
  const options = buildOptions(request, build);
  const images = [...(context ? baseImages(context.dockerfile.text, options.args) : []), ...(options.cacheFrom ?? [])];
  if (chooseBuilder(build, definition, engine.buildKit) === 'buildkit' && engine.buildKit) {
    yield* buildInSession({ ...request, buildKit: engine.buildKit, build, context, options, images });
    return;
  }
  const auths = await loginsFor(images, findLogin, { signal });
  const { tar, dockerfile } = context ? packContext(context) : fetchedByEngine(build);
  yield* engine.images.build(tar, { ...options, dockerfile, auths });
}

function fetchedByEngine({ dockerfile = 'Dockerfile' }: Build): { readonly tar: Readable; readonly dockerfile: string } {
  return { tar: Readable.from([]), dockerfile };
}

/** All that both builders are told alike. */
function buildOptions({ definition, service: name, reference, choices = {}, signal }: BuildServiceRequest, build: Build) {
  const platform = definition.project.services[name]?.platform ?? build.platforms?.[0];
  const own = { [labels.project]: definition.project.name, [labels.service]: name, [labels.version]: composeVersion };
  return {
    tags: [reference, ...(build.tags ?? [])],
    args: argumentsOf({ ...build.args, ...choices.args }, definition),
    labels: { ...build.labels, ...own },
    noCache: choices.noCache ?? build.no_cache ?? false,
    pull: choices.pull ?? build.pull ?? false,
    signal,
    ...defined({
      target: build.target,
      cacheFrom: build.cache_from?.flatMap(cachedImage),
      networkMode: build.network,
      extraHosts: build.extra_hosts?.map((host) => host.replace('=', ':')),
      shmSizeBytes: build.shm_size === undefined ? undefined : Number(build.shm_size),
      ulimits: build.ulimits && ulimitsOf(build.ulimits),
      isolation: build.isolation,
      platform: platform === undefined ? undefined : parsePlatform(platform),
      remote: isRemote(build.context) ? build.context : undefined,
    }),
  } satisfies BuildOptions;
}

/** The options that a builder's choice does not change. */
export type CommonBuildOptions = ReturnType<typeof buildOptions>;

export interface BuildParts extends BuildServiceRequest {
  readonly build: Build;
  /** None where the engine fetches the context. */
  readonly context: BuildContext | undefined;
  readonly options: CommonBuildOptions;
  /** What the build takes from registries, as far as is known here. */
  readonly images: readonly string[];
}

/** `image` or `type=registry,ref=image`; caches of other kinds need a builder of their own, and are only for speed. */
function cachedImage(cache: string): string[] {
  if (!cache.includes('=')) return [cache];
  const fields = new Map(cache.split(',').map((field) => [field.slice(0, field.indexOf('=')), field.slice(field.indexOf('=') + 1)] as const));
  const reference = fields.get('ref');
  return fields.get('type') === 'registry' && reference !== undefined ? [reference] : [];
}

/**
 * An argument without a value takes it from the project's environment, and is left out where that has none. Proxies of
 * the person's Docker configuration are arguments too, where the file says nothing else.
 */
function argumentsOf(args: NonNullable<Build['args']>, { environment, proxies }: StackDefinition): Record<string, string> {
  const given = Object.entries(args).map(([key, value]) => [key, value ?? environment[key]] as const);
  return { ...proxies, ...Object.fromEntries(given.flatMap(([key, value]) => (value === undefined ? [] : [[key, value] as const]))) };
}
