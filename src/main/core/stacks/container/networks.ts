import { Fault } from '../../base/fault.ts';
import type { Project, Service, ServiceNetwork } from '../../compose/project.ts';
import type { ContainerSpec, EndpointSettings } from '../../engine/containers.ts';

const interfaceName = 'com.docker.network.endpoint.ifname';

export interface NetworkingRequest {
  readonly project: Project;
  readonly name: string;
  /** With references to other services resolved. */
  readonly service: Service;
  readonly containerName: string;
  readonly links: readonly string[];
}

export interface Networking {
  readonly networkMode: string;
  /** Network names → settings, the main network first. The engine adapter attaches those that it cannot create with. */
  readonly config?: NonNullable<ContainerSpec['NetworkingConfig']>;
}

/** Which networks a container joins and under which names, as Compose v2 decides it. */
export function networkingOf(request: NetworkingRequest): Networking {
  const { project, service } = request;
  if (service.network_mode !== undefined) return { networkMode: service.network_mode };
  if (Object.keys(project.networks ?? {}).length === 0) return { networkMode: 'none' };
  const keys = byPriority(service);
  const names = keys.map((key) => networkName(project, key));
  const endpoints = keys.map((key, index) => [names[index] ?? key, endpoint(service.networks?.[key] ?? undefined, request)] as const);
  return { networkMode: names[0] ?? 'none', config: { EndpointsConfig: Object.fromEntries(endpoints) } };
}

/** A service's networks, highest priority first, then by name; `default` when it names none. */
export function byPriority({ networks }: Service): string[] {
  const entries = Object.entries(networks ?? {});
  if (entries.length === 0) return ['default'];
  const priority = (network: ServiceNetwork | null): number => network?.priority ?? 0;
  return entries.sort(([a, x], [b, y]) => priority(y) - priority(x) || (a < b ? -1 : 1)).map(([key]) => key);
}

function networkName(project: Project, key: string): string {
  const network = project.networks?.[key];
  if (network) return network.name ?? key;
  throw new Fault({ code: 'project.invalid', message: `There is no network ${key}.`, hint: 'Declare it under "networks".' });
}

function endpoint(network: ServiceNetwork | undefined, { name, containerName, links }: NetworkingRequest): EndpointSettings {
  const driverOptions = {
    ...network?.driver_opts,
    ...(network?.interface_name === undefined ? {} : { [interfaceName]: network.interface_name }),
  };
  return {
    Aliases: [containerName, name, ...(network?.aliases ?? [])],
    ...(links.length > 0 ? { Links: links } : {}),
    ...(network ? { IPAMConfig: ipam(network) } : {}),
    ...(network?.mac_address === undefined ? {} : { MacAddress: network.mac_address }),
    ...(Object.keys(driverOptions).length > 0 ? { DriverOpts: driverOptions } : {}),
    ...(network?.gw_priority === undefined ? {} : { GwPriority: network.gw_priority }),
  };
}

function ipam({ ipv4_address: ipv4, ipv6_address: ipv6, link_local_ips: linkLocal }: ServiceNetwork): NonNullable<EndpointSettings['IPAMConfig']> {
  return {
    ...(ipv4 === undefined ? {} : { IPv4Address: ipv4 }),
    ...(ipv6 === undefined ? {} : { IPv6Address: ipv6 }),
    ...(linkLocal === undefined ? {} : { LinkLocalIPs: linkLocal }),
  };
}

/** The container's own hardware address: the service's, else that of its main network. Raises `project.invalid`. */
export function macAddress(service: Service): string | undefined {
  const main = service.networks?.[byPriority(service)[0] ?? '']?.mac_address;
  if (service.mac_address !== undefined && main !== undefined && service.mac_address !== main) {
    throw new Fault({ code: 'project.invalid', message: 'mac_address of the service and of its main network differ.', hint: 'Keep one of them.' });
  }
  return service.mac_address ?? main;
}
