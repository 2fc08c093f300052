import type { Cancellable } from '../../base/abort.ts';
import { composeLabels as labels, composeVersion } from '../../base/compose-labels.ts';
import { Fault } from '../../base/fault.ts';
import type { Build } from '../../compose/project.ts';
import type { Engine } from '../../engine/engine.ts';
import type { BuildOptions, BuildOutput } from '../../engine/images.ts';
import type { BuildChoices, StackDefinition } from '../plan.ts';
import { parsePlatform } from '../platform.ts';
import { packBuildContext } from './build-context.ts';

export interface BuildServiceRequest extends Cancellable {
  readonly engine: Engine;
  readonly definition: StackDefinition;
  readonly service: string;
  /** The name that the image gets, besides those of `build.tags`. */
  readonly reference: string;
  readonly choices?: BuildChoices;
}

/**
 * Builds a service's image by the engine's own builder, yielding its output. Raises `plan.unsupported` for what only
 * BuildKit can do, `project.invalid` for a context that can't be read, and what the engine refuses with.
 */
export async function* buildService(request: BuildServiceRequest): AsyncGenerator<BuildOutput, void, void> {
  const { engine, definition, service, reference, choices = {}, signal } = request;
  const build = definition.project.services[service]?.build;
  if (!build) throw new Fault({ code: 'project.invalid', message: `Service ${service} has no build section.`, data: { service } });
  refuseUnsupported(service, build);
  const { tar, dockerfile } = await packBuildContext(service, build);
  const platform = definition.project.services[service]?.platform ?? build.platforms?.[0];
  const own = { [labels.project]: definition.project.name, [labels.service]: service, [labels.version]: composeVersion };
  const options: BuildOptions = {
    tags: [reference, ...(build.tags ?? [])],
    dockerfile,
    args: argumentsOf({ ...build.args, ...choices.args }, definition.environment),
    labels: { ...build.labels, ...own },
    signal,
    ...(build.target === undefined ? {} : { target: build.target }),
    ...(build.cache_from === undefined ? {} : { cacheFrom: build.cache_from }),
    noCache: choices.noCache ?? build.no_cache ?? false,
    pull: choices.pull ?? build.pull ?? false,
    ...(build.network === undefined ? {} : { networkMode: build.network }),
    ...(build.extra_hosts === undefined ? {} : { extraHosts: build.extra_hosts.map((host) => host.replace('=', ':')) }),
    ...(build.shm_size === undefined ? {} : { shmSizeBytes: Number(build.shm_size) }),
    ...(platform === undefined ? {} : { platform: parsePlatform(platform) }),
  };
  yield* engine.images.build(tar, options);
}

/** An argument without a value takes it from the project's environment, and is left out where that has none. */
function argumentsOf(args: NonNullable<Build['args']>, environment: Readonly<Record<string, string>>): Record<string, string> {
  const given = Object.entries(args).map(([key, value]) => [key, value ?? environment[key]] as const);
  return Object.fromEntries(given.flatMap(([key, value]) => (value === undefined ? [] : [[key, value] as const])));
}

function refuseUnsupported(service: string, build: Build): void {
  const needed = [
    build.secrets?.length ? 'secrets' : undefined,
    build.ssh?.length ? 'ssh' : undefined,
    Object.keys(build.additional_contexts ?? {}).length > 0 ? 'additional_contexts' : undefined,
    build.entitlements?.length ? 'entitlements' : undefined,
    build.privileged ? 'privileged' : undefined,
    (build.platforms?.length ?? 0) > 1 ? 'several platforms' : undefined,
  ].filter((what) => what !== undefined);
  if (needed.length === 0) return;
  throw new Fault({
    code: 'plan.unsupported',
    message: `The image of ${service} needs BuildKit (${needed.join(', ')}), which Slipway does not drive.`,
    hint: `Build it once with docker compose build ${service}; then it is only used.`,
    data: { service },
  });
}
