import type { Project } from '../compose/project.ts';
import { expandPortPlaceholders, type PlacedPort } from './placeholders.ts';
import { wantedPorts } from './wanted-port.ts';

export interface AddressedProject {
  readonly project: Project;
  /** Values that name a port which has no number yet, or which nobody publishes: `web: SITE_URL`. */
  readonly unresolved: readonly string[];
}

/**
 * The project with `${port:SERVICE:PORT}` in its services' environment values replaced by the host ports in use, so that
 * an address that a program is told follows a remap. What can't be replaced stays as it is.
 */
export function withPortAddresses(project: Project): AddressedProject {
  if (!Object.values(project.services).some(({ environment }) => Object.values(environment ?? {}).some((value) => value?.includes('${port:')))) {
    return { project, unresolved: [] };
  }
  const ports = wantedPorts(project).map(({ hostPorts, ...port }): PlacedPort => ({ ...port, hostPort: hostPorts.length === 1 ? hostPorts[0] : undefined }));
  const unresolved: string[] = [];
  const services = Object.fromEntries(
    Object.entries(project.services).map(([name, service]) => {
      if (!service.environment) return [name, service];
      const environment = Object.fromEntries(
        Object.entries(service.environment).map(([key, value]) => {
          const expanded = value === null ? null : expandPortPlaceholders(value, ports);
          if (expanded === undefined) unresolved.push(`${name}: ${key}`);
          return [key, expanded === undefined ? value : expanded];
        }),
      );
      return [name, { ...service, environment }];
    }),
  );
  return { project: { ...project, services }, unresolved };
}
