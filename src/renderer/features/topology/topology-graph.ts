import type { EnvironmentView } from '../../../shared/models/environment.ts';
import type { EnvironmentNetworks } from '../../../shared/models/network.ts';
import type { PortRow } from '../../../shared/models/port.ts';
import { serviceLooks, type StateLook } from '../../ui/state-look.ts';
import { hostAddress, portLook, shortAddress } from '../ports/port-words.ts';

export type TopologyKind = 'host' | 'port' | 'service' | 'network' | 'volume';

export interface TopologyNode {
  readonly id: string;
  readonly kind: TopologyKind;
  readonly label: string;
  /** Where there is little room. */
  readonly short?: string;
  readonly detail: string;
  readonly look: StateLook;
}

export interface TopologyEdge {
  readonly from: string;
  readonly to: string;
}

export interface Topology {
  readonly nodes: readonly TopologyNode[];
  readonly edges: readonly TopologyEdge[];
}

export interface TopologySource {
  readonly view: Pick<EnvironmentView, 'services' | 'volumes'>;
  readonly ports: readonly PortRow[];
  readonly networks: EnvironmentNetworks;
}

const host = 'host';
const made: StateLook = { label: 'Made', color: 'teal' };
const notMade: StateLook = { label: 'Not made yet', color: 'gray' };

/** How the machine leads to the environment's data: host → ports → services → networks and volumes. Pure. */
export function topologyOf({ view, ports, networks }: TopologySource): Topology {
  const services = view.services.filter(({ state }) => state !== 'disabled');
  const names = new Set(services.map(({ name }) => name));
  const published = ports.flatMap((port) => (port.service !== undefined && names.has(port.service) ? [{ ...port, service: port.service }] : []));
  const links = networks.services.filter(({ service }) => names.has(service));
  const mounted = new Set(links.flatMap(({ volumes }) => volumes.map(({ key }) => key)));
  const nodes: TopologyNode[] = [
    ...(published.length > 0 ? [{ id: host, kind: 'host', label: 'This machine', detail: `${published.length} published`, look: made } as const] : []),
    ...published.map((port): TopologyNode => ({ id: portId(port), kind: 'port', label: hostAddress(port), short: shortAddress(port), detail: port.protocol, look: portLook(port) })),
    ...services.map(({ name, image, state }): TopologyNode => ({ id: `service ${name}`, kind: 'service', label: name, detail: image, look: serviceLooks[state] })),
    ...networks.networks.map(
      ({ key, driver, subnets, internal, exists }): TopologyNode => ({
        id: `network ${key}`,
        kind: 'network',
        label: key,
        detail: [driver, internal ? 'internal' : '', ...subnets].filter(Boolean).join(', '),
        look: exists ? made : notMade,
      }),
    ),
    ...view.volumes
      .filter(({ key }) => mounted.has(key))
      .map(({ key, name, exists }): TopologyNode => ({ id: `volume ${key}`, kind: 'volume', label: key, detail: name, look: exists ? made : notMade })),
  ];
  const known = new Set(nodes.map(({ id }) => id));
  const edges = [
    ...published.flatMap((port) => [
      { from: host, to: portId(port) },
      { from: portId(port), to: `service ${port.service}` },
    ]),
    ...links.flatMap(({ service, networks: keys, volumes }) => [
      ...keys.map((key) => ({ from: `service ${service}`, to: `network ${key}` })),
      ...volumes.map(({ key }) => ({ from: `service ${service}`, to: `volume ${key}` })),
    ]),
  ];
  return { nodes, edges: edges.filter(({ from, to }) => known.has(from) && known.has(to)) };
}

function portId({ service = '', containerPort, protocol, hostIp, hostPort }: PortRow): string {
  return `port ${service} ${containerPort ?? ''}/${protocol} ${hostIp} ${hostPort ?? ''}`;
}

/** A node and everything that is one step away from it. */
export function neighboursOf(id: string, edges: readonly TopologyEdge[]): ReadonlySet<string> {
  return new Set([id, ...edges.flatMap(({ from, to }) => (from === id ? [to] : to === id ? [from] : []))]);
}

/** The nodes whose name or second line has this text in it, in their order; undefined where there is nothing to look for. */
export function nodesMatching({ nodes }: Topology, text: string): ReadonlySet<string> | undefined {
  const wanted = text.trim().toLowerCase();
  if (wanted === '') return undefined;
  return new Set(nodes.flatMap(({ id, label, detail }) => (`${label}\n${detail}`.toLowerCase().includes(wanted) ? [id] : [])));
}
