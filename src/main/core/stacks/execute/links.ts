import type { Service } from '../../compose/project.ts';

/**
 * `links` and `external_links` in the engine's form, `container:alias`. A linked service is known by its alias, as
 * `service-N` and as `project-service-N`, where N is, as in Compose v2, the number of the container that links.
 */
export function linksOf(
  projectName: string,
  service: Service,
  number: number,
  containersOf: (serviceName: string) => readonly { readonly name: string }[],
): string[] {
  const own = (service.links ?? []).flatMap((link) => {
    const [linked = '', alias = linked] = link.split(':');
    const names = [alias, `${linked}-${number}`, `${projectName}-${linked}-${number}`];
    return containersOf(linked).flatMap((container) => names.map((name) => `${container.name}:${name}`));
  });
  const external = (service.external_links ?? []).map((link) => {
    const [linked = '', alias = linked] = link.split(':');
    return `${linked}:${alias}`;
  });
  return [...own, ...external];
}
