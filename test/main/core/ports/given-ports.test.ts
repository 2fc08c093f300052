import { expect, test } from 'vitest';
import type { Project, Service } from '../../../../src/main/core/compose/project.ts';
import type { ContainerSummary } from '../../../../src/main/core/engine/containers.ts';
import { givenPorts } from '../../../../src/main/core/ports/given-ports.ts';
import type { HostPorts } from '../../../../src/main/core/ports/host-ports.ts';

const quiet: HostPorts = {
  canBind: () => Promise.resolve(true),
  findHolders: (addresses) => Promise.resolve(addresses.map(() => undefined)),
  listeners: () => Promise.resolve([]),
  avoidedRanges: () => Promise.resolve([]),
};

const service = (more: Partial<Service> = {}): Service => ({ command: null, entrypoint: null, ports: [{ target: 80, protocol: 'tcp' }], ...more });
const project = (name: string, services: Record<string, Service>): Project => ({ name, services });
const given = (wanted: Project, containers: readonly ContainerSummary[] = [], reserved: Parameters<typeof givenPorts>[0]['reserved'] = []) =>
  givenPorts({ project: wanted, containers, reserved, host: quiet });

test('an open port gets a number, the same one each time, far from what systems take by themselves', async () => {
  const [port] = await given(project('shop', { web: service() }));
  expect(port).toMatchObject({ service: 'web', containerPort: 80, protocol: 'tcp' });
  expect(port?.hostPort).toBeGreaterThanOrEqual(20_000);
  expect(port?.hostPort).toBeLessThan(30_400);
  expect(await given(project('shop', { web: service() }))).toEqual([port]);
});

test('two environments of one project never get the same one', async () => {
  const [first] = await given(project('shop', { web: service() }));
  const reserved = [{ environmentId: 'e1', environmentName: 'Shop', remaps: first ? [first] : [] }];
  const [twin] = await given(project('shop', { web: service() }), [], reserved);
  expect(twin?.hostPort).toBe((first?.hostPort ?? 0) + 1);
});

test('fixed ports, several containers and what runs already stay as they are', async () => {
  const labels = { 'com.docker.compose.project': 'shop', 'com.docker.compose.service': 'busy' };
  const running: ContainerSummary = { id: '1', name: 'shop-busy-1', image: '', imageId: '', state: 'running', status: '', health: 'none', createdAt: new Date(0), labels, ports: [], mounts: [] };
  const services = { fixed: service({ ports: [{ target: 80, published: '8080' }] }), many: service({ scale: 3 }), busy: service() };
  expect(await given(project('shop', services), [running])).toEqual([]);
});
