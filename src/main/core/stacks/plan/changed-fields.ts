import { composeLabels } from '../../base/compose-labels.ts';
import type { Project, Service } from '../../compose/project.ts';
import type { ContainerDetails } from '../../engine/containers.ts';
import type { ImageDetails } from '../../engine/images.ts';
import { healthcheckOf, wholeSeconds } from '../container/health.ts';
import { mountsOf } from '../container/mounts.ts';
import { portBindings, type PublishOptions } from '../container/ports.ts';
import { resourcesOf } from '../container/resources.ts';
import { restartPolicy } from '../container/restart-policy.ts';

export interface FieldsRequest {
  readonly container: ContainerDetails;
  readonly project: Project;
  readonly service: Service;
  /** What its containers are made from: the image's name, or its locked digest. */
  readonly reference: string;
  /** Where the image is known: what a container has from it is no change of the service's. */
  readonly image: ImageDetails | undefined;
  readonly publish: PublishOptions;
}

/**
 * What a container was made with and the service no longer says, in the file's own words: "image a → b", "environment
 * FOO", "ports". Values of variables and labels are never told: they may be secrets. Empty where nothing is found that
 * can be compared; the configuration hash alone tells whether something changed.
 */
export function changedFields(request: FieldsRequest): string[] {
  return [...imageChange(request), ...variables(request), ...labels(request), ...simpleFields(request), ...mounts(request), ...networks(request)];
}

function imageChange({ container: { config }, reference }: FieldsRequest): string[] {
  return config.Image === reference || config.Image.startsWith('sha256:') ? [] : [`image ${config.Image} → ${reference}`];
}

function variables({ container, service, image }: FieldsRequest): string[] {
  const was = keyed(container.config.Env ?? []);
  const inherited = keyed(image?.config.environment ?? []);
  const shall = new Map([...inherited, ...Object.entries(service.environment ?? {}).map(([key, value]) => [key, value ?? undefined] as const)]);
  return named('environment', differences(was, shall));
}

function keyed(entries: readonly string[]): Map<string, string | undefined> {
  return new Map(
    entries.map((entry) => {
      const equals = entry.indexOf('=');
      return equals < 0 ? [entry, undefined] : [entry.slice(0, equals), entry.slice(equals + 1)];
    }),
  );
}

function labels({ container, service, image }: FieldsRequest): string[] {
  const own = new Set<string>(Object.values(composeLabels));
  const was = new Map(Object.entries(container.labels).filter(([key]) => !own.has(key)));
  const shall = new Map(Object.entries({ ...image?.labels, ...service.labels }));
  return named('label', differences(was, shall));
}

/** Keys whose value differs, or that only one side has; a variable without value is as good as none. */
function differences(was: ReadonlyMap<string, string | undefined>, shall: ReadonlyMap<string, string | undefined>): string[] {
  return [...new Set([...was.keys(), ...shall.keys()])].filter((key) => was.get(key) !== shall.get(key)).sort();
}

/** So many keys are named; of more, only how many. */
const namedAtMost = 4;

function named(what: string, keys: readonly string[]): string[] {
  if (keys.length === 0) return [];
  return [keys.length > namedAtMost ? `${what} (${keys.length} entries)` : `${what} ${keys.join(', ')}`];
}

type Field = readonly [name: string, was: unknown, shall: unknown];

