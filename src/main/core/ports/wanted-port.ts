import type { Port, Project } from '../compose/project.ts';
import { Fault } from '../base/fault.ts';

export type Protocol = 'tcp' | 'udp' | 'sctp';

/** One host port that a project publishes. */
export interface WantedPort {
  readonly service: string;
  readonly containerPort: number;
  readonly protocol: Protocol;
  /** The address to publish on, after the loopback default: `127.0.0.1`, `0.0.0.0` (all of IPv4 and IPv6), `::1`, … */
  readonly hostIp: string;
  /** Several for a range, from which the engine picks; none: the engine picks any. */
  readonly hostPorts: readonly number[];
}

export interface PublishOptions {
  /** Ports without a host address are published on 127.0.0.1; the default. */
  readonly publishOnLoopback?: boolean;
}

/** All published ports of a project, in its order. Raises `port.invalid`. */
export function wantedPorts(project: Project, options: PublishOptions = {}): WantedPort[] {
  return Object.entries(project.services).flatMap(([service, { ports }]) =>
    (ports ?? []).map((port) => wantedPort(service, port, options)),
  );
}

export function wantedPort(service: string, port: Port, { publishOnLoopback = true }: PublishOptions = {}): WantedPort {
  const protocol = port.protocol ?? 'tcp';
  if (protocol !== 'tcp' && protocol !== 'udp' && protocol !== 'sctp') {
    throw invalid(service, `"${protocol}" is not a protocol of ports`, 'Use tcp, udp or sctp.');
  }
  if (port.target === undefined || !isPort(port.target)) {
    throw invalid(service, `container port ${port.target ?? 'none'} does not exist`, 'Ports go from 1 to 65535.');
  }
  return {
    service,
    containerPort: port.target,
    protocol,
    hostIp: port.host_ip ?? (publishOnLoopback ? '127.0.0.1' : '0.0.0.0'),
    hostPorts: portsOf(service, port.published),
  };
}

function portsOf(service: string, published: string | undefined): number[] {
  if (published === undefined || published === '' || published === '0') return [];
  const [first = '', last = first, ...more] = published.split('-');
  const [low, high] = [Number(first), Number(last)];
  if (more.length > 0 || !isPort(low) || !isPort(high) || high < low) {
    throw invalid(service, `host port "${published}" does not exist`, 'Ports go from 1 to 65535; a range is written low-high.');
  }
  return Array.from({ length: high - low + 1 }, (_, index) => low + index);
}

function isPort(port: number): boolean {
  return Number.isInteger(port) && port >= 1 && port <= 65_535;
}

function invalid(service: string, what: string, hint: string): Fault {
  return new Fault({ code: 'port.invalid', message: `Service ${service}: ${what}.`, hint, data: { service } });
}
