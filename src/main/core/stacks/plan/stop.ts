import type { ContainerDetails } from '../../engine/containers.ts';
import { isOneOff, serviceOf } from '../labels.ts';
import type { PlanContext } from './context.ts';

/** Adds the stops of the selected services, each after the stops of those that depend on it. */
export function planStop(context: PlanContext, services: ReadonlySet<string> = context.selected, reason = 'asked for'): void {
  for (const name of context.dependencies.inOrder().toReversed()) {
    if (!services.has(name)) continue;
    const dependents = new Set(context.dependencies.dependentsOf(name));
    const after = context.steps.ids((work) => work.kind === 'stop-container' && dependents.has(work.service));
    for (const container of containersOf(name, context).filter(isUp)) {
      const work = { kind: 'stop-container', service: name, name: container.name, id: container.id } as const;
      context.steps.add({ subject: container.name, service: name, reason, after, work });
    }
  }
}

export function containersOf(service: string, { request }: PlanContext): ContainerDetails[] {
  return request.observed.containers.filter((container) => serviceOf(container) === service && !isOneOff(container));
}

export function isUp({ state }: ContainerDetails): boolean {
  return state === 'running' || state === 'paused' || state === 'restarting';
}
