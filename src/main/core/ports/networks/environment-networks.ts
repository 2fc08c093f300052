import type { EnvironmentNetworks, NetworkMember, NetworkView, ServiceLinks } from '../../../../shared/models/network.ts';
import { composeLabels } from '../../base/compose-labels.ts';
import type { Network, Project, Service } from '../../compose/project.ts';
import type { ContainerDetails } from '../../engine/containers.ts';
import type { Network as EngineNetwork } from '../../engine/networks.ts';

export interface EnvironmentNetworksRequest {
  readonly project: Project;
  /** The project's containers. */
  readonly containers: readonly ContainerDetails[];
  /** All networks of the engine. */
  readonly networks: readonly EngineNetwork[];
}

/** The networks of one environment and who is on them. Pure, in the project's order. */
export function environmentNetworks(request: EnvironmentNetworksRequest): EnvironmentNetworks {
  const { project } = request;
  const joined = new Map(Object.entries(project.services).map(([name, service]) => [name, keysOf(name, service, project)] as const));
  const used = new Set([...joined.values()].flat());
  return {
    networks: Object.entries(project.networks ?? {})
      .filter(([key]) => used.has(key))
      .map(([key, network]) => viewOf(key, network, request)),
    services: Object.entries(project.services).map(([name, service]) => linksOf(name, service, joined)),
  };
}

/** The networks that a service is on, its own or those of the service whose network it shares. */
function keysOf(name: string, service: Service, project: Project, seen: ReadonlySet<string> = new Set()): string[] {
  const shared = sharedWith(service);
  if (shared !== undefined) {
    const other = project.services[shared];
    return other && !seen.has(shared) ? keysOf(shared, other, project, new Set([...seen, name])) : [];
  }
  return service.network_mode === undefined ? ownKeys(service) : [];
}

function ownKeys({ networks }: Service): string[] {
  const keys = Object.keys(networks ?? {});
  return keys.length === 0 ? ['default'] : keys;
}

function sharedWith({ network_mode: mode }: Service): string | undefined {
  return mode?.startsWith('service:') ? mode.slice('service:'.length) : undefined;
}

function viewOf(key: string, network: Network, { project, containers, networks }: EnvironmentNetworksRequest): NetworkView {
  const name = network.name ?? key;
  const found = networks.find((one) => one.name === name);
  const wanted = (network.ipam.config ?? []).flatMap(({ subnet }) => (subnet === undefined ? [] : [subnet]));
  return {
    key,
    name,
    driver: found?.driver ?? network.driver ?? 'bridge',
    internal: found?.internal ?? network.internal ?? false,
    external: network.external ?? false,
    exists: found !== undefined,
    subnets: found ? [...found.subnets] : wanted,
    members: Object.entries(project.services).flatMap(([service, definition]) =>
      definition.network_mode === undefined && ownKeys(definition).includes(key) ? membersOf(service, definition, key, found, containers) : [],
    ),
  };
}

/** Each of the service's containers, or the service alone while it has none. */
function membersOf(service: string, definition: Service, key: string, found: EngineNetwork | undefined, containers: readonly ContainerDetails[]): NetworkMember[] {
  const own = containers.filter(({ labels }) => labels[composeLabels.service] === service && labels[composeLabels.oneOff] !== 'True');
  if (own.length === 0) return [{ service, running: false, aliases: [...new Set([service, ...(definition.networks?.[key]?.aliases ?? [])])] }];
  return own.map(({ id, name, state, networks }) => {
    const endpoint = Object.entries(networks).find(([network, { networkId }]) => network === found?.name || (networkId !== '' && networkId === found?.id))?.[1];
    const aliases = (endpoint?.aliases ?? [service]).filter((alias) => !id.startsWith(alias));
    return {
      service,
      container: name,
      running: state === 'running' || state === 'paused',
      ...(endpoint?.ipAddress ? { address: endpoint.ipAddress } : {}),
      aliases: [...new Set([service, ...aliases])],
    };
  });
}

function linksOf(name: string, service: Service, joined: ReadonlyMap<string, readonly string[]>): ServiceLinks {
  const own = joined.get(name) ?? [];
  const shared = sharedWith(service);
  const mode = shared ?? (service.network_mode === undefined ? undefined : service.network_mode);
  return {
    service: name,
    networks: [...own],
    ...(mode === undefined ? {} : { mode }),
    reaches: [...joined].flatMap(([other, keys]) => (other !== name && keys.some((key) => own.includes(key)) ? [other] : [])),
    volumes: (service.volumes ?? []).flatMap(({ type, source, target }) =>
      type === 'volume' && source !== undefined && source !== '' && target !== undefined ? [{ key: source, target }] : [],
    ),
  };
}
