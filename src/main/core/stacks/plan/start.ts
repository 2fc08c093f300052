import type { PlanContext } from './context.ts';
import type { Decision } from './containers.ts';
import { planStarts } from './starts.ts';
import { containersOf, planStop } from './stop.ts';

/** Adds the starts of existing containers; makes nothing. */
export function planStart(context: PlanContext): void {
  planStarts(context, existing(context));
}

/** Stops and starts the selected services, and those that depend on one of them with `restart: true`. */
export function planRestart(context: PlanContext): void {
  const along = [...context.selected].flatMap((name) =>
    context.dependencies.dependentsOf(name).filter((other) => context.definition?.project.services[other]?.depends_on?.[name]?.restart),
  );
  const services = new Set([...context.selected, ...along]);
  planStop(context, services, 'to be restarted');
  planStarts(context, existing({ ...context, selected: services }));
}

function existing(context: PlanContext): ReadonlyMap<string, readonly Decision[]> {
  const decided = new Map<string, readonly Decision[]>();
  for (const name of context.selected) {
    const containers = containersOf(name, context);
    if (containers.length === 0) context.warnings.push(`Service ${name} has no container yet; "up" makes it.`);
    decided.set(name, containers.map((container) => ({ kind: 'keep', name: container.name, container })));
  }
  return decided;
}
