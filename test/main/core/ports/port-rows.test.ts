import { expect, test } from 'vitest';
import type { Project } from '../../../../src/main/core/compose/project.ts';
import type { ContainerSummary, PortBinding } from '../../../../src/main/core/engine/containers.ts';
import { expandPortPlaceholders } from '../../../../src/main/core/ports/placeholders.ts';
import { portKey, portRows } from '../../../../src/main/core/ports/port-rows.ts';
import { applyRemaps } from '../../../../src/main/core/ports/remaps.ts';

const project: Project = {
  name: 'shop',
  services: {
    web: { command: null, entrypoint: null, ports: [{ target: 80, published: '8080', protocol: 'tcp' }, { target: 9000, protocol: 'tcp' }] },
    db: { command: null, entrypoint: null, image: 'postgres:16', ports: [{ target: 5432, published: '5432', host_ip: '0.0.0.0', protocol: 'tcp' }] },
  },
};

function running(service: string, ports: readonly PortBinding[], more: Partial<ContainerSummary> = {}): ContainerSummary {
  const labels = { 'com.docker.compose.project': 'shop', 'com.docker.compose.service': service };
  return { id: service, name: `shop-${service}-1`, image: '', imageId: '', state: 'running', status: '', health: 'none', createdAt: new Date(0), labels, ports, mounts: [], ...more };
}

const webPorts: readonly PortBinding[] = [
  { containerPort: 80, protocol: 'tcp', hostIp: '127.0.0.1', hostPort: 8080 },
  { containerPort: 9000, protocol: 'tcp', hostIp: '127.0.0.1', hostPort: 32_768 },
];

test('what does not run is free, where the file asks for it; a port that the engine picks has none yet', () => {
  const rows = portRows({ project, containers: [] });
  expect(rows.map(({ service, hostIp, hostPort, state, exposure }) => [service, hostIp, hostPort, state, exposure])).toEqual([
    ['web', '127.0.0.1', 8080, 'free', 'loopback'],
    ['web', '127.0.0.1', undefined, 'free', 'loopback'],
    ['db', '0.0.0.0', 5432, 'free', 'everywhere'],
  ]);
});

test('what runs is listed with its real ports, its holder, and dead where nothing answers', () => {
  const everywhere = ['0.0.0.0', '::'].map((hostIp) => ({ containerPort: 5432, protocol: 'tcp', hostIp, hostPort: 5432 }) as const);
  const rows = portRows({
    project,
    containers: [running('web', webPorts), running('db', everywhere), running('db', everywhere, { labels: { 'com.docker.compose.project': 'other' } })],
    environment: { id: 'e1', name: 'Shop' },
    probes: new Map([[portKey({ protocol: 'tcp', hostIp: '0.0.0.0', hostPort: 5432 }), { answers: false }]]),
  });
  expect(rows.map(({ hostPort, state, address }) => [hostPort, state, address])).toEqual([
    [8080, 'listening', 'http://127.0.0.1:8080'],
    [32_768, 'listening', 'http://127.0.0.1:32768'],
    [5432, 'dead', 'postgres://postgres@127.0.0.1:5432/postgres'],
  ]);
  expect(rows[0]).toMatchObject({ environmentId: 'e1', environmentName: 'Shop', holder: { kind: 'service', name: 'shop', service: 'web', environmentId: 'e1' } });
});

test('each replica has a row, a stopped container none of its own', () => {
  const second = running('web', [{ containerPort: 80, protocol: 'tcp', hostIp: '127.0.0.1', hostPort: 8080 }], { name: 'shop-web-2' });
  const stopped = running('web', webPorts, { state: 'exited' });
  const rows = portRows({ project, containers: [running('web', webPorts), second, stopped] });
  expect(rows.filter(({ service, containerPort }) => service === 'web' && containerPort === 80)).toHaveLength(2);
});

test('a remapped port tells what the file asked for, a conflict who has it', () => {
  const remaps = [{ service: 'web', containerPort: 80, protocol: 'tcp', hostPort: 8099 }] as const;
  const moved = applyRemaps(project, remaps);
  const holder = { kind: 'process', name: 'nginx', pid: 7 } as const;
  const conflict = { service: 'db', containerPort: 5432, protocol: 'tcp', hostIp: '0.0.0.0', hostPort: 5432, holder } as const;
  const rows = portRows({ project: moved, original: project, remaps, containers: [], conflicts: [conflict] });
  expect(rows[0]).toMatchObject({ hostPort: 8099, requestedPort: 8080 });
  expect(rows[1]).not.toHaveProperty('requestedPort');
  expect(rows[2]).toMatchObject({ state: 'conflict', holder });
});

test('links follow the ports that are really used, and wait for those that are not known', () => {
  const rows = portRows({ project, containers: [running('web', webPorts)] });
  expect(expandPortPlaceholders('http://localhost:${port:web:80}/a?b=${port:db:5432/tcp}', rows)).toBe('http://localhost:8080/a?b=5432');
  expect(expandPortPlaceholders('http://localhost:${port:web:9000}', portRows({ project, containers: [] }))).toBeUndefined();
  expect(expandPortPlaceholders('no ports', [])).toBe('no ports');
});
