import { composeLabels as labels } from '../../base/compose-labels.ts';
import { Fault } from '../../base/fault.ts';
import type { Project } from '../../compose/project.ts';
import type { Network } from '../../engine/networks.ts';
import { isOneOff, serviceOf } from '../labels.ts';
import { networkHash } from '../../compose/config-hash.ts';
import { type PlanContext, serviceNamed } from './context.ts';

export interface PlannedNetworks {
  /** Key → id of the networks that exist and stay. */
  readonly ids: ReadonlyMap<string, string>;
  /** Key → the steps that must be done before a container can be attached. */
  readonly ready: ReadonlyMap<string, readonly string[]>;
}

/**
 * Adds the networks that the selected services need. One whose configuration changed is made anew, for which its
 * containers are stopped. Raises `network.conflict` and `network.not-found`.
 */
export function planNetworks(context: PlanContext, project: Project, after: readonly string[]): PlannedNetworks {
  const ids = new Map<string, string>();
  const ready = new Map<string, readonly string[]>();
  for (const key of usedNetworks(context, project)) {
    const wanted = project.networks?.[key];
    if (!wanted) continue;
    const name = wanted.name ?? key;
    const found = context.request.observed.networks.find((network) => network.name === name || network.id === name);
    if (wanted.external) {
      if (!found) throw missingExternal(name);
      ids.set(key, found.id);
    } else if (!found) {
      ready.set(key, [context.steps.add({ subject: name, reason: 'it does not exist yet', after, work: { kind: 'create-network', key } })]);
    } else if (isDiverged(found, key, networkHash(wanted), context)) {
      ready.set(key, [replaceNetwork(found, key, context, after)]);
    } else {
      ids.set(key, found.id);
    }
  }
  return { ids, ready };
}

function usedNetworks({ selected }: PlanContext, project: Project): Set<string> {
  const used = new Set<string>();
  for (const name of selected) {
    const service = serviceNamed(project, name);
    if (service.network_mode !== undefined) continue;
    for (const key of Object.keys(service.networks ?? { default: null })) used.add(key);
  }
  return used;
}

function isDiverged(found: Network, key: string, hash: string, { request, warnings }: PlanContext): boolean {
  const owner = found.labels[labels.project];
  const label = found.labels[labels.network];
  if (owner !== request.projectName) {
    if (label !== undefined && label !== key) throw wrongLabel(found, key, label);
    warnings.push(
      `Network ${found.name} exists already and was not made for this project; it is used as it is. Mark it "external: true" if that is meant.`,
    );
    return false;
  }
  if (label !== key) throw wrongLabel(found, key, label ?? '');
  const written = found.labels[labels.configHash];
  return written !== undefined && written !== '' && written !== hash;
}

function replaceNetwork(found: Network, key: string, context: PlanContext, after: readonly string[]): string {
  const attached = context.request.observed.containers.filter(
    (container) => !isOneOff(container) && Object.values(container.networks).some(({ networkId }) => networkId === found.id),
  );
  const stopped = attached
    .filter(({ state }) => state === 'running' || state === 'paused' || state === 'restarting')
    .map((container) =>
      context.steps.add({
        subject: container.name,
        service: serviceOf(container),
        reason: `network ${key} is made anew`,
        after,
        work: { kind: 'stop-container', service: serviceOf(container), name: container.name, id: container.id },
      }),
    );
  const removed = context.steps.add({
    subject: found.name,
    reason: 'its configuration changed',
    after: [...after, ...stopped],
    work: { kind: 'remove-network', id: found.id, name: found.name, detach: attached.map(({ id }) => id) },
  });
  return context.steps.add({ subject: found.name, reason: 'its configuration changed', after: [removed], work: { kind: 'create-network', key } });
}

function wrongLabel(found: Network, key: string, label: string): Fault {
  return new Fault({
    code: 'network.conflict',
    message: `Network ${found.name} exists already, as network "${label}" of a project, not as "${key}".`,
    hint: 'Give the network another name in the Compose file, mark it "external: true", or remove the existing one.',
    data: { network: found.name },
  });
}

function missingExternal(name: string): Fault {
  return new Fault({
    code: 'network.not-found',
    message: `Network ${name} is declared as external, but does not exist.`,
    hint: `Create it first (docker network create ${name}), or take "external: true" away.`,
    data: { network: name },
  });
}
