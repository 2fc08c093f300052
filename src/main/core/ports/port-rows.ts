import type { PortHolder, PortRow } from '../../../shared/models/port.ts';
import type { Project } from '../compose/project.ts';
import { composeLabels } from '../base/compose-labels.ts';
import type { ContainerSummary } from '../engine/containers.ts';
import { addressOf } from './address.ts';
import type { PortConflict } from './conflicts.ts';
import { wantedPorts, type PublishOptions, type WantedPort } from './wanted-port.ts';

export interface PortRowsRequest extends PublishOptions {
  /** With the environment's remaps applied. */
  readonly project: Project;
  /** As the files say, where remaps were applied. */
  readonly original?: Project;
  /** The project's containers. */
  readonly containers: readonly ContainerSummary[];
  readonly environment?: { readonly id: string; readonly name: string };
  /** `portKey` → whether something answered. Ports without an entry count as answering while their container runs. */
  readonly reachable?: ReadonlyMap<string, boolean>;
  readonly conflicts?: readonly PortConflict[];
}

/** Names one published port for maps of probe results. */
export function portKey({ protocol, hostIp, hostPort }: { protocol: string; hostIp: string; hostPort: number }): string {
  return `${protocol}://${hostIp}:${hostPort}`;
}

/** The ports table of one environment: pure, in the project's order, running containers' real ports over wanted ones. */
export function portRows(request: PortRowsRequest): PortRow[] {
  const { project, original, containers } = request;
  const wanted = wantedPorts(project, request);
  const asked = original ? wantedPorts(original, request) : wanted;
  return wanted.flatMap((port, index) => rowsOf(port, asked[index], ofService(containers, project.name, port.service), request));
}

function ofService(containers: readonly ContainerSummary[], project: string, service: string): ContainerSummary[] {
  return containers.filter(
    ({ labels }) => labels[composeLabels.project] === project && labels[composeLabels.service] === service && labels[composeLabels.oneOff] !== 'True',
  );
}

interface Bound {
  readonly hostIp: string;
  readonly hostPort: number;
}

/** One row a binding while containers run (several replicas have several), else the row that the project asks for. */
function rowsOf(port: WantedPort, asked: WantedPort | undefined, containers: readonly ContainerSummary[], request: PortRowsRequest): PortRow[] {
  const bound = containers.filter(({ state }) => state === 'running' || state === 'paused').flatMap((container) => boundPorts(container, port));
  const { project, environment, conflicts = [], reachable } = request;
  const service = project.services[port.service];
  const single = port.hostPorts.length === 1 ? port.hostPorts[0] : undefined;
  const base = {
    ...(environment ? { environmentId: environment.id, environmentName: environment.name } : {}),
    service: port.service,
    containerPort: port.containerPort,
    protocol: port.protocol,
    ...(asked?.hostPorts[0] !== undefined && asked.hostPorts[0] !== single && asked.hostPorts.length === 1
      ? { requestedPort: asked.hostPorts[0] }
      : {}),
  };
  const row = (hostIp: string, hostPort: number | undefined, state: PortRow['state'], holder?: PortHolder): PortRow => ({
    ...base,
    hostIp,
    ...(hostPort === undefined ? {} : { hostPort }),
    state,
    ...(holder ? { holder } : {}),
    exposure: exposureOf(hostIp),
    ...(hostPort === undefined || !service ? { browsable: false } : addressOf(service, { ...port, hostIp, hostPort })),
  });
  if (bound.length > 0) {
    const holder: PortHolder = { kind: 'service', name: project.name, service: port.service, ...(environment ? { environmentId: environment.id } : {}) };
    return bound.map(({ hostIp, hostPort }) => {
      const answers = reachable?.get(portKey({ protocol: port.protocol, hostIp, hostPort })) ?? true;
      return row(hostIp, hostPort, answers ? 'listening' : 'dead', holder);
    });
  }
  const conflict = conflicts.find((one) => one.service === port.service && one.containerPort === port.containerPort && one.protocol === port.protocol);
  return [row(port.hostIp, single, conflict ? 'conflict' : 'free', conflict?.holder)];
}

/** The engine lists a port on every interface twice, for IPv4 and IPv6; a person needs it once. */
function boundPorts(container: ContainerSummary, port: WantedPort): Bound[] {
  const all = container.ports.flatMap(({ containerPort, protocol, hostIp = '0.0.0.0', hostPort }) =>
    hostPort !== undefined && containerPort === port.containerPort && protocol === port.protocol ? [{ hostIp, hostPort }] : [],
  );
  const matching = all.filter(({ hostPort }) => port.hostPorts.length === 0 || port.hostPorts.includes(hostPort));
  return matching.filter(({ hostIp, hostPort }) => hostIp !== '::' || !matching.some((other) => other.hostIp === '0.0.0.0' && other.hostPort === hostPort));
}

function exposureOf(hostIp: string): PortRow['exposure'] {
  if (hostIp.startsWith('127.') || hostIp === '::1' || hostIp === 'localhost') return 'loopback';
  return hostIp === '0.0.0.0' || hostIp === '::' || hostIp === '' ? 'everywhere' : 'address';
}
