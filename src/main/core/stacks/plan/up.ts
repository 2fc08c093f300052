import { composeLabels as labels } from '../../base/compose-labels.ts';
import { Fault } from '../../base/fault.ts';
import type { Project } from '../../compose/project.ts';
import type { ContainerDetails } from '../../engine/containers.ts';
import { publishesOnLoopback } from '../container/ports.ts';
import { isOneOff, serviceOf } from '../labels.ts';
import { imageName } from '../names.ts';
import { configHash } from '../../compose/config-hash.ts';
import { type Decision, decideContainers } from './containers.ts';
import { type PlanContext, serviceNamed } from './context.ts';
import { whyDiverged } from './divergence.ts';
import { planImages, type RenewedImages } from './images.ts';
import { planNetworks, type PlannedNetworks } from './networks.ts';
import { projectOf } from './project-of.ts';
import { resolveReferences, sharedServices } from './references.ts';
import { planStarts } from './starts.ts';
import { planVolumes, type PlannedVolumes } from './volumes.ts';

/**
 * Adds all that makes the stack as the project says: images first, so that a missing one leaves everything as it was;
 * then networks, volumes and containers; then starts, each when what it depends on is ready.
 */
export function planUp(context: PlanContext): void {
  const { options } = context;
  const project = projectOf(context);
  refuseUnsupported(context, project);
  const renewed = planImages(context, project);
  const images = context.steps.ids(() => true);
  const orphans = planOrphans(context, project, images);
  const networks = planNetworks(context, project, images);
  const volumes = planVolumes(context, project, images);
  const prepared = [...images, ...orphans];
  const decided = new Map<string, readonly Decision[]>();
  for (const name of context.dependencies.inOrder()) {
    if (!context.selected.has(name)) continue;
    const decisions = decide(name, project, context, { renewed, networks, volumes, decided });
    decided.set(name, decisions);
    addContainers(name, decisions, project, context, { networks, volumes, prepared });
  }
  if (!options.noStart) planStarts(context, decided);
}

interface Known {
  readonly renewed: RenewedImages;
  readonly networks: PlannedNetworks;
  readonly volumes: PlannedVolumes;
  readonly decided: ReadonlyMap<string, readonly Decision[]>;
}

function decide(name: string, project: Project, context: PlanContext, known: Known): readonly Decision[] {
  const { request, options } = context;
  const service = serviceNamed(project, name);
  if (service.provider) return [];
  const containers = request.observed.containers.filter(
    (container) => serviceOf(container) === name && !isOneOff(container) && !known.volumes.removed.has(container.id),
  );
  const asked = options.services === undefined || options.services.includes(name);
  const shared = sharedServices(service);
  const moved = shared.find((other) => firstIsNew(known.decided.get(other) ?? []));
  const firstId = (other: string): string => {
    const first = request.observed.containers.find((container) => serviceOf(container) === other && !isOneOff(container));
    return first?.id ?? '';
  };
  const resolved = resolveReferences(service, firstId);
  const reference = imageName(project.name, name, service);
  const image = request.images.get(reference);
  const desired = {
    configHash: configHash(resolved),
    imageId: known.renewed.has(name) ? undefined : image?.id,
    service: resolved,
    project,
    reference: context.definition?.lock?.[reference] ?? reference,
    image,
    publish: options,
    networkIds: known.networks.ids,
    volumeNames: known.volumes.names,
    onLoopback: publishesOnLoopback(service, options),
  };
  const why = (container: ContainerDetails): string | undefined => {
    if (asked ? options.forceRecreate : options.recreateDependencies) return 'asked for';
    if (moved !== undefined) return `it shares what ${moved} has, which is made anew`;
    return whyDiverged(container, desired);
  };
  const kept = containers.filter((container) => desired.onLoopback && container.labels[labels.published] === undefined && why(container) === undefined);
  if (kept.length > 0) {
    context.warnings.push(`The ports of ${name} are reachable from other machines, as they were published before. Recreate it to publish them on 127.0.0.1 only.`);
  }
  return decideContainers({
    projectName: project.name,
    name,
    service,
    containers,
    scale: options.scale?.[name],
    whyDiverged: why,
    mayChange: known.renewed.has(name) || shared.some((other) => firstMayBeNew(known.decided.get(other) ?? [])),
    mayRecreate: !options.noRecreate,
  });
}

/** Whether the container that others share things with, the first by name, is one that this plan makes. */
function firstIsNew(decisions: readonly Decision[]): boolean {
  const [first] = decisions.filter(({ kind }) => kind !== 'remove').sort((a, b) => (a.name < b.name ? -1 : 1));
  return first?.kind === 'create' || (first?.kind === 'recreate' && !first.onlyIfChanged);
}

