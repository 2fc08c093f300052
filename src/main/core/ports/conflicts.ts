import type { PortHolder } from '../../../shared/models/port.ts';
import type { PortRemap } from '../../../shared/models/environment.ts';
import type { Cancellable } from '../base/abort.ts';
import { composeLabels } from '../base/compose-labels.ts';
import { Fault } from '../base/fault.ts';
import type { ContainerSummary } from '../engine/containers.ts';
import type { HostPorts } from './host-ports.ts';
import { holdingContainer, overlaps } from './holding-container.ts';
import { suggestPort } from './suggest-port.ts';
import type { Protocol, WantedPort } from './wanted-port.ts';

/** A host port that somebody else has, and one that would do instead. */
export interface PortConflict {
  readonly service: string;
  readonly containerPort: number;
  readonly protocol: Protocol;
  readonly hostIp: string;
  readonly hostPort: number;
  readonly holder: PortHolder;
  /** Free at the moment; absent where none was found. */
  readonly suggestion?: number;
}

/** Ports that another environment was given and keeps, running or not. */
export interface ReservedPorts {
  readonly environmentId: string;
  readonly environmentName: string;
  readonly remaps: readonly PortRemap[];
}

export interface FindPortConflictsRequest extends Cancellable {
  /** False: who has the ports is all that is asked for. */
  readonly suggest?: boolean;
  readonly projectName: string;
  readonly wanted: readonly WantedPort[];
  /** All containers of the engine; the project's own ones are no conflict. */
  readonly containers: readonly ContainerSummary[];
  readonly reserved?: readonly ReservedPorts[];
  readonly host: HostPorts;
}

/**
 * Tests all wanted host ports at once: against the engine's containers, other environments' ports, and by binding them
 * on this machine. Yields every conflict with its holder; ports that the engine picks itself never conflict.
 */
export async function findPortConflicts(request: FindPortConflictsRequest): Promise<PortConflict[]> {
  const tested = await Promise.all(request.wanted.map(async (wanted, index) => wantedTwice(index, request) ?? (await testPort(wanted, request))));
  const found = await withHolders(tested.filter((conflict) => conflict !== undefined), request);
  if (request.suggest === false) return found;
  const taken = new Set(request.wanted.flatMap(({ hostPorts }) => hostPorts));
  const conflicts: PortConflict[] = [];
  for (const conflict of found) {
    const suggestion = await suggestPort({ ...conflict, taken, ...request });
    if (suggestion !== undefined) taken.add(suggestion);
    conflicts.push({ ...conflict, ...(suggestion === undefined ? {} : { suggestion }) });
  }
  return conflicts;
}

/** Raises `port.conflict` with all conflicts in `data.conflicts`; does nothing when there are none. */
export function raisePortConflicts(conflicts: readonly PortConflict[]): void {
  const [first] = conflicts;
  if (!first) return;
  throw new Fault({
    code: 'port.conflict',
    message:
      conflicts.length === 1
        ? `${sentence(first)}.`
        : `${conflicts.length} ports are taken: ${conflicts.map((conflict) => sentence(conflict)).join('; ')}.`,
    hint: offers(conflicts),
    data: { conflicts },
  });
}

/** What can be done: the ways out, with the commands that take them. */
function offers(conflicts: readonly PortConflict[]): string {
  const environments = conflicts.flatMap(({ holder }) => (holder.environmentId === undefined ? [] : [holder.name]));
  const stops = [...new Set(environments)].map((name) => `stop ${name} (\`slipway stop ${name}\`)`);
  const free = conflicts.some(({ suggestion }) => suggestion !== undefined);
  const ways = [
    ...(free ? [`${conflicts.length === 1 ? 'Use a free port near it' : 'Use free ports near them'} for this environment (\`slipway up --remap-ports\`)`] : []),
    ...(stops.length > 0 ? stops : [conflicts.length === 1 ? 'stop whoever has it' : 'stop whoever has them']),
    'or cancel',
  ].join(', ');
  return `${ways.charAt(0).toUpperCase()}${ways.slice(1)}.`;
}

