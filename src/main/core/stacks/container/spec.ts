import type { Cancellable } from '../../base/abort.ts';
import type { Service } from '../../compose/project.ts';
import type { ContainerDetails, ContainerSpec, HostConfig } from '../../engine/containers.ts';
import type { ImageDetails } from '../../engine/images.ts';
import { imageName } from '../names.ts';
import type { StackDefinition } from '../plan.ts';
import { parsePlatform } from '../platform.ts';
import { containerLabels } from './container-labels.ts';
import { healthcheckOf, wholeSeconds } from './health.ts';
import { mountsOf } from './mounts.ts';
import { macAddress, networkingOf } from './networks.ts';
import { exposedPorts, portBindings, type PublishOptions } from './ports.ts';
import { resourcesOf } from './resources.ts';
import { restartPolicy } from './restart-policy.ts';
import { securityOf } from './security.ts';

export interface ContainerSpecRequest extends Cancellable {
  readonly definition: StackDefinition;
  readonly name: string;
  /** With references to other services resolved to container ids. */
  readonly service: Service;
  readonly number: number;
  /** The name it shall have in the end: its network alias. */
  readonly containerName: string;
  /** The name to create it under; differs while another container still has its own. */
  readonly createAs: string;
  readonly image: ImageDetails | undefined;
  /** `container:alias` forms. */
  readonly links: readonly string[];
  /** The container whose place it takes, and whose anonymous volumes, unless they are to be new. */
  readonly replaced?: ContainerDetails | undefined;
  readonly renewAnonymousVolumes?: boolean | undefined;
  readonly publish: PublishOptions;
}

/**
 * A canonical service as the Engine API creates it, field for field as Compose v2.40 does (its `create.go` is the
 * reference; the parity tests compare). Raises `project.invalid`, `plan.unsupported`, `bind.source-missing`.
 */
export async function containerSpec(request: ContainerSpecRequest): Promise<ContainerSpec> {
  const { definition, name, service, number, containerName, image, links, publish, signal } = request;
  const { project, workingDirectory } = definition;
  const networking = networkingOf({ project, name, service, containerName, links });
  const mac = macAddress(service);
  return {
    name: request.createAs,
    ...(service.platform === undefined ? {} : { platform: parsePlatform(service.platform) }),
    Image: definition.lock?.[imageName(project.name, name, service)] ?? imageName(project.name, name, service),
    Hostname: service.hostname ?? '',
    Domainname: service.domainname ?? '',
    User: service.user ?? '',
    WorkingDir: service.working_dir ?? '',
    Cmd: service.command,
    Entrypoint: service.entrypoint,
    Env: environment(service, definition.proxies),
    ExposedPorts: exposedPorts(service),
    Tty: service.tty ?? false,
    OpenStdin: service.stdin_open ?? false,
    AttachStdin: false,
    AttachStdout: true,
    AttachStderr: true,
    NetworkDisabled: service.network_mode === 'disabled',
    ...(mac === undefined ? {} : { MacAddress: mac }),
    ...(service.stop_signal === undefined ? {} : { StopSignal: service.stop_signal }),
    ...(service.stop_grace_period === undefined ? {} : { StopTimeout: wholeSeconds(service.stop_grace_period) }),
    ...(service.healthcheck ? { Healthcheck: healthcheckOf(service.healthcheck) } : {}),
    Labels: containerLabels({ definition, name, service, number, imageId: image?.id, replaces: request.replaced !== undefined, publish }),
    HostConfig: {
      ...mountsOf({ project, service, inherit: request.renewAnonymousVolumes ? undefined : request.replaced, imageVolumes: image?.config.volumes ?? [] }),
      ...hostConfig(service),
      ...resourcesOf(service),
      ...(await securityOf(service.security_opt ?? [], { workingDirectory, signal })),
      NetworkMode: networking.networkMode,
      PortBindings: portBindings(service, publish),
      ...(links.length > 0 ? { Links: links } : {}),
    },
    ...(networking.config ? { NetworkingConfig: networking.config } : {}),
  };
}

/**
 * A variable without a value is passed as its bare name, which takes it away from what the image sets. The proxies that
 * the person's Docker configuration names come first, as with Compose: the file wins over them.
 */
function environment(service: Service, proxies: Readonly<Record<string, string>> = {}): string[] {
  return Object.entries({ ...proxies, ...service.environment }).map(([key, value]) => (value === null ? key : `${key}=${value}`));
}

function hostConfig(service: Service): HostConfig {
  const optional = {
    Annotations: service.annotations,
    CapAdd: service.cap_add && capabilities(service.cap_add),
    CapDrop: service.cap_drop && capabilities(service.cap_drop),
    Init: service.init,
    IpcMode: service.ipc,
    CgroupnsMode: service.cgroup,
    ShmSize: service.shm_size === undefined ? undefined : Number(service.shm_size),
    Sysctls: service.sysctls,
    VolumeDriver: service.volume_driver,
    VolumesFrom: service.volumes_from,
    Dns: service.dns,
    DnsSearch: service.dns_search,
    DnsOptions: service.dns_opt,
    ExtraHosts: (service.extra_hosts ?? []).map((host) => host.replace('=', ':')),
    StorageOpt: service.storage_opt,
    UsernsMode: service.userns_mode,
    UTSMode: service.uts,
    PidMode: service.pid,
    Isolation: service.isolation,
    Runtime: service.runtime,
    GroupAdd: service.group_add,
    OomScoreAdj: service.oom_score_adj,
    ...(service.logging ? { LogConfig: { Type: service.logging.driver ?? '', Config: service.logging.options ?? {} } } : {}),
  };
  return {
    ...Object.fromEntries(Object.entries(optional).filter(([, value]) => value !== undefined)),
    ReadonlyRootfs: service.read_only ?? false,
    Privileged: service.privileged ?? false,
    RestartPolicy: restartPolicy(service),
  };
}

/** In the kernel's names, as Docker's own client sends them. */
function capabilities(names: readonly string[]): string[] {
  const kernelNames = names.map((name) => name.toUpperCase()).map((name) => (name === 'ALL' || name.startsWith('CAP_') ? name : `CAP_${name}`));
  return [...new Set(kernelNames)].sort();
}
