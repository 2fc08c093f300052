import { describe, expect, test } from 'vitest';
import { neighboursOf, nodesMatching, type Topology, topologyOf } from '../../../../src/renderer/features/topology/topology-graph.ts';
import { layoutOf, nodeTowards } from '../../../../src/renderer/features/topology/topology-layout.ts';
import { sampleView } from '../../support/fake-environments.ts';
import { sampleNetworks } from '../../support/fake-networks.ts';
import { samplePorts } from '../../support/fake-ports.ts';

const sample = topologyOf({ view: sampleView('degraded'), ports: samplePorts('degraded', []), networks: sampleNetworks('degraded') });

/** An environment of 40 services, every second one published, on three networks and with ten volumes. */
function large(): Topology {
  const services = Array.from({ length: 40 }, (_, index) => ({ name: `s${index}`, image: 'i', state: 'healthy' as const, dependsOn: [], containers: [] }));
  const key = (index: number): string => `v${index % 10}`;
  return topologyOf({
    view: { services, volumes: Array.from({ length: 10 }, (_, index) => ({ key: key(index), name: key(index), external: false, exists: true })) },
    ports: services
      .filter((_, index) => index % 2 === 0)
      .map(({ name }, index) => ({ service: name, containerPort: 80, protocol: 'tcp', hostIp: '127.0.0.1', hostPort: 8000 + index, state: 'listening', exposure: 'loopback', browsable: true })),
    networks: {
      networks: ['a', 'b', 'c'].map((name) => ({ key: name, name, driver: 'bridge', internal: false, external: false, exists: true, subnets: [], members: [] })),
      services: services.map(({ name }, index) => ({ service: name, networks: [['a', 'b', 'c'][index % 3] ?? 'a'], reaches: [], volumes: index < 10 ? [{ key: key(index), target: '/v' }] : [] })),
    },
  });
}

test('leads from the machine through ports and services to networks and volumes, with the state of each', () => {
  expect(sample.nodes.filter(({ kind }) => kind === 'service').map(({ label, look }) => [label, look.color])).toContainEqual(['app', 'red']);
  expect(sample.edges).toContainEqual({ from: 'host', to: 'port proxy 80/tcp 127.0.0.1 8080' });
  expect(sample.edges).toContainEqual({ from: 'port proxy 80/tcp 127.0.0.1 8080', to: 'service proxy' });
  expect(sample.edges).toContainEqual({ from: 'service app', to: 'network back' });
  expect(sample.edges).toContainEqual({ from: 'service db', to: 'volume db-data' });
  expect([...neighboursOf('service db', sample.edges)].sort()).toEqual(['network back', 'port db 5432/tcp 127.0.0.1 5433', 'service db', 'volume db-data']);
});

test('services that are not in the profile are left out, and the machine where nothing is published', () => {
  const view = sampleView('running');
  const services = view.services.map((service) => ({ ...service, state: service.name === 'app' ? service.state : ('disabled' as const) }));
  const topology = topologyOf({ view: { ...view, services }, ports: samplePorts('running', []), networks: sampleNetworks('running') });
  expect(topology.nodes.map(({ id }) => id)).toEqual(['service app', 'network front', 'network back', 'volume uploads']);
});

test('a search finds by name and second line, whatever the case', () => {
  expect([...(nodesMatching(sample, ' UPLOADS ') ?? [])]).toEqual(['volume uploads']);
  expect([...(nodesMatching(sample, 'postgres') ?? [])]).toEqual(['service db']);
  expect(nodesMatching(sample, ' ')).toBeUndefined();
  expect(nodesMatching(sample, 'nothing like it')?.size).toBe(0);
});

describe.each([
  ['the sample', sample, false],
  ['40 services', large(), true],
])('the layout of %s', (_, topology, isDense) => {
  const { placed, nodeSize, dense } = layoutOf(topology);

  test('has a place for each node, the kinds from left to right, and no two on top of each other', () => {
    expect(dense).toBe(isDense);
    const boxes = topology.nodes.map(({ id, kind }) => ({ kind, ...(placed.get(id) ?? { x: NaN, y: NaN }) }));
    const kinds = ['host', 'port', 'service', 'network', 'volume'].map((kind) => boxes.filter((box) => box.kind === kind).map(({ x }) => x));
    for (const [index, xs] of kinds.entries()) expect(Math.max(...xs) + nodeSize.width).toBeLessThan(Math.min(...(kinds[index + 1] ?? [Infinity])));
    for (const [index, one] of boxes.entries()) {
      for (const other of boxes.slice(index + 1)) {
        expect(Math.abs(one.x - other.x) >= nodeSize.width || Math.abs(one.y - other.y) >= nodeSize.height).toBe(true);
      }
    }
  });

  test('is no taller than it is wide', () => {
    const ends = [...placed.values()];
    const [width, height] = [Math.max(...ends.map(({ x }) => x)) + nodeSize.width, Math.max(...ends.map(({ y }) => y)) - Math.min(...ends.map(({ y }) => y)) + nodeSize.height];
    expect(height).toBeLessThan(width);
  });

  test('can be walked with the arrow keys to every node', () => {
    const reached = new Set<string>([topology.nodes[0]?.id ?? '']);
    for (const id of reached) {
      for (const direction of ['up', 'down', 'left', 'right'] as const) {
        const next = nodeTowards(id, direction, placed);
        if (next !== undefined) reached.add(next);
      }
    }
    expect(reached.size).toBe(topology.nodes.length);
  });
});