function sentence({ service, hostPort, protocol, holder }: PortConflict): string {
  return `Port ${hostPort}${protocol === 'tcp' ? '' : `/${protocol}`} for ${service} is taken by ${holderWords(holder)}`;
}

function holderWords({ kind, name, service, pid, user }: PortHolder): string {
  switch (kind) {
    case 'service':
      return service === undefined ? name : `service ${service} of ${name}`;
    case 'container':
      return `container ${name}`;
    case 'process':
      return `${name}${pid === undefined ? '' : ` (process ${pid}${user === undefined ? '' : ` of ${user}`})`}`;
    case 'unknown':
      return 'another program';
  }
}

/** A port that an earlier service of the same project wants, too. */
function wantedTwice(index: number, { wanted, projectName }: FindPortConflictsRequest): Omit<PortConflict, 'suggestion'> | undefined {
  const port = wanted[index];
  const [hostPort] = port?.hostPorts ?? [];
  if (!port || hostPort === undefined || port.hostPorts.length !== 1) return undefined;
  const other = wanted
    .slice(0, index)
    .find(
      ({ hostPorts, hostIp, protocol }) =>
        hostPorts.length === 1 && hostPorts[0] === hostPort && protocol === port.protocol && overlaps(hostIp, port.hostIp),
    );
  if (!other) return undefined;
  const { service, containerPort, protocol, hostIp } = port;
  return { service, containerPort, protocol, hostIp, hostPort, holder: { kind: 'service', name: projectName, service: other.service } };
}

/** A port that can't be had; who has it may have to be looked up. */
type TakenPort = Omit<PortConflict, 'suggestion' | 'holder'> & { readonly holder?: PortHolder };

/** Names whoever is not known yet by asking this machine, once for all ports. */
async function withHolders(taken: readonly TakenPort[], { host, signal }: FindPortConflictsRequest): Promise<Omit<PortConflict, 'suggestion'>[]> {
  const unknown = taken.filter(({ holder }) => holder === undefined);
  const holders = unknown.length === 0 ? [] : await host.findHolders(unknown, { signal });
  return taken.map((port) => ({ ...port, holder: port.holder ?? holders[unknown.indexOf(port)] ?? { kind: 'unknown', name: 'another program' } }));
}

async function testPort(wanted: WantedPort, request: FindPortConflictsRequest): Promise<TakenPort | undefined> {
  let conflict: TakenPort | undefined;
  for (const hostPort of wanted.hostPorts) {
    const state = await stateOf({ ...wanted, hostPort }, request);
    if (state === 'free') return undefined;
    const { service, containerPort, protocol, hostIp } = wanted;
    conflict ??= { service, containerPort, protocol, hostIp, hostPort, ...(state === 'taken' ? {} : { holder: state }) };
  }
  return conflict;
}

/** Who has the port, as far as the engine and the other environments tell. */
async function stateOf(
  port: WantedPort & { readonly hostPort: number },
  { projectName, containers, reserved = [], host, signal }: FindPortConflictsRequest,
): Promise<PortHolder | 'free' | 'taken'> {
  const container = holdingContainer(containers, port);
  if (container && container.projectName !== projectName) return container.holder;
  if (container) {
    // Its own port is no conflict; an address that this machine hasn't is a Problem all the same.
    await host.canBind(port, { signal });
    return 'free';
  }
  const twin = reservedBy(reserved, port);
  if (twin) return twin;
  // The project's own port on a neighbouring address, which it is about to leave, is no reason to refuse this one.
  const exact = containers.some(({ labels, ports }) => labels[composeLabels.project] === projectName && ports.some((own) => own.hostPort === port.hostPort && own.protocol === port.protocol));
  return (await host.canBind(port, { signal, exact })) ? 'free' : 'taken';
}

function reservedBy(reserved: readonly ReservedPorts[], port: { hostPort: number; protocol: Protocol }): PortHolder | undefined {
  for (const { environmentId, environmentName, remaps } of reserved) {
    const remap = remaps.find(({ hostPort, protocol }) => hostPort === port.hostPort && protocol === port.protocol);
    if (remap) return { kind: 'service', name: environmentName, environmentId, service: remap.service };
  }
  return undefined;
}

