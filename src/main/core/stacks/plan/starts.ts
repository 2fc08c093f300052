import type { PlanStep } from '../../../../shared/models/plan.ts';
import type { ContainerDetails } from '../../engine/containers.ts';
import { scaleOf } from '../names.ts';
import type { Decision } from './containers.ts';
import type { PlanContext } from './context.ts';
import { conditionOf } from './dependencies.ts';

/**
 * Adds the starts of all containers that shall run and don't, each after the starts of what it depends on. Without the
 * project's files the order is known from labels, and nothing waits for health.
 */
export function planStarts(context: PlanContext, decided: ReadonlyMap<string, readonly Decision[]>): void {
  const order = context.dependencies.inOrder().filter((name) => decided.has(name));
  const rerun = doneServicesToRerun(order, context, decided);
  const freed = context.steps.ids(
    (work) =>
      (work.kind === 'recreate-container' && work.replaced.ports.some(({ hostPort }) => hostPort !== undefined)) ||
      (work.kind === 'remove-container' && publishes(work.id, context)),
  );
  for (const name of order) {
    const waits = context.options.noDependencies ? [] : waitsOf(name, context);
    const before = context.steps.ids((work) => work.kind === 'start-container' && context.dependencies.of(name).includes(work.service));
    for (const decision of decided.get(name) ?? []) {
      const reason = whyStart(decision, rerun.get(name), context);
      if (reason === undefined) continue;
      const own = context.steps.ids((work, step) => step.subject === decision.name && (work.kind !== 'start-container'));
      const after = [...own, ...before, ...freed];
      const work = { kind: 'start-container', service: name, name: decision.name } as const;
      context.steps.add({ subject: decision.name, service: name, reason, after, waits, work });
    }
  }
}

function publishes(id: string, { request }: PlanContext): boolean {
  return request.observed.containers.some((container) => container.id === id && container.ports.some(({ hostPort }) => hostPort !== undefined));
}

function whyStart(decision: Decision, rerunFor: string | undefined, { steps }: PlanContext): string | undefined {
  switch (decision.kind) {
    case 'remove':
      return undefined;
    case 'create':
      return 'it is new';
    case 'recreate':
      return decision.onlyIfChanged ? 'it is made anew or not running' : 'it is made anew';
    case 'keep': {
      const { state, id } = decision.container;
      if (steps.ids((work) => work.kind === 'stop-container' && work.id === id).length > 0) return 'it was stopped by this plan';
      if (state === 'running' || state === 'restarting') return undefined;
      if (state === 'paused') return 'it is paused';
      if (isDone(decision.container)) return rerunFor;
      return 'it is not running';
    }
  }
}

function isDone(container: ContainerDetails): boolean {
  return container.state === 'exited' && container.exitCode === 0;
}

/**
 * One-off services that others wait for and that are done run again when one of those others starts, as with Compose.
 * While all of them run, what is done stays done. The value is the reason; for services that nobody waits for it is
 * always there, since nothing tells that ending was their purpose.
 */
function doneServicesToRerun(
  order: readonly string[],
  context: PlanContext,
  decided: ReadonlyMap<string, readonly Decision[]>,
): ReadonlyMap<string, string> {
  const reasons = new Map<string, string>();
  const willStart = (name: string): boolean =>
    (decided.get(name) ?? []).some((decision) => whyStart(decision, reasons.get(name), context) !== undefined);
  for (const name of order.toReversed()) {
    const waiting = context.dependencies
      .dependentsOf(name)
      .filter((other) => context.definition?.project.services[other]?.depends_on?.[name]?.condition === 'service_completed_successfully');
    const starting = waiting.find((other) => decided.has(other) && willStart(other));
    if (waiting.length === 0) reasons.set(name, 'it is not running');
    else if (starting !== undefined) reasons.set(name, `${starting} starts and needs it done before`);
  }
  return reasons;
}

function waitsOf(name: string, { selected, options, definition }: PlanContext): NonNullable<PlanStep['waits']> {
  const services = definition?.project.services;
  return Object.entries(services?.[name]?.depends_on ?? {}).flatMap(([service, dependency]) => {
    const other = services?.[service];
    if (!other || !selected.has(service) || (options.scale?.[service] ?? scaleOf(other)) === 0) return [];
    return [{ service, condition: conditionOf(dependency), required: dependency.required }];
  });
}
