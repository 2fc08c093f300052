import type { PortRow } from '../../../shared/models/port.ts';
import { composeLabels } from '../base/compose-labels.ts';
import type { ContainerSummary } from '../engine/containers.ts';
import { addressOf } from './address.ts';
import { holdingContainer, overlaps } from './holding-container.ts';
import type { HostAddress, HostListener } from './host-ports.ts';
import { exposureOf, type KnownProbes, onceEach, portKey, withAnswer } from './port-rows.ts';

export interface ForeignRowsRequest {
  /** All containers of the engine. */
  readonly containers: readonly ContainerSummary[];
  /** Projects whose ports have rows already. */
  readonly knownProjects: ReadonlySet<string>;
  readonly listeners: readonly HostListener[];
  readonly probes?: KnownProbes;
}

/**
 * What else uses ports of this machine: containers of other projects and of none, then programs that listen outside any
 * container. Pure; sorted by port. An engine's own helper that listens for a container is no row beside the container's.
 */
export function foreignRows({ containers, knownProjects, listeners, probes }: ForeignRowsRequest): PortRow[] {
  const running = containers.filter(({ state }) => state === 'running' || state === 'paused');
  const foreign = running.filter(({ labels }) => !knownProjects.has(labels[composeLabels.project] ?? ''));
  const rows = [...foreign.flatMap((container) => containerRows(container, probes)), ...listenerRows(listeners, containers)];
  return rows.sort((a, b) => (a.hostPort ?? 0) - (b.hostPort ?? 0));
}

/** Whether a container has published an address: then the engine's own helper listens there. */
export function publishedBy(containers: readonly ContainerSummary[]): (address: HostAddress) => boolean {
  const published = new Map<string, string[]>();
  for (const { hostIp = '0.0.0.0', hostPort, protocol } of containers.flatMap(({ ports }) => ports)) {
    if (hostPort !== undefined) published.set(`${hostPort}/${protocol}`, [...(published.get(`${hostPort}/${protocol}`) ?? []), hostIp]);
  }
  return ({ hostIp, hostPort, protocol }) => published.get(`${hostPort}/${protocol}`)?.some((address) => overlaps(address, hostIp)) ?? false;
}

function containerRows(container: ContainerSummary, probes: ForeignRowsRequest['probes']): PortRow[] {
  const service = container.labels[composeLabels.service];
  const published = container.ports.flatMap(({ hostIp = '0.0.0.0', hostPort, ...port }) => (hostPort === undefined ? [] : [{ ...port, hostIp, hostPort }]));
  return onceEach(published).map((port): PortRow => {
    const row: PortRow = {
      ...port,
      service: service ?? container.name,
      state: 'listening',
      holder: holdingContainer([container], port)?.holder ?? { kind: 'container', name: container.name },
      exposure: exposureOf(port.hostIp),
      ...addressOf({ image: container.image, command: null, entrypoint: null }, port),
    };
    return withAnswer(row, probes?.get(portKey(port)));
  });
}

function listenerRows(listeners: readonly HostListener[], containers: readonly ContainerSummary[]): PortRow[] {
  const published = publishedBy(containers);
  const others = listeners.filter((listener) => !published(listener));
  const seen = new Set<string>();
  return (['tcp', 'udp'] as const)
    .flatMap((protocol) => onceEach(others.filter((one) => one.protocol === protocol)))
    .filter((listener) => {
      const key = `${portKey(listener)} ${listener.holder.pid ?? listener.holder.name}`;
      return !seen.has(key) && Boolean(seen.add(key));
    })
    .map(({ hostIp, hostPort, protocol, holder }) => ({
      protocol,
      hostIp,
      hostPort,
      state: 'listening',
      holder,
      exposure: exposureOf(hostIp),
      browsable: false,
    }));
}
