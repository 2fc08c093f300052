import type { PortRemap } from '../../../shared/models/environment.ts';
import type { Port, Project, Service } from '../compose/project.ts';

/**
 * The project with host ports moved as the environment remembers it. A remap names a service's container port; where
 * the file publishes one container port several times, the first publication moves. Remaps of ports that the project
 * no longer publishes are ignored.
 */
export function applyRemaps(project: Project, remaps: readonly PortRemap[]): Project {
  if (remaps.length === 0) return project;
  const services = Object.fromEntries(
    Object.entries(project.services).map(([name, service]) => [
      name,
      remapService(service, remaps.filter((remap) => remap.service === name)),
    ]),
  );
  return { ...project, services };
}

function remapService(service: Service, remaps: readonly PortRemap[]): Service {
  if (remaps.length === 0 || !service.ports) return service;
  const open = [...remaps];
  const ports = service.ports.map((port): Port => {
    const index = open.findIndex((remap) => remap.containerPort === port.target && remap.protocol === (port.protocol ?? 'tcp'));
    const remap = open[index];
    if (!remap) return port;
    open.splice(index, 1);
    return { ...port, published: String(remap.hostPort) };
  });
  return { ...service, ports };
}
