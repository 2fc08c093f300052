import { Fault } from '../../base/fault.ts';
import type { HostConfig, PortBinding } from '../containers.ts';

const firstEphemeralPort = 49_153;
const lastPort = 65_535;

/** A port of the host that something holds. */
export interface HeldPort {
  readonly hostIp: string;
  readonly hostPort: number;
  readonly protocol: string;
}

/** Gives every wanted binding its host port. Raises `port.conflict` when one is held already. */
export function bindPorts(wanted: HostConfig['PortBindings'], held: readonly HeldPort[]): PortBinding[] {
  const bound: PortBinding[] = [];
  for (const [key, bindings] of Object.entries(wanted ?? {})) {
    const [port, protocol = 'tcp'] = key.split('/');
    for (const { HostIp, HostPort } of bindings) {
      const hostIp = HostIp === undefined || HostIp === '' ? '0.0.0.0' : HostIp;
      const taken = [...held, ...bound.map(asHeld)];
      const hostPort = choose(HostPort ?? '', { hostIp, protocol }, taken);
      bound.push({ containerPort: Number(port), protocol: protocol as PortBinding['protocol'], hostIp, hostPort });
    }
  }
  return bound;
}

/** One port of `8080`, `8000-8010` or, for '', of those that the engine chooses from. */
function choose(wanted: string, where: Omit<HeldPort, 'hostPort'>, held: readonly HeldPort[]): number {
  const [first, last] = wanted === '' || wanted === '0' ? [firstEphemeralPort, lastPort] : range(wanted);
  for (let hostPort = first; hostPort <= last; hostPort += 1) {
    if (!held.some((other) => clash(other, { ...where, hostPort }))) return hostPort;
  }
  throw new Fault({
    code: 'port.conflict',
    message: `Port ${String(first)} of this machine is already taken.`,
    hint: 'Stop what uses it, or publish on another port.',
    data: { hostPort: first, ...where },
  });
}

function range(text: string): [number, number] {
  const [first = '', last = first] = text.split('-');
  return [Number(first), Number(last)];
}

function clash(one: HeldPort, other: HeldPort): boolean {
  const everywhere = (ip: string): boolean => ip === '0.0.0.0' || ip === '::';
  const sameAddress = one.hostIp === other.hostIp || everywhere(one.hostIp) || everywhere(other.hostIp);
  return one.hostPort === other.hostPort && one.protocol === other.protocol && sameAddress;
}

function asHeld({ hostIp = '0.0.0.0', hostPort = 0, protocol }: PortBinding): HeldPort {
  return { hostIp, hostPort, protocol };
}
