import { servicesNeeded } from '../build/named-contexts.ts';
import { imageName } from '../names.ts';
import { checkBuild, eachOnce } from './builds.ts';
import { type PlanContext, serviceNamed } from './context.ts';
import { pullPolicy } from './images.ts';
import { projectOf } from './project-of.ts';

/**
 * Adds the pulls of the selected services' images; `options.pull: 'missing'` leaves out what the engine has. An image
 * that can be built instead may fail to be pulled.
 */
export function planPull(context: PlanContext): void {
  const { options, request, selected, steps } = context;
  const project = projectOf(context);
  const planned = new Set<string>();
  for (const name of selected) {
    const service = serviceNamed(project, name);
    const policy = pullPolicy(service, {});
    if (service.image === undefined || service.provider || policy === 'never' || policy === 'build') continue;
    const reference = imageName(project.name, name, service);
    const key = `${reference} ${service.platform ?? ''}`;
    if (planned.has(key) || (options.pull === 'missing' && request.images.has(reference))) continue;
    planned.add(key);
    const platform = service.platform === undefined ? {} : { platform: service.platform };
    const work = { kind: 'pull-image', reference, optional: service.build !== undefined, ...platform } as const;
    steps.add({ subject: reference, service: name, reason: 'asked for', work });
  }
}

/** Adds the builds of the selected services' images, whether the engine has them or not, after those they start from. */
export function planBuild(context: PlanContext): void {
  const project = projectOf(context);
  const add: (name: string) => readonly string[] = eachOnce((name) => {
    const { build, ...service } = serviceNamed(project, name);
    if (!build) return [];
    checkBuild(context, { name, build, isCertain: true });
    const after = servicesNeeded(build).flatMap(add);
    const reference = imageName(project.name, name, service);
    const work = { kind: 'build-image', service: name, reference, onlyIfMissing: false } as const;
    return [context.steps.add({ subject: reference, service: name, reason: 'asked for', after, work })];
  });
  for (const name of context.selected) add(name);
}