function simpleFields({ container, service, image, publish }: FieldsRequest): string[] {
  const { config, hostConfig } = container;
  const entrypointGiven = service.entrypoint !== null;
  const command = service.command ?? (entrypointGiven ? null : (image?.config.command ?? null));
  const limits = resourcesOf(service);
  const fields: readonly Field[] = [
    ['command', config.Cmd, command],
    ['entrypoint', config.Entrypoint, service.entrypoint ?? image?.config.entrypoint],
    ['user', config.User, service.user ?? image?.config.user],
    ['working_dir', config.WorkingDir, service.working_dir ?? image?.config.workingDirectory],
    ['tty', config.Tty, service.tty],
    ['stdin_open', config.OpenStdin, service.stdin_open],
    ['stop_signal', config.StopSignal, service.stop_signal ?? image?.config.stopSignal],
    ['stop_grace_period', config.StopTimeout, service.stop_grace_period === undefined ? undefined : wholeSeconds(service.stop_grace_period)],
    ['ports', bindings(hostConfig.PortBindings), bindings(portBindings(service, publish))],
    ['restart', hostConfig.RestartPolicy?.Name, restartPolicy(service).Name],
    ['privileged', hostConfig.Privileged, service.privileged],
    ['read_only', hostConfig.ReadonlyRootfs, service.read_only],
    ['init', hostConfig.Init, service.init],
    ['cap_add', hostConfig.CapAdd?.length, service.cap_add?.length],
    ['cap_drop', hostConfig.CapDrop?.length, service.cap_drop?.length],
    ['extra_hosts', hostConfig.ExtraHosts, service.extra_hosts?.map((host) => host.replace('=', ':'))],
    ['dns', hostConfig.Dns, service.dns],
    ['mem_limit', hostConfig.Memory, limits.Memory],
    ['cpus', hostConfig.NanoCpus, limits.NanoCpus],
    ['shm_size', service.shm_size === undefined ? undefined : hostConfig.ShmSize, service.shm_size === undefined ? undefined : Number(service.shm_size)],
    ...(service.hostname === undefined ? [] : [['hostname', config.Hostname, service.hostname] as const]),
    ...(service.healthcheck || !image?.config.hasHealthcheck ? [['healthcheck', config.Healthcheck, service.healthcheck && healthcheckOf(service.healthcheck)] as const] : []),
  ];
  return fields.filter(([, was, shall]) => text(was) !== text(shall)).map(([name]) => name);
}

function bindings(ports: ReturnType<typeof portBindings> | undefined): unknown {
  const all = Object.entries(ports ?? {}).flatMap(([port, hosts]) => hosts.map(({ HostIp = '', HostPort = '' }) => `${port} ${HostIp} ${HostPort}`));
  return all.sort();
}

function mounts({ container, project, service, image }: FieldsRequest): string[] {
  const shall = mountsOf({ project, service, inherit: container, imageVolumes: image?.config.volumes ?? [] });
  const targets = [...(shall.Binds ?? []).map((bind) => bind.split(':').slice(0, 2).join(':')), ...(shall.Mounts ?? []).map(({ Source = '', Target }) => `${Source}:${Target}`)];
  const { Binds, Mounts, Tmpfs } = container.hostConfig;
  const was = [...(Binds ?? []).map((bind) => bind.split(':').slice(0, 2).join(':')), ...(Mounts ?? []).map(({ Source = '', Target }) => `${Source}:${Target}`)];
  const volumes = text([...was].sort()) === text([...targets].sort()) ? [] : ['volumes'];
  return text(Tmpfs) === text(shall.Tmpfs) ? volumes : [...volumes, 'tmpfs'];
}

function networks({ container, project, service }: FieldsRequest): string[] {
  if (service.network_mode !== undefined) return container.hostConfig.NetworkMode === service.network_mode ? [] : ['network_mode'];
  const shall = Object.keys(service.networks ?? {}).map((key) => project.networks?.[key]?.name ?? key);
  const was = Object.keys(container.networks);
  return text(was.sort()) === text(shall.sort()) ? [] : ['networks'];
}

/** What is absent, empty, false or zero means the same to the engine. */
function text(value: unknown): string {
  if (value === undefined || value === null || value === false || value === 0 || value === '' || value === 'no') return '';
  if (Array.isArray(value)) return value.length === 0 ? '' : JSON.stringify(value);
  if (typeof value === 'object') return sorted(value);
  return JSON.stringify(value);
}

function sorted(value: object): string {
  const entries = Object.entries(value).filter(([, one]) => text(one) !== '').sort(([a], [b]) => (a < b ? -1 : 1));
  return entries.length === 0 ? '' : JSON.stringify(entries);
}
