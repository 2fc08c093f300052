import { Fault } from '../base/fault.ts';
import type { Project, Service } from './project.ts';
import { withUsedResources } from './used-resources.ts';

/**
 * The project with the named services, what they depend on, and the resources that these use.
 *
 * @throws Fault `project.invalid` for a name that is none of its services'
 */
export function selectServices(project: Project, names: readonly string[]): Project {
  const selected = new Map<string, Service>();
  const select = (name: string): void => {
    const service = project.services[name];
    if (!service || selected.has(name)) return;
    selected.set(name, service);
    Object.keys(service.depends_on ?? {}).forEach(select);
  };
  assertServices(project, names);
  names.forEach(select);
  const services = Object.entries(project.services).filter(([name]) => selected.has(name));
  return withUsedResources({ ...project, services: Object.fromEntries(services) });
}

/** @throws Fault `project.invalid` for a name that is none of the project's services' */
export function assertServices({ services }: Project, names: readonly string[]): void {
  const unknown = names.find((name) => !Object.hasOwn(services, name));
  if (unknown === undefined) return;
  throw new Fault({
    code: 'project.invalid',
    message: `There is no service ${unknown}.`,
    hint: `There are: ${Object.keys(services).sort().join(', ')}.`,
  });
}
