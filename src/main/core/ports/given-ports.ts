import type { PortRemap } from '../../../shared/models/environment.ts';
import type { Cancellable } from '../base/abort.ts';
import { composeLabels } from '../base/compose-labels.ts';
import type { Project, Service } from '../compose/project.ts';
import type { ContainerSummary } from '../engine/containers.ts';
import type { ReservedPorts } from './conflicts.ts';
import type { HostPorts } from './host-ports.ts';
import { suggestPort } from './suggest-port.ts';
import { wantedPorts, type PublishOptions, type WantedPort } from './wanted-port.ts';

export interface GivenPortsRequest extends PublishOptions, Cancellable {
  readonly project: Project;
  /** All containers of the engine. */
  readonly containers: readonly ContainerSummary[];
  readonly reserved: readonly ReservedPorts[];
  readonly host: HostPorts;
}

/** Where such ports are looked for: far from what files name, below what systems take by themselves. */
const region = { first: 20_000, size: 10_000 };

/**
 * A port for every publication that leaves the choice to the engine, so that the environment can keep it. None for
 * services that run, since their containers would have to be made anew, nor for those of several containers.
 */
export async function givenPorts({ project, containers, reserved, host, signal, ...options }: GivenPortsRequest): Promise<PortRemap[]> {
  const running = new Set(
    containers.flatMap(({ labels, state }) =>
      labels[composeLabels.project] === project.name && state === 'running' ? [labels[composeLabels.service]] : [],
    ),
  );
  const wanted = wantedPorts(project, options);
  const taken = new Set(wanted.flatMap(({ hostPorts }) => hostPorts));
  const open = wanted.filter(({ hostPorts, service }) => hostPorts.length === 0 && !running.has(service) && isSingle(project.services[service]));
  const given: PortRemap[] = [];
  for (const { service, containerPort, protocol, hostIp } of open.filter(isFirst)) {
    const start = region.first + (hash(`${project.name}/${service}/${containerPort}/${protocol}`) % region.size);
    const hostPort = await suggestPort({ hostIp, hostPort: start, protocol, taken, containers, reserved, host, signal });
    if (hostPort === undefined) continue;
    taken.add(hostPort);
    given.push({ service, containerPort, protocol, hostPort });
  }
  return given;
}

/** A remap cannot tell two of the same publication apart. */
function isFirst(port: WantedPort, index: number, all: readonly WantedPort[]): boolean {
  return all.findIndex((one) => one.service === port.service && one.containerPort === port.containerPort && one.protocol === port.protocol) === index;
}

function isSingle(service: Service | undefined): boolean {
  return (service?.scale ?? service?.deploy?.replicas ?? 1) === 1;
}

/** FNV-1a: two environments of one project begin to look at different places. */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (const character of text) value = Math.imul(value ^ (character.codePointAt(0) ?? 0), 0x01000193) >>> 0;
  return value;
}
