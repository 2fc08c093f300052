import { composeLabels as labels } from '../../base/compose-labels.ts';
import { Fault } from '../../base/fault.ts';
import type { Service } from '../../compose/project.ts';
import type { ContainerDetails } from '../../engine/containers.ts';
import { numberOf } from '../labels.ts';
import { containerName, scaleOf } from '../names.ts';

/** What becomes of one container of a service. */
export type Decision =
  | { readonly kind: 'keep'; readonly name: string; readonly container: ContainerDetails }
  | {
      readonly kind: 'recreate';
      readonly name: string;
      readonly number: number;
      readonly container: ContainerDetails;
      readonly reason: string;
      readonly onlyIfChanged: boolean;
    }
  | { readonly kind: 'create'; readonly name: string; readonly number: number; readonly reason: string }
  | { readonly kind: 'remove'; readonly name: string; readonly container: ContainerDetails; readonly reason: string };

export interface DecideRequest {
  readonly projectName: string;
  readonly name: string;
  readonly service: Service;
  /** The service's containers, without one-off ones and those that are removed anyway. */
  readonly containers: readonly ContainerDetails[];
  readonly scale?: number | undefined;
  readonly whyDiverged: (container: ContainerDetails) => string | undefined;
  /** Its image is pulled or built by the same plan, or that of a service whose namespaces it shares. */
  readonly mayChange: boolean;
  readonly mayRecreate: boolean;
}

/**
 * Compares a service's containers with how many and what they shall be, as Compose v2 does: containers that are as
 * desired stay, lowest numbers first; what is too much goes; new ones are numbered after the highest.
 * Raises `project.invalid` when a service with a fixed container name shall have several.
 */
export function decideContainers(request: DecideRequest): Decision[] {
  const { projectName, name, service, whyDiverged, mayChange, mayRecreate } = request;
  const expected = request.scale ?? scaleOf(service);
  if (expected > 1 && service.container_name !== undefined) throw fixedName(name, service.container_name);
  const { whole, leftovers } = withoutLeftovers(request);
  const judged = whole
    .map((container) => ({ container, reason: whyRename(container, request) ?? whyDiverged(container) }))
    .sort((a, b) => Number(a.reason !== undefined) - Number(b.reason !== undefined) || numberOf(a.container) - numberOf(b.container));
  const decisions = judged.map(({ container, reason }, index): Decision => {
    if (index >= expected) return { kind: 'remove', name: container.name, container, reason: `${name} shall have ${expected}` };
    const canonical = containerName(projectName, name, service, numberOf(container));
    if (reason !== undefined && mayRecreate) {
      return { kind: 'recreate', name: canonical, number: numberOf(container), container, reason, onlyIfChanged: false };
    }
    if (mayChange && mayRecreate) {
      const maybe = 'should its image turn out to have changed';
      return { kind: 'recreate', name: canonical, number: numberOf(container), container, reason: maybe, onlyIfChanged: true };
    }
    return { kind: 'keep', name: container.name, container };
  });
  const next = Math.max(0, ...whole.map(numberOf)) + 1;
  const missing = Array.from({ length: Math.max(0, expected - whole.length) }, (_, index): Decision => {
    const number = next + index;
    return { kind: 'create', name: containerName(projectName, name, service, number), number, reason: 'it does not exist yet' };
  });
  return [...leftovers, ...decisions, ...missing];
}

/** A recreation that was killed leaves the new container under a passing name beside the old one: it is thrown away. */
function withoutLeftovers(request: DecideRequest): { whole: ContainerDetails[]; leftovers: Decision[] } {
  const half = request.containers.filter(
    (container) =>
      whyRename(container, request) !== undefined &&
      request.containers.some((other) => other !== container && numberOf(other) === numberOf(container)),
  );
  const reason = 'left over from an interrupted start';
  return {
    whole: request.containers.filter((container) => !half.includes(container)),
    leftovers: half.map((container) => ({ kind: 'remove', name: container.name, container, reason })),
  };
}

/** Only a container that was to replace another can have a name that is not its own: the swap was interrupted. */
function whyRename(container: ContainerDetails, { projectName, name, service }: DecideRequest): string | undefined {
  const passing = container.labels[labels.replace] !== undefined && /^[0-9a-f]{12}_/.test(container.name);
  const canonical = containerName(projectName, name, service, numberOf(container));
  return passing && container.name !== canonical ? 'its recreation was interrupted' : undefined;
}

function fixedName(service: string, name: string): Fault {
  return new Fault({
    code: 'project.invalid',
    message: `Service ${service} cannot have several containers, because its container name is fixed to ${name}.`,
    hint: 'Take container_name away, or run one container.',
    data: { service },
  });
}
