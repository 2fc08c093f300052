import { Fault } from '../../base/fault.ts';
import type { Project } from '../../compose/project.ts';
import type { Network } from '../../engine/networks.ts';
import type { HostRoute } from '../host-routes.ts';
import { parseSubnet, subnetsOverlap } from './subnet.ts';

/** A subnet that the project asks for, and what has addresses of it already. */
export interface SubnetClash {
  readonly network: string;
  readonly subnet: string;
  /** Another network of the engine: it will refuse to make this one. A route of this machine: both then fight for it. */
  readonly with: { readonly kind: 'network' | 'route'; readonly name: string; readonly subnet: string };
}

export interface SubnetClashRequest {
  readonly project: Project;
  /** All networks of the engine. */
  readonly networks: readonly Network[];
  readonly routes: readonly HostRoute[];
}

/** Every clash of the subnets that the project's networks will be made with. Pure; networks that exist are left out. */
export function subnetClashes({ project, networks, routes }: SubnetClashRequest): SubnetClash[] {
  const engineSubnets = new Set(networks.flatMap(({ subnets }) => subnets));
  // The engine's own networks are routes, too; and every machine has one for everything.
  const foreign = routes.filter(({ subnet }) => !engineSubnets.has(subnet) && (parseSubnet(subnet)?.prefix ?? 0) > 0);
  return Object.entries(project.networks ?? {}).flatMap(([key, network]) => {
    const name = network.name ?? key;
    if (network.external || networks.some((one) => one.name === name)) return [];
    return (network.ipam.config ?? []).flatMap(({ subnet }): SubnetClash[] => {
      const wanted = subnet === undefined ? undefined : parseSubnet(subnet);
      if (!wanted || subnet === undefined) return [];
      const overlaps = (other: string): boolean => {
        const parsed = parseSubnet(other);
        return parsed !== undefined && subnetsOverlap(wanted, parsed);
      };
      const others = networks
        .filter(({ scope }) => scope === 'local')
        .flatMap((one) => one.subnets.filter(overlaps).map((held) => ({ kind: 'network', name: one.name, subnet: held }) as const));
      const routed = foreign.filter((route) => overlaps(route.subnet)).map((route) => ({ kind: 'route', name: route.device, subnet: route.subnet }) as const);
      return [...others, ...routed].map((held) => ({ network: key, subnet, with: held }));
    });
  });
}

/** One clash in a person's words. */
export function clashText({ network, subnet, with: other }: SubnetClash): string {
  return other.kind === 'network'
    ? `Network ${network} wants the subnet ${subnet}, of which network ${other.name} of the engine has ${other.subnet}.`
    : `Network ${network} wants the subnet ${subnet}, but this machine reaches ${other.subnet} through ${other.name}: its addresses may become unreachable.`;
}

/** Raises `network.conflict` with all networks that the engine would refuse to make, before anything is made. */
export function raiseSubnetConflicts(clashes: readonly SubnetClash[]): void {
  const refused = clashes.filter((clash) => clash.with.kind === 'network');
  if (refused.length === 0) return;
  throw new Fault({
    code: 'network.conflict',
    message: refused.map(clashText).join(' '),
    hint: 'Give the network another subnet in the Compose file or leave the choice to the engine, or remove the other network when it is no longer needed.',
    data: { clashes: refused },
  });
}
