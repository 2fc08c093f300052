import type { CloneOrigin, EnvironmentRecord } from '../../../shared/models/environment.ts';
import type { Mount, Network, Project, Service, Volume } from '../compose/project.ts';

/** The project as this environment runs it: with its own images and, for a clone, with nothing that another one has. */
export function adaptProject(project: Project, { cloneOf, images = {} }: Pick<EnvironmentRecord, 'cloneOf' | 'images'>): Project {
  const withImages = mapServices(project, (service, name) => {
    const image = images[name];
    return image === undefined ? service : withoutBuild({ ...service, image });
  });
  return cloneOf ? isolateProject(withImages, cloneOf) : withImages;
}

/** The key, and the end of the name, that a clone gives to a volume without one. */
export function anonymousVolumeKey(service: string, target: string): string {
  return `${service}${target.replaceAll(/[^a-zA-Z0-9_.-]+/g, '_')}`;
}

/**
 * Takes away all that a second stack of the same files would fight for: fixed container names, shared or external
 * volumes and networks, fixed subnets and addresses. Its volumes are plain local ones, named after the project.
 */
function isolateProject(project: Project, origin: CloneOrigin): Project {
  const named: Record<string, Volume> = Object.fromEntries(
    origin.anonymousVolumes.map(({ service, target }) => [anonymousVolumeKey(service, target), {}]),
  );
  const volumes = Object.entries({ ...project.volumes, ...named }).map(([key, { labels }]) => [
    key,
    { name: `${project.name}_${key}`, ...(labels ? { labels } : {}) },
  ] as const);
  const networks = Object.entries(project.networks ?? {}).map(([key, network]) => [key, ownNetwork(network, `${project.name}_${key}`)] as const);
  return mapServices(
    { ...project, volumes: Object.fromEntries(volumes), ...(project.networks ? { networks: Object.fromEntries(networks) } : {}) },
    (service, name) => isolateService(service, name, origin),
  );
}

function isolateService(service: Service, name: string, origin: CloneOrigin): Service {
  const { container_name: _name, networks, ...rest } = service;
  const targets = origin.anonymousVolumes.filter((one) => one.service === name).map(({ target }) => target);
  const written = (service.volumes ?? []).filter(({ type, source, target }) => !(type === 'volume' && !source && targets.includes(target ?? '')));
  const volumes: Mount[] = [
    ...written.map((mount) => (mount.type === 'bind' && origin.readOnlyBinds ? { ...mount, read_only: true } : mount)),
    ...targets.map((target) => ({ type: 'volume' as const, source: anonymousVolumeKey(name, target), target })),
  ];
  return {
    ...rest,
    ...(volumes.length > 0 ? { volumes } : {}),
    ...(networks
      ? {
          networks: Object.fromEntries(
            Object.entries(networks).map(([key, attachment]) => {
              if (!attachment) return [key, attachment];
              const { ipv4_address: _v4, ipv6_address: _v6, link_local_ips: _local, mac_address: _mac, ...free } = attachment;
              return [key, free];
            }),
          ),
        }
      : {}),
  };
}

/** Fixed names of bridges on this machine go too: there can be only one of each. */
function ownNetwork(network: Network, name: string): Network {
  const { external, ipam, driver_opts: options, ...rest } = network;
  if (external) return { name, ipam: {} };
  const { 'com.docker.network.bridge.name': _bridge, ...kept } = options ?? {};
  const { config: _pools, ...addressing } = ipam;
  return { ...rest, name, ipam: addressing, ...(Object.keys(kept).length > 0 ? { driver_opts: kept } : {}) };
}

function withoutBuild({ build: _build, ...service }: Service): Service {
  return service;
}

function mapServices(project: Project, change: (service: Service, name: string) => Service): Project {
  return {
    ...project,
    services: Object.fromEntries(Object.entries(project.services).map(([name, service]) => [name, change(service, name)])),
  };
}
