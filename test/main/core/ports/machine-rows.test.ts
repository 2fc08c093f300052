import { expect, test } from 'vitest';
import type { ContainerSummary, PortBinding } from '../../../../src/main/core/engine/containers.ts';
import type { HostListener } from '../../../../src/main/core/ports/host-ports.ts';
import { foreignRows } from '../../../../src/main/core/ports/machine-rows.ts';

const binding = (hostPort: number, hostIp = '0.0.0.0', containerPort = 80): PortBinding => ({ containerPort, protocol: 'tcp', hostIp, hostPort });

function container(name: string, ports: readonly PortBinding[], more: Partial<ContainerSummary> = {}): ContainerSummary {
  return { id: name, name, image: 'nginx', imageId: '', state: 'running', status: '', health: 'none', createdAt: new Date(0), labels: {}, ports, mounts: [], ...more };
}

const ofProject = (project: string) => ({ labels: { 'com.docker.compose.project': project, 'com.docker.compose.service': 'front' } });

function listener(hostPort: number, name: string, hostIp = '0.0.0.0', protocol: 'tcp' | 'udp' = 'tcp'): HostListener {
  return { hostIp, hostPort, protocol, holder: { kind: 'process', name, pid: hostPort, user: 'ada' } };
}

const rows = (request: Partial<Parameters<typeof foreignRows>[0]>) =>
  foreignRows({ containers: [], knownProjects: new Set(['mine']), listeners: [], ...request }).map(
    ({ hostPort, service, state, holder }) => `${hostPort ?? ''} ${service ?? '-'} ${state} ${holder?.kind ?? ''} ${holder?.name ?? ''}`,
  );

test('containers of other projects and of none have rows; known projects, stopped ones and unpublished ports have not', () => {
  expect(
    rows({
      containers: [
        container('shop-front-1', [binding(8090), binding(8090, '::')], ofProject('shop')),
        container('lonely', [binding(8080)]),
        container('mine-front-1', [binding(8070)], ofProject('mine')),
        container('old', [binding(8060)], { state: 'exited' }),
        container('inner', [{ containerPort: 80, protocol: 'tcp' }]),
      ],
    }),
  ).toEqual(['8080 lonely listening container lonely', '8090 front listening service shop']);
});

test('programs have rows of their own, but not the helper that listens for a container', () => {
  expect(
    rows({
      containers: [container('lonely', [binding(8080, '127.0.0.1')])],
      listeners: [listener(8080, 'docker-proxy', '127.0.0.1'), listener(8080, 'elsewhere', '127.0.0.2'), listener(22, 'sshd'), listener(22, 'sshd', '::'), listener(53, 'dnsmasq', '127.0.0.1', 'udp')],
    }),
  ).toEqual(['22 - listening process sshd', '53 - listening process dnsmasq', '8080 lonely listening container lonely', '8080 - listening process elsewhere']);
});
