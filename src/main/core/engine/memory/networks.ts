import type { Cancellable } from '../../base/abort.ts';
import type { EndpointSettings } from '../containers.ts';
import type { LabelFilter } from '../engine.ts';
import type { Network, NetworkDetails, Networks, NetworkSpec } from '../networks.ts';
import { networkConflict, notFound } from './faults.ts';
import { matchesLabels } from './label-match.ts';
import type { MemoryContainer } from './memory-container.ts';
import { newId, type StoredNetwork, type World } from './world.ts';

export class MemoryNetworks implements Networks {
  readonly #world: World;

  constructor(world: World) {
    this.#world = world;
  }

  async list({ labels, signal }: LabelFilter = {}): Promise<readonly Network[]> {
    await this.#enter('list', '', signal);
    return [...this.#world.networks.values()].map(({ network }) => network).filter((network) => matchesLabels(network.labels, labels));
  }

  async inspect(id: string, { signal }: Cancellable = {}): Promise<NetworkDetails> {
    await this.#enter('inspect', id, signal);
    const { network, options } = findNetwork(this.#world, id);
    const containers = attached(this.#world, network.name).map((container) => {
      const ipv4 = container.networks.get(network.name)?.ipAddress ?? '';
      return [container.id, { name: container.name, ipv4: `${ipv4}/24`, ipv6: '' }] as const;
    });
    return { ...network, options, containers: Object.fromEntries(containers) };
  }

  async create(spec: NetworkSpec, { signal }: Cancellable = {}): Promise<string> {
    await this.#enter('create', spec.name, signal);
    const known = [...this.#world.networks.values()].map(({ network }) => network);
    const doing = `create the network ${spec.name}`;
    if (known.some(({ name }) => name === spec.name)) throw networkConflict(doing, 'a network of that name exists.');
    const wanted = (spec.ipam?.config ?? []).flatMap(({ subnet }) => subnet ?? []);
    const used = known.flatMap(({ subnets }) => subnets);
    if (wanted.some((subnet) => used.some((other) => overlap(subnet, other)))) {
      throw networkConflict(doing, 'its addresses are already used by another network.');
    }
    const subnets = wanted.length > 0 ? wanted : [freeSubnet(used)];
    const id = newId();
    const network: Network = {
      id,
      name: spec.name,
      driver: spec.driver ?? 'bridge',
      scope: 'local',
      internal: spec.internal ?? false,
      labels: spec.labels ?? {},
      subnets,
    };
    const gateway = spec.ipam?.config?.[0]?.gateway ?? subnets[0]?.replace(/\d+\/\d+$/, '1') ?? '';
    this.#world.networks.set(id, { network, gateway, options: spec.driverOptions ?? {} });
    this.#world.emit('network', 'create', spec.name, { name: spec.name, type: network.driver });
    return id;
  }

  async remove(id: string, { signal }: Cancellable = {}): Promise<void> {
    await this.#enter('remove', id, signal);
    const stored = lookUp(this.#world, id);
    if (!stored) return;
    const { name } = stored.network;
    if (attached(this.#world, name).some(({ isAlive }) => isAlive)) {
      throw networkConflict(`remove the network ${name}`, 'containers are attached to it.');
    }
    this.#world.networks.delete(stored.network.id);
    this.#world.emit('network', 'destroy', name, { name });
  }

  async connect(id: string, container: string, settings: EndpointSettings, { signal }: Cancellable = {}): Promise<void> {
    await this.#enter('connect', id, signal);
    attach(this.#world, id, this.#container(container), settings);
  }

  async disconnect(id: string, container: string, { signal }: Parameters<Networks['disconnect']>[2] = {}): Promise<void> {
    await this.#enter('disconnect', id, signal);
    const { name } = findNetwork(this.#world, id).network;
    this.#container(container).networks.delete(name);
    this.#world.emit('network', 'disconnect', name, { name, container });
  }

  #container(id: string): MemoryContainer {
    const found = [...this.#world.containers.values()].find((known) => known.id === id || known.name === id);
    if (!found) throw notFound('container', id);
    return found;
  }

  async #enter(call: string, subject: string, signal: AbortSignal | undefined): Promise<void> {
    await Promise.resolve();
    this.#world.enter(`networks.${call}`, subject, { signal });
  }
}

/** A network by id or name; raises `engine.not-found`. */
export function findNetwork(world: World, id: string): StoredNetwork {
  const stored = lookUp(world, id);
  if (!stored) throw notFound('network', id);
  return stored;
}

/** Gives a container an address and its names on a network. */
export function attach(world: World, network: string, container: MemoryContainer, settings: EndpointSettings): void {
  const stored = findNetwork(world, network);
  const { name, id } = stored.network;
  const host = attached(world, name).length + 2;
  container.networks.set(name, {
    networkId: id,
    ipAddress: settings.IPAMConfig?.IPv4Address ?? stored.gateway.replace(/\d+$/, String(host)),
    gateway: stored.gateway,
    aliases: [...(settings.Aliases ?? []), container.id.slice(0, 12)],
  });
  world.emit('network', 'connect', name, { name, container: container.id });
}

function lookUp(world: World, id: string): StoredNetwork | undefined {
  return world.networks.get(id) ?? [...world.networks.values()].find(({ network }) => network.name === id);
}

function attached(world: World, name: string): MemoryContainer[] {
  return [...world.containers.values()].filter((container) => container.networks.has(name));
}

function freeSubnet(used: readonly string[]): string {
  for (let third = 0; ; third += 1) {
    const subnet = `172.28.${String(third)}.0/24`;
    if (!used.some((other) => overlap(subnet, other))) return subnet;
  }
}

function overlap(one: string, other: string): boolean {
  const [first, second] = [addresses(one), addresses(other)];
  return first.from < second.from + second.count && second.from < first.from + first.count;
}

function addresses(subnet: string): { from: number; count: number } {
  const [address = '', bits = '32'] = subnet.split('/');
  const from = address.split('.').reduce((value, part) => value * 256 + Number(part), 0);
  return { from, count: 2 ** (32 - Number(bits)) };
}
