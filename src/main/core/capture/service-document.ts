import { composeLabels as labels } from '../base/compose-labels.ts';
import { formatDuration } from '../compose/values/duration.ts';
import type { ContainerDetails, HealthConfig } from '../engine/containers.ts';
import type { ImageDetails } from '../engine/images.ts';
import type { Production } from './production.ts';
import type { SecretValues } from './secret-values.ts';
import { given, limitsOf } from './service-limits.ts';
import { type CapturedMounts, mountsOf } from './service-mounts.ts';
import { networkingOf } from './service-networks.ts';

export interface CapturedService {
  readonly document: Record<string, unknown>;
  /** As the containers name it, or the best name that its image has. */
  readonly image: string;
  readonly mounts: CapturedMounts;
}

/** One service as Compose writes it, from its first container; what its image says anyway is left out. */
export function serviceDocument(name: string, containers: readonly ContainerDetails[], production: Production, secrets: SecretValues): CapturedService {
  const [container] = containers;
  if (!container) throw new Error(`The service ${name} has no container`);
  const image = production.images.get(container.imageId);
  const { config, hostConfig } = container;
  const mounts = mountsOf(container, name, image, production);
  const reference = imageReference(config.Image, image);
  const document = given({
    image: secrets.text(name, reference, 'image'),
    container_name: isDefaultName(container, production.projectName, name) ? undefined : container.name,
    scale: containers.length > 1 ? containers.length : undefined,
    hostname: container.id.startsWith(config.Hostname ?? '') ? undefined : config.Hostname,
    domainname: config.Domainname,
    user: config.User === image?.config.user ? undefined : config.User,
    working_dir: config.WorkingDir === image?.config.workingDirectory ? undefined : config.WorkingDir,
    environment: environmentOf(container, name, image, secrets),
    ports: portsOf(container),
    expose: exposeOf(container, image),
    volumes: mounts.volumes,
    tmpfs: mounts.tmpfs,
    secrets: mounts.secrets,
    ...networkingOf(container, name, production),
    depends_on: dependsOn(container),
    healthcheck: healthcheckOf(name, config.Healthcheck, image?.config.healthcheck, secrets),
    labels: labelsOf(container, name, image, secrets),
    stop_signal: config.StopSignal === (image?.config.stopSignal ?? '') ? undefined : config.StopSignal,
    stop_grace_period: config.StopTimeout === undefined ? undefined : `${config.StopTimeout}s`,
    tty: config.Tty,
    stdin_open: config.OpenStdin,
    mac_address: config.MacAddress,
    volume_driver: hostConfig.VolumeDriver,
    ...limitsOf(container),
  });
  return { document: { ...document, ...commandOf(container, name, image, secrets) }, image: reference, mounts };
}

function imageReference(written: string, image: ImageDetails | undefined): string {
  const isId = /^(sha256:)?[0-9a-f]{12,64}$/.test(written);
  return isId ? (image?.tags[0] ?? image?.digests[0] ?? written) : written;
}

/** An entrypoint of its own also takes the image's command away, so both must be said then. */
function commandOf({ config }: ContainerDetails, service: string, image: ImageDetails | undefined, secrets: SecretValues): object {
  const entrypoint = config.Entrypoint ?? [];
  const command = config.Cmd ?? [];
  const sameEntrypoint = image !== undefined && same(entrypoint, image.config.entrypoint);
  const sameCommand = image !== undefined && same(command, image.config.command);
  if (sameEntrypoint && sameCommand) return {};
  return {
    ...(sameEntrypoint ? {} : { entrypoint: secrets.words(service, entrypoint, 'entrypoint') }),
    ...(command.length === 0 ? {} : { command: secrets.words(service, command, 'command') }),
  };
}

function environmentOf({ config }: ContainerDetails, service: string, image: ImageDetails | undefined, secrets: SecretValues): Record<string, string | null> {
  const own = entries(config.Env ?? []);
  const inherited = entries(image?.config.environment ?? []);
  const values: Record<string, string | null> = {};
  for (const [name, value] of own) if (inherited.get(name) !== value) values[name] = secrets.environmentValue(service, name, value);
  for (const name of inherited.keys()) if (!own.has(name)) values[name] = null;
  return values;
}

function entries(variables: readonly string[]): Map<string, string> {
  return new Map(
    variables.map((text) => {
      const equals = text.indexOf('=');
      return equals < 0 ? [text, ''] : [text.slice(0, equals), text.slice(equals + 1)];
    }),
  );
}

/** Ports that Slipway or Compose opened to this machine only because nothing else was said are written without address. */
function portsOf({ hostConfig, config }: ContainerDetails): object[] {
  const byDefault = config.Labels?.[labels.published] === 'loopback';
  return Object.entries(hostConfig.PortBindings ?? {}).flatMap(([key, bindings]) => {
    const [target = '', protocol = 'tcp'] = key.split('/');
    return bindings.map(({ HostIp = '', HostPort = '' }) =>
      given({
        target: Number(target),
        published: HostPort === '0' ? undefined : HostPort,
        host_ip: (byDefault && HostIp === '127.0.0.1') || HostIp === '0.0.0.0' || HostIp === '::' ? undefined : HostIp,
        protocol,
      }),
    );
  });
}

function exposeOf({ config, hostConfig }: ContainerDetails, image: ImageDetails | undefined): string[] {
  const known = new Set([...(image?.config.exposedPorts ?? []), ...Object.keys(hostConfig.PortBindings ?? {})]);
  return Object.keys(config.ExposedPorts ?? {}).filter((port) => !known.has(port));
}

function labelsOf({ config }: ContainerDetails, service: string, image: ImageDetails | undefined, secrets: SecretValues): Record<string, string> {
  const own = Object.entries(config.Labels ?? {}).filter(
    ([name, value]) => !name.startsWith('com.docker.compose.') && name !== labels.published && image?.labels[name] !== value,
  );
  return Object.fromEntries(own.map(([name, value]) => [name, secrets.environmentValue(service, name, value)]));
}

function dependsOn({ config }: ContainerDetails): Record<string, object> {
  const text = config.Labels?.[labels.dependsOn] ?? '';
  return Object.fromEntries(
    text.split(',').flatMap((entry) => {
      const [name = '', condition = 'service_started', restart = 'false'] = entry.split(':');
      return name === '' ? [] : [[name, { condition, ...(restart === 'true' ? { restart: true } : {}) }]];
    }),
  );
}

function healthcheckOf(service: string, own: HealthConfig | undefined, inherited: HealthConfig | undefined, secrets: SecretValues): object | undefined {
  if (!own || JSON.stringify(own) === JSON.stringify(inherited)) return undefined;
  if (own.Test?.[0] === 'NONE') return { disable: true };
  const duration = (nanoseconds: number | undefined): string | undefined => (nanoseconds ? formatDuration(BigInt(nanoseconds)) : undefined);
  return given({
    test: secrets.words(service, own.Test ?? [], 'healthcheck'),
    interval: duration(own.Interval),
    timeout: duration(own.Timeout),
    start_period: duration(own.StartPeriod),
    start_interval: duration(own.StartInterval),
    retries: own.Retries,
  });
}

function isDefaultName({ name, labels: own }: ContainerDetails, project: string, service: string): boolean {
  const number = own[labels.containerNumber] ?? '1';
  return name === `${project}-${service}-${number}` || name === `${project}_${service}_${number}`;
}

function same(one: readonly string[], other: readonly string[]): boolean {
  return one.length === other.length && one.every((word, index) => word === other[index]);
}
