import { configHash } from '../config-hash.ts';
import type { LoadedProject } from '../load.ts';
import type { Project } from '../project.ts';
import { assertServices } from '../select-services.ts';
import { withoutLabelFiles } from './printed-project.ts';
import { compareText } from '../source/go-text.ts';

/** The lists that `config` prints one name a line; the reference prints most of them in no particular order. */

/** `config --services` */
export function serviceNames({ services }: Project): string[] {
  return Object.keys(services).sort(compareText);
}

/** `config --volumes` */
export function volumeNames({ volumes = {} }: Project): string[] {
  return Object.keys(volumes).sort(compareText);
}

/** `config --networks` */
export function networkNames({ networks = {} }: Project): string[] {
  return Object.keys(networks).sort(compareText);
}

/** `config --images`: what is built without a name of its own is named after project and service. */
export function imageNames(project: Project): string[] {
  return serviceNames(project).map((name) => project.services[name]?.image ?? `${project.name}-${name}`);
}

/** `config --models` */
export function modelNames({ models = {} }: Project): string[] {
  return Object.values(models)
    .map(({ model = '' }) => model)
    .sort(compareText);
}

/** `config --profiles`: all there are, enabled or not. */
export function profileNames({ project, disabledServices }: LoadedProject): string[] {
  const services = [...Object.values(project.services), ...Object.values(disabledServices)];
  return [...new Set(services.flatMap(({ profiles = [] }) => profiles))].sort(compareText);
}

/**
 * `config --hash`: the service and its hash; for all services, or for those named. Load with `resolveEnvFiles: false`.
 *
 * @throws Fault `project.invalid` for a name that is none of its services'
 */
export function hashes(project: Project, names: readonly string[] = serviceNames(project)): string[] {
  assertServices(project, names);
  return [...names].sort(compareText).flatMap((name) => {
    const service = project.services[name];
    return service ? [`${name} ${configHash(withoutLabelFiles(service))}`] : [];
  });
}

/** `config --environment`: what interpolation could see. */
export function environmentLines({ environment }: LoadedProject): string[] {
  return Object.entries(environment)
    .map(([name, value]) => `${name}=${value}`)
    .sort(compareText);
}
