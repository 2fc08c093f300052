import { stat } from 'node:fs/promises';
import { Fault } from '../../base/fault.ts';
import type { WatchRule } from '../../compose/develop.ts';
import type { Hook, Project } from '../../compose/project.ts';
import { locationOf } from '../../compose/source/locate.ts';
import type { StackDefinition } from '../plan.ts';
import { isWithin, type WatchedPaths, watchedPaths } from './watched-paths.ts';

/** One entry of a service's `develop.watch`, ready to be followed. */
export interface ServiceWatch extends WatchedPaths {
  readonly service: string;
  readonly action: WatchRule['action'];
  /** Where in the container `root` belongs; set for all actions that sync. */
  readonly target?: string;
  /** The path is one file, not a directory. */
  readonly isFile: boolean;
  readonly initialSync: boolean;
  /** Set for `sync+exec`. */
  readonly exec?: Hook;
}

/** Services that have something to watch. */
export function watchableServices(project: Project): string[] {
  return Object.entries(project.services).flatMap(([name, { develop }]) => ((develop?.watch?.length ?? 0) > 0 ? [name] : []));
}

export interface WatchRules {
  readonly watches: readonly ServiceWatch[];
  /** What is not watched, and why. */
  readonly warnings: readonly string[];
}

/**
 * What to watch for the project, or for some of its services.
 *
 * @throws Fault `project.invalid` with the place in the file when a rule's path does not exist, when a service to be
 *   rebuilt has no build section, and when there is nothing to watch.
 */
export async function readWatchRules(definition: StackDefinition, services?: readonly string[]): Promise<WatchRules> {
  const { project } = definition;
  const watchable = watchableServices(project);
  const unwatched = services?.find((name) => !watchable.includes(name));
  if (unwatched !== undefined) throw nothingToWatch(`Service ${unwatched} has`, watchable);
  if (watchable.length === 0) throw nothingToWatch('No service of the project has', watchable);
  const warnings: string[] = [];
  const watches: ServiceWatch[] = [];
  for (const name of services ?? watchable) {
    const service = project.services[name];
    for (const [index, rule] of (service?.develop?.watch ?? []).entries()) {
      if (!service) continue;
      const where = locationOf(definition.document, ['services', name, 'develop', 'watch', index, 'path']);
      if (rule.action === 'rebuild' && !service.build) throw withoutBuild(name, where);
      const mounted = (service.volumes ?? []).find(({ type, source }) => type === 'bind' && source !== undefined && isWithin(source, rule.path));
      if (mounted && rule.action.startsWith('sync')) {
        warnings.push(`${rule.path} is not watched for ${name}: it is mounted into the container already.`);
        continue;
      }
      const found = await stat(rule.path).catch(() => undefined);
      if (!found) throw pathMissing(name, rule.path, where);
      watches.push({
        ...(await watchedPaths(rule, service)),
        service: name,
        action: rule.action,
        isFile: !found.isDirectory(),
        initialSync: rule.initial_sync ?? false,
        ...(rule.target === undefined ? {} : { target: rule.target }),
        ...(rule.action === 'sync+exec' ? { exec: rule.exec } : {}),
      });
    }
  }
  return { watches, warnings };
}

function withoutBuild(service: string, location: ReturnType<typeof locationOf>): Fault {
  return new Fault({
    code: 'project.invalid',
    message: `A watch rule of ${service} asks for a rebuild, but ${service} has no build section.`,
    hint: 'Give it a build section, or use the action sync or restart.',
    ...(location ? { location } : {}),
    data: { service },
  });
}

function pathMissing(service: string, file: string, location: ReturnType<typeof locationOf>): Fault {
  return new Fault({
    code: 'project.invalid',
    message: `${file}, which is to be watched for ${service}, does not exist.`,
    hint: 'Correct the path under develop.watch, or create it.',
    ...(location ? { location } : {}),
    data: { service },
  });
}

function nothingToWatch(who: string, watchable: readonly string[]): Fault {
  return new Fault({
    code: 'project.invalid',
    message: `${who} nothing to watch.`,
    hint: watchable.length > 0 ? `Rules are under develop.watch of ${watchable.join(', ')}.` : 'Write rules under develop.watch of a service.',
  });
}
