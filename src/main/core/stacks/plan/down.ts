import { composeLabels as labels } from '../../base/compose-labels.ts';
import type { ContainerDetails } from '../../engine/containers.ts';
import { isOneOff, serviceOf } from '../labels.ts';
import { imageName } from '../names.ts';
import type { PlanContext } from './context.ts';
import { containersOf, planStop } from './stop.ts';

/**
 * Adds the removal of the selected services' containers, which are stopped before, dependents first, then, unless only some services were asked
 * for, of the project's networks and, when told so, its volumes. What was not made for this project stays.
 */
export function planDown(context: PlanContext): void {
  const { request, options, steps } = context;
  const { projectName } = request;
  const going = options.services === undefined ? context.selected : withDependents(context);
  planStop(context, going, 'to be removed');
  for (const name of context.dependencies.inOrder().toReversed()) {
    if (!going.has(name)) continue;
    for (const container of containersOf(name, context)) addRemoval(container, 'asked for', context);
  }
  if (options.removeImages) removeImages(context, going, options.removeImages);
  if (options.services !== undefined) return;
  const left = removeOrLeaveOthers(context);
  const after = steps.ids((work) => work.kind === 'remove-container');
  for (const network of request.observed.networks.filter((one) => one.labels[labels.project] === projectName)) {
    const holder = left.find((container) => Object.values(container.networks).some(({ networkId }) => networkId === network.id));
    if (holder) context.warnings.push(`Network ${network.name} stays, because ${holder.name} uses it.`);
    else steps.add({ subject: network.name, reason: 'asked for', after, work: { kind: 'remove-network', id: network.id, name: network.name, detach: [] } });
  }
  if (options.removeVolumes) removeVolumes(context, after);
}

/** Images go after the containers that use them. One that something else uses stays: the engine says so then. */
function removeImages({ definition, steps, request }: PlanContext, going: ReadonlySet<string>, which: 'local' | 'all'): void {
  const services = { ...definition?.disabledServices, ...definition?.project.services };
  const after = steps.ids((work) => work.kind === 'remove-container');
  const references = [...going].flatMap((name) => {
    const service = services[name];
    return service && (which === 'all' || service.image === undefined) ? [imageName(request.projectName, name, service)] : [];
  });
  for (const reference of new Set(references)) {
    if (request.images.has(reference)) steps.add({ subject: reference, reason: 'asked for', after, work: { kind: 'remove-image', reference } });
  }
}

function withDependents({ selected, dependencies }: PlanContext): ReadonlySet<string> {
  const going = new Set(selected);
  for (const name of going) dependencies.dependentsOf(name).forEach((other) => going.add(other));
  return going;
}

/** One-off containers and those of services that the project no longer has. */
function removeOrLeaveOthers(context: PlanContext): ContainerDetails[] {
  const { request, options, steps, warnings } = context;
  const planned = new Set(steps.all.map(({ work }) => (work.kind === 'remove-container' ? work.id : undefined)));
  const others = request.observed.containers.filter(({ id }) => !planned.has(id));
  if (others.length === 0) return [];
  if (options.removeOrphans) {
    for (const container of others) {
      addRemoval(container, isOneOff(container) ? 'a one-off container' : 'the project no longer has its service', context);
    }
    return [];
  }
  warnings.push(`Containers of services that the project no longer has are left alone: ${others.map(({ name }) => name).join(', ')}.`);
  return others;
}

function addRemoval(container: ContainerDetails, reason: string, { steps, options }: PlanContext): void {
  const after = steps.ids((work) => work.kind === 'stop-container' && work.id === container.id);
  const service = serviceOf(container);
  const anonymousVolumes = options.removeVolumes ?? false;
  const work = { kind: 'remove-container', service, name: container.name, id: container.id, anonymousVolumes } as const;
  steps.add({ subject: container.name, service, reason, after, work });
}

function removeVolumes({ request, definition, steps, warnings }: PlanContext, after: readonly string[]): void {
  const { projectName, observed } = request;
  const declared = Object.values(definition?.project.volumes ?? {}).filter(({ external }) => !external);
  const foreign = declared.filter(({ name }) =>
    observed.volumes.some((volume) => volume.name === name && volume.labels[labels.project] !== projectName),
  );
  for (const { name } of foreign) warnings.push(`Volume ${name ?? ''} stays, because it was not made for this project.`);
  for (const volume of observed.volumes.filter((one) => one.labels[labels.project] === projectName)) {
    steps.add({ subject: volume.name, reason: 'asked for', after, destructive: true, work: { kind: 'remove-volume', name: volume.name } });
  }
}
