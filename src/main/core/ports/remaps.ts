import type { PortRemap } from '../../../shared/models/environment.ts';
import type { Port, Project, Service } from '../compose/project.ts';

/** One publication after the environment's changes, and as the files have it; one of the two may be absent. */
export interface ChangedPort {
  readonly service: string;
  /** Absent: left out. */
  readonly port?: Port;
  /** Absent: added. */
  readonly original?: Port;
}

/**
 * The project with published ports changed as the environment remembers it. A remap names a service's container port;
 * where the files publish one several times, `requestedPort` tells which, else the first one is meant. Remaps of ports
 * and services that the project no longer has are ignored.
 */
export function applyRemaps(project: Project, remaps: readonly PortRemap[]): Project {
  if (remaps.length === 0) return project;
  const services = Object.fromEntries(
    Object.entries(project.services).map(([name, service]) => {
      const own = remaps.filter((remap) => remap.service === name);
      if (own.length === 0) return [name, service];
      const ports = changedPorts(name, service, own).flatMap(({ port }) => (port ? [port] : []));
      return [name, service.ports || ports.length > 0 ? { ...service, ports } : service];
    }),
  );
  return { ...project, services };
}

/** Every publication of the project, in its order, with what it was in the files; added ones follow their service's. */
export function originsOf(original: Project, remaps: readonly PortRemap[]): ChangedPort[] {
  return Object.entries(original.services).flatMap(([name, service]) =>
    changedPorts(name, service, remaps.filter((remap) => remap.service === name)),
  );
}

function changedPorts(service: string, { ports = [] }: Service, remaps: readonly PortRemap[]): ChangedPort[] {
  const open = remaps.filter(({ change }) => change !== 'added');
  const kept = ports.map((original): ChangedPort => {
    const remap = takeMatching(open, original);
    if (!remap) return { service, port: original, original };
    return remap.change === 'removed' ? { service, original } : { service, original, port: moved(original, remap) };
  });
  const added = remaps
    .filter(({ change }) => change === 'added')
    .map((remap): ChangedPort => ({ service, port: moved({ mode: 'ingress', target: remap.containerPort, protocol: remap.protocol }, remap) }));
  return [...kept, ...added];
}

function takeMatching(open: PortRemap[], port: Port): PortRemap | undefined {
  const index = open.findIndex((remap) => isPublication(remap, port) && (remap.requestedPort === undefined || port.published === String(remap.requestedPort)));
  return index < 0 ? undefined : open.splice(index, 1)[0];
}

/** Whether a container port and protocol are those of a publication. */
export function isPublication({ containerPort, protocol }: Pick<PortRemap, 'containerPort' | 'protocol'>, port: Port): boolean {
  return port.target === containerPort && (port.protocol ?? 'tcp') === protocol;
}

function moved(port: Port, { hostPort, hostIp }: PortRemap): Port {
  return {
    ...port,
    ...(hostPort === undefined ? {} : { published: String(hostPort) }),
    ...(hostIp === undefined ? {} : { host_ip: hostIp }),
  };
}
