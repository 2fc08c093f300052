import type { PortHolder, PortRow } from '../../../shared/models/port.ts';
import type { Port, Project } from '../compose/project.ts';
import type { PortRemap } from '../../../shared/models/environment.ts';
import { composeLabels } from '../base/compose-labels.ts';
import type { ContainerSummary } from '../engine/containers.ts';
import { addressOf } from './address.ts';
import type { PortConflict } from './conflicts.ts';
import type { PortProbe } from './probe.ts';
import { originsOf } from './remaps.ts';
import { wantedPort, wantedPorts, type PublishOptions, type WantedPort } from './wanted-port.ts';

/** `portKey` → what came of trying it, where that is known. Ports without an entry count as answering while their container runs. */
export type KnownProbes = ReadonlyMap<string, PortProbe | 'trying'>;

export interface PortRowsRequest extends PublishOptions {
  /** With the environment's remaps applied. */
  readonly project: Project;
  /** As the files say, and the remaps that led from there to `project`. */
  readonly original?: Project;
  readonly remaps?: readonly PortRemap[];
  /** The project's containers. */
  readonly containers: readonly ContainerSummary[];
  readonly environment?: { readonly id: string; readonly name: string };
  readonly probes?: KnownProbes;
  readonly conflicts?: readonly PortConflict[];
}

/** Names one published port for maps of probe results. */
export function portKey({ protocol, hostIp, hostPort }: { protocol: string; hostIp: string; hostPort: number }): string {
  return `${protocol}://${hostIp}:${hostPort}`;
}

/** The ports table of one environment: pure, in the project's order, running containers' real ports over wanted ones. */
export function portRows(request: PortRowsRequest): PortRow[] {
  const { project, original, remaps = [], containers } = request;
  const origins = original ? originsOf(original, remaps).filter(({ port }) => port) : undefined;
  return wantedPorts(project, request).flatMap((port, index) =>
    rowsOf(port, origins ? changeOf(port, origins[index]?.original, request) : {}, ofService(containers, project.name, port.service), request),
  );
}

/** What of a row tells that the person changed the port. */
function changeOf(port: WantedPort, original: Port | undefined, options: PublishOptions): Pick<PortRow, 'edited' | 'requestedPort'> {
  if (!original) return { edited: 'added' };
  const asked = wantedPort(port.service, original, options);
  const [requestedPort] = asked.hostPorts;
  const same = asked.hostIp === port.hostIp && asked.hostPorts.length === port.hostPorts.length && requestedPort === port.hostPorts[0];
  if (same) return {};
  const samePort = requestedPort === undefined || asked.hostPorts.length > 1 || requestedPort === port.hostPorts[0];
  return { edited: 'moved', ...(samePort ? {} : { requestedPort }) };
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
function rowsOf(port: WantedPort, change: Pick<PortRow, 'edited' | 'requestedPort'>, containers: readonly ContainerSummary[], request: PortRowsRequest): PortRow[] {
  const bound = containers.filter(({ state }) => state === 'running' || state === 'paused').flatMap((container) => boundPorts(container, port));
  const { project, environment, conflicts = [], probes } = request;
  const service = project.services[port.service];
  const single = port.hostPorts.length === 1 ? port.hostPorts[0] : undefined;
  const base = {
    ...(environment ? { environmentId: environment.id, environmentName: environment.name } : {}),
    service: port.service,
    containerPort: port.containerPort,
    protocol: port.protocol,
    ...change,
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
    return bound.map(({ hostIp, hostPort }) =>
      withAnswer(row(hostIp, hostPort, 'listening', holder), probes?.get(portKey({ protocol: port.protocol, hostIp, hostPort }))),
    );
  }
  const conflict = conflicts.find((one) => one.service === port.service && one.containerPort === port.containerPort && one.protocol === port.protocol);
  return [row(port.hostIp, single, conflict ? 'conflict' : 'free', conflict?.holder)];
}

/** The row of a mapped port with what came of trying it. A server that shows a certificate is opened with https, whatever its port. */
export function withAnswer(row: PortRow, probe: PortProbe | 'trying' | undefined): PortRow {
  if (probe === undefined) return row;
  if (probe === 'trying') return { ...row, trying: true };
  if (!probe.answers) return { ...row, state: 'dead' };
  const { http } = probe;
  if (!http) return row;
  const address = http.tls ? row.address?.replace(/^http:/, 'https:') : row.address;
  return { ...row, http, ...(address === undefined ? {} : { address }) };
}

/** The engine lists a port on every interface twice, for IPv4 and IPv6; a person needs it once. */
function boundPorts(container: ContainerSummary, port: WantedPort): Bound[] {
  const all = container.ports.flatMap(({ containerPort, protocol, hostIp = '0.0.0.0', hostPort }) =>
    hostPort !== undefined && containerPort === port.containerPort && protocol === port.protocol ? [{ hostIp, hostPort }] : [],
  );
  return onceEach(all.filter(({ hostPort }) => port.hostPorts.length === 0 || port.hostPorts.includes(hostPort)));
}

/** Without the `::` beside a `0.0.0.0` of the same port. */
export function onceEach<T extends Bound>(all: readonly T[]): T[] {
  const everywhere = new Set(all.flatMap(({ hostIp, hostPort }) => (hostIp === '0.0.0.0' ? [hostPort] : [])));
  return all.filter(({ hostIp, hostPort }) => hostIp !== '::' || !everywhere.has(hostPort));
}

export function exposureOf(hostIp: string): PortRow['exposure'] {
  if (hostIp.startsWith('127.') || hostIp === '::1' || hostIp === 'localhost') return 'loopback';
  return hostIp === '0.0.0.0' || hostIp === '::' || hostIp === '' ? 'everywhere' : 'address';
}