/** Whether only the pull or build of its image will tell if it is one that this plan makes. */
function firstMayBeNew(decisions: readonly Decision[]): boolean {
  return decisions.some((decision) => decision.kind === 'recreate' && decision.onlyIfChanged);
}

interface Ready {
  readonly networks: PlannedNetworks;
  readonly volumes: PlannedVolumes;
  /** Steps before any container is touched. */
  readonly prepared: readonly string[];
}

function addContainers(name: string, decisions: readonly Decision[], project: Project, context: PlanContext, ready: Ready): void {
  const { steps, dependencies } = context;
  const service = serviceNamed(project, name);
  const made = (services: readonly string[]): string[] =>
    steps.ids((work) => (work.kind === 'create-container' || work.kind === 'recreate-container') && services.includes(work.service));
  const needs = [
    ...ready.prepared,
    ...Object.keys(service.networks ?? {}).flatMap((key) => ready.networks.ready.get(key) ?? []),
    ...(service.volumes ?? []).flatMap(({ source }) => ready.volumes.ready.get(source ?? '') ?? []),
    ...made([...sharedServices(service), ...linkedServices(service.links)]),
  ];
  const swapNeeds = (): string[] => [...needs, ...made(dependencies.of(name)), ...stopDependents(name, project, context, ready.prepared)];
  for (const decision of decisions) {
    const common = { subject: decision.name, service: name };
    switch (decision.kind) {
      case 'keep':
        break;
      case 'create':
        steps.add({ ...common, reason: decision.reason, after: needs, work: { kind: 'create-container', service: name, number: decision.number, name: decision.name } });
        break;
      case 'recreate': {
        const { number, container: replaced, onlyIfChanged } = decision;
        const work = { kind: 'recreate-container', service: name, number, name: decision.name, replaced, onlyIfChanged } as const;
        steps.add({ ...common, reason: decision.reason, after: swapNeeds(), work });
        break;
      }
      case 'remove': {
        const work = { kind: 'remove-container', service: name, name: decision.name, id: decision.container.id, anonymousVolumes: true } as const;
        steps.add({ ...common, reason: decision.reason, after: ready.prepared, work });
        break;
      }
    }
  }
}

function linkedServices(links: readonly string[] | undefined): string[] {
  return (links ?? []).map((link) => link.split(':')[0] ?? '');
}

/** Dependents with `restart: true` are stopped before their dependency is replaced, and started again after it. */
function stopDependents(name: string, project: Project, { steps, dependencies, request }: PlanContext, after: readonly string[]): string[] {
  return dependencies
    .dependentsOf(name)
    .filter((dependent) => project.services[dependent]?.depends_on?.[name]?.restart)
    .flatMap((dependent) => request.observed.containers.filter((one) => serviceOf(one) === dependent && !isOneOff(one) && one.state === 'running'))
    .map((container) => {
      const existing = steps.ids((work) => work.kind === 'stop-container' && work.id === container.id)[0];
      const service = serviceOf(container);
      const work = { kind: 'stop-container', service, name: container.name, id: container.id } as const;
      return existing ?? steps.add({ subject: container.name, service, reason: `${name} is recreated`, after, work });
    });
}

/** Containers of services that the project no longer has, and one-off containers that ended. */
function planOrphans({ request, options, definition, steps, warnings }: PlanContext, project: Project, after: readonly string[]): string[] {
  const known = new Set([...Object.keys(project.services), ...Object.keys(definition?.disabledServices ?? {})]);
  const orphans = request.observed.containers.filter((container) =>
    isOneOff(container) ? container.state === 'exited' || container.state === 'dead' : !known.has(serviceOf(container)),
  );
  if (orphans.length === 0) return [];
  if (!options.removeOrphans) {
    warnings.push(`Containers of services that the project no longer has are left alone: ${orphans.map(({ name }) => name).join(', ')}.`);
    return [];
  }
  return orphans.map((container) => {
    const service = serviceOf(container);
    const work = { kind: 'remove-container', service, name: container.name, id: container.id, anonymousVolumes: false } as const;
    return steps.add({ subject: container.name, service, reason: 'the project no longer has its service', after, work });
  });
}

function refuseUnsupported({ selected }: PlanContext, project: Project): void {
  for (const name of selected) {
    const service = serviceNamed(project, name);
    const what = service.provider ? 'a provider' : service.models ? 'models' : service.use_api_socket ? 'use_api_socket' : undefined;
    if (what !== undefined) {
      throw new Fault({
        code: 'plan.unsupported',
        message: `Service ${name} uses ${what}, which Slipway cannot run.`,
        hint: 'Leave the service out (its own Compose profile), or start this stack with docker compose.',
        data: { service: name },
      });
    }
  }
}
