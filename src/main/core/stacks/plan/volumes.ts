import { composeLabels as labels } from '../../base/compose-labels.ts';
import { Fault } from '../../base/fault.ts';
import type { Project } from '../../compose/project.ts';
import type { ContainerDetails } from '../../engine/containers.ts';
import type { Volume } from '../../engine/volumes.ts';
import { serviceOf } from '../labels.ts';
import { volumeHash } from '../../compose/config-hash.ts';
import { type PlanContext, serviceNamed } from './context.ts';

export interface PlannedVolumes {
  /** Key → name, of all volumes of the project. */
  readonly names: ReadonlyMap<string, string>;
  /** Key → the steps that must be done before a container can mount it. */
  readonly ready: ReadonlyMap<string, readonly string[]>;
  /** Containers that are removed because their volume is made anew. */
  readonly removed: ReadonlySet<string>;
}

/**
 * Adds the volumes that the selected services need. One that was not made for this project, or whose configuration
 * changed, is used as it is, with a warning: its data is worth more. Raises `volume.not-found`.
 */
export function planVolumes(context: PlanContext, project: Project, after: readonly string[]): PlannedVolumes {
  const declared = Object.entries(project.volumes ?? {});
  const names = new Map(declared.map(([key, volume]) => [key, volume.name ?? key]));
  const ready = new Map<string, readonly string[]>();
  const removed = new Set<string>();
  const used = usedVolumes(context, project);
  for (const [key, wanted] of declared) {
    if (!used.has(key)) continue;
    const name = wanted.name ?? key;
    const found = context.request.observed.volumes.find((volume) => volume.name === name);
    if (!found) {
      if (wanted.external) throw missingExternal(name);
      ready.set(key, [context.steps.add({ subject: name, reason: 'it does not exist yet', after, work: { kind: 'create-volume', key } })]);
    } else if (!wanted.external && isDiverged(found, volumeHash(wanted), context)) {
      ready.set(key, [replaceVolume(found, key, context, after, removed)]);
    }
  }
  return { names, ready, removed };
}

function usedVolumes({ selected }: PlanContext, project: Project): Set<string> {
  const mounts = [...selected].flatMap((name) => serviceNamed(project, name).volumes ?? []);
  return new Set(mounts.flatMap(({ type, source }) => (type === 'volume' && source !== undefined ? [source] : [])));
}

function isDiverged(found: Volume, hash: string, { request, options, warnings }: PlanContext): boolean {
  const owner = found.labels[labels.project];
  if (owner !== request.projectName) {
    const whose = owner === undefined ? 'not by Compose' : `for project ${owner}`;
    warnings.push(`Volume ${found.name} exists already, made ${whose}; it is used with its data. Mark it "external: true" if that is meant.`);
    return false;
  }
  const written = found.labels[labels.configHash];
  if (written === undefined || written === hash) return false;
  if (options.recreateVolumes) return true;
  warnings.push(`Volume ${found.name} no longer matches its configuration; it is kept as it is, since making it anew loses its data.`);
  return false;
}

function replaceVolume(found: Volume, key: string, context: PlanContext, after: readonly string[], removed: Set<string>): string {
  const reason = `volume ${key} is made anew`;
  const freed = context.request.observed.containers.filter((container) => mounts(container, found.name)).map((container) => {
    removed.add(container.id);
    const service = serviceOf(container);
    return context.steps.add({
      subject: container.name,
      service,
      reason,
      after,
      work: { kind: 'remove-container', service, name: container.name, id: container.id, anonymousVolumes: false },
    });
  });
  const gone = context.steps.add({
    subject: found.name,
    reason: 'its configuration changed',
    after: [...after, ...freed],
    destructive: true,
    work: { kind: 'remove-volume', name: found.name },
  });
  return context.steps.add({ subject: found.name, reason: 'its configuration changed', after: [gone], work: { kind: 'create-volume', key } });
}

function mounts(container: ContainerDetails, volume: string): boolean {
  return container.mounts.some(({ type, name }) => type === 'volume' && name === volume);
}

function missingExternal(name: string): Fault {
  return new Fault({
    code: 'volume.not-found',
    message: `Volume ${name} is declared as external, but does not exist.`,
    hint: `Create it first (docker volume create ${name}), or take "external: true" away.`,
    data: { volume: name },
  });
}
