import { composeLabels as labels } from '../base/compose-labels.ts';
import type { ContainerDetails } from '../engine/containers.ts';
import type { NetworkDetails } from '../engine/networks.ts';
import type { Production } from './production.ts';

/** `network_mode` or `networks` of a service. */
export function networkingOf(container: ContainerDetails, service: string, production: Production): Record<string, unknown> {
  const mode = container.hostConfig.NetworkMode ?? '';
  if (['host', 'none', 'bridge'].includes(mode)) return { network_mode: mode };
  if (mode.startsWith('container:')) {
    const id = mode.slice('container:'.length);
    const other = [...production.services].find(([, containers]) => containers.some((one) => one.id === id));
    return { network_mode: other ? `service:${other[0]}` : mode };
  }
  const joined = Object.entries(container.networks).map(([name, endpoint]) => {
    const network = production.networks.find((one) => one.id === endpoint.networkId || one.name === name);
    const implied = new Set([service, container.name, container.id.slice(0, 12)]);
    const aliases = [...new Set(endpoint.aliases)].filter((alias) => !implied.has(alias));
    const { IPv4Address: ipv4, IPv6Address: ipv6 } = endpoint.fixed ?? {};
    const settings = {
      ...(aliases.length > 0 ? { aliases } : {}),
      ...(ipv4 ? { ipv4_address: ipv4 } : {}),
      ...(ipv6 ? { ipv6_address: ipv6 } : {}),
    };
    return [network ? networkKey(network, production.projectName) : name, Object.keys(settings).length > 0 ? settings : null] as const;
  });
  const only = joined[0];
  if (joined.length === 1 && only?.[0] === 'default' && only[1] === null) return {};
  return { networks: Object.fromEntries(joined.sort(([a], [b]) => (a < b ? -1 : 1))) };
}

/** The top-level `networks`: those that are not simply the default one. */
export function networkDocuments(production: Production): Record<string, unknown> {
  const { projectName, networks, services } = production;
  const containers = [...services.values()].flat();
  const documents = networks.flatMap((network): [string, unknown][] => {
    if (['host', 'none', 'bridge'].includes(network.name)) return [];
    const key = networkKey(network, projectName);
    const own = Object.entries(network.labels).filter(([name]) => !name.startsWith('com.docker.compose.'));
    const fixed = containers.some((container) => Object.values(container.networks).some((endpoint) => endpoint.networkId === network.id && endpoint.fixed !== undefined));
    const document = {
      ...(network.name === `${projectName}_${key}` ? {} : { name: network.name }),
      ...(network.driver === 'bridge' ? {} : { driver: network.driver }),
      ...(network.internal ? { internal: true } : {}),
      ...(Object.keys(network.options).length > 0 ? { driver_opts: network.options } : {}),
      ...(own.length > 0 ? { labels: Object.fromEntries(own) } : {}),
      // An address that a service asks for needs its subnet; all others are the engine's choice.
      ...(fixed ? { ipam: { config: network.subnets.map((subnet) => ({ subnet })) } } : {}),
    };
    if (key === 'default' && Object.keys(document).length === 0) return [];
    return [[key, Object.keys(document).length > 0 ? document : null]];
  });
  return Object.fromEntries(documents.sort(([a], [b]) => (a < b ? -1 : 1)));
}

function networkKey({ labels: own, name }: NetworkDetails, projectName: string): string {
  return (own[labels.project] === projectName ? own[labels.network] : undefined) ?? name;
}
