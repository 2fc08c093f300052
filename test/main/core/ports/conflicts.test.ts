import { expect, test } from 'vitest';
import type { ContainerSummary } from '../../../../src/main/core/engine/containers.ts';
import { findPortConflicts, raisePortConflicts } from '../../../../src/main/core/ports/conflicts.ts';
import type { HostPorts } from '../../../../src/main/core/ports/host-ports.ts';
import type { WantedPort } from '../../../../src/main/core/ports/wanted-port.ts';

const wanted = (service: string, ...hostPorts: number[]): WantedPort => ({ service, containerPort: 80, protocol: 'tcp', hostIp: '127.0.0.1', hostPorts });

/** A machine on which nginx listens on the given ports. */
function machine(...taken: number[]): HostPorts {
  return {
    canBind: ({ hostPort }) => Promise.resolve(!taken.includes(hostPort)),
    findHolders: (addresses) =>
      Promise.resolve(addresses.map(({ hostPort }) => (taken.includes(hostPort) ? { kind: 'process', name: 'nginx', pid: 12, user: 'www' } : undefined))),
    listeners: () => Promise.resolve([]),
    avoidedRanges: () => Promise.resolve([{ first: 8082, last: 8084 }]),
  };
}

function container(name: string, hostPort: number, labels: Readonly<Record<string, string>> = {}): ContainerSummary {
  const ports = [{ containerPort: 80, protocol: 'tcp', hostIp: '0.0.0.0', hostPort }] as const;
  return { id: name, name, image: '', imageId: '', state: 'running', status: '', health: 'none', createdAt: new Date(0), labels, ports, mounts: [] };
}

const ofProject = (project: string): Record<string, string> => ({ 'com.docker.compose.project': project, 'com.docker.compose.service': 'front' });

const request = { projectName: 'mine', containers: [], host: machine() };

test('finds every conflict at once, each with its holder', async () => {
  const conflicts = await findPortConflicts({
    ...request,
    wanted: [wanted('a', 1000), wanted('b', 2000), wanted('c', 3000), wanted('d', 4000), wanted('free', 5000), wanted('any')],
    containers: [container('shop-front-1', 2000, ofProject('shop')), container('lonely', 3000)],
    reserved: [{ environmentId: 'e2', environmentName: 'Twin', remaps: [{ service: 'x', containerPort: 1, protocol: 'tcp', hostPort: 4000 }] }],
    host: machine(1000, 2000, 3000),
  });
  expect(conflicts.map(({ service, holder }) => [service, holder])).toEqual([
    ['a', { kind: 'process', name: 'nginx', pid: 12, user: 'www' }],
    ['b', { kind: 'service', name: 'shop', service: 'front' }],
    ['c', { kind: 'container', name: 'lonely' }],
    ['d', { kind: 'service', name: 'Twin', environmentId: 'e2', service: 'x' }],
  ]);
  expect(() => raisePortConflicts(conflicts)).toThrow(
    expect.objectContaining({ problem: expect.objectContaining({ code: 'port.conflict', message: expect.stringContaining('Port 1000 for a is taken by nginx (process 12 of www)') as string, data: { conflicts } }) as object }),
  );
});

test("the project's own containers are no conflict", async () => {
  const own = container('mine-front-1', 2000, ofProject('mine'));
  expect(await findPortConflicts({ ...request, wanted: [wanted('front', 2000)], containers: [own], host: machine(2000) })).toEqual([]);
});

test('of a range one free port is enough', async () => {
  expect(await findPortConflicts({ ...request, wanted: [wanted('a', 8000, 8001)], host: machine(8000) })).toEqual([]);
  expect(await findPortConflicts({ ...request, wanted: [wanted('a', 8000, 8001)], host: machine(8000, 8001) })).toHaveLength(1);
});

test('a listener on another address of the machine is no conflict', async () => {
  const elsewhere = { ...container('x', 2000), ports: [{ containerPort: 80, protocol: 'tcp', hostIp: '192.0.2.1', hostPort: 2000 }] } as const;
  expect(await findPortConflicts({ ...request, wanted: [wanted('a', 2000)], containers: [elsewhere] })).toEqual([]);
});

test('suggests the next free port outside reserved ranges, to each another one, and 8000 up for privileged ones', async () => {
  const conflicts = await findPortConflicts({
    ...request,
    wanted: [wanted('a', 8080), wanted('b', 8080), wanted('c', 80)],
    host: machine(8080, 8081, 80),
    reserved: [{ environmentId: 'e2', environmentName: 'Twin', remaps: [{ service: 'x', containerPort: 1, protocol: 'tcp', hostPort: 8085 }] }],
  });
  expect(conflicts.map(({ suggestion }) => suggestion)).toEqual([8086, 8087, 8088]);
});

test('a port that two services of the project want is a conflict of the second', async () => {
  const conflicts = await findPortConflicts({ ...request, wanted: [wanted('a', 8000), wanted('b', 8000), { ...wanted('c', 8000), protocol: 'udp' }] });
  expect(conflicts).toMatchObject([{ service: 'b', hostPort: 8000, holder: { kind: 'service', name: 'mine', service: 'a' }, suggestion: 8001 }]);
});

test('the Problem offers to stop an environment that has the port, by its command', () => {
  const conflict = { service: 'a', containerPort: 80, protocol: 'tcp', hostIp: '127.0.0.1', hostPort: 80, holder: { kind: 'service', name: 'Twin', environmentId: 'e2' } } as const;
  const hintOf = (given: Parameters<typeof raisePortConflicts>[0]): string => {
    try {
      raisePortConflicts(given);
    } catch (error) {
      return (error as { problem: { hint: string } }).problem.hint;
    }
    return '';
  };
  expect(hintOf([{ ...conflict, suggestion: 8080 }])).toBe('Use a free port near it for this environment (`slipway up --remap-ports`), stop Twin (`slipway stop Twin`), or cancel.');
  expect(hintOf([{ ...conflict, holder: { kind: 'process', name: 'nginx' } }])).toBe('Stop whoever has it, or cancel.');
});
