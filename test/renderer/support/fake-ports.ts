import type { PortDifference, PortEdit, PortRow } from '../../../src/shared/models/port.ts';
import type { StackState } from '../../../src/shared/models/stack.ts';
import { sampleId, sampleServices } from './fake-environments.ts';

/** The sample's ports with a person's changes. */
export function samplePorts(state: StackState, edits: readonly PortEdit[]): PortRow[] {
  return sampleServices.flatMap(({ name, port }): PortRow[] => {
    if (!port) return [];
    const edit = edits.findLast(({ service, containerPort }) => service === name && containerPort === port.container);
    if (edit?.action === 'remove') return [];
    const hostIp = edit?.hostIp ?? (port.everywhere ? '0.0.0.0' : '127.0.0.1');
    const hostPort = edit?.hostPort ?? port.host;
    return [
      {
        environmentId: sampleId,
        environmentName: 'sample',
        service: name,
        containerPort: port.container,
        protocol: 'tcp',
        hostIp,
        hostPort,
        state: state === 'stopped' ? 'free' : 'listening',
        exposure: hostIp === '0.0.0.0' ? 'everywhere' : 'loopback',
        browsable: port.scheme === 'http',
        ...(edit || name === 'db' ? { edited: 'moved', requestedPort: name === 'db' ? 5432 : port.host } : {}),
        ...(port.scheme ? { address: `${port.scheme}://127.0.0.1:${hostPort}` } : {}),
        ...(state === 'stopped' ? {} : { holder: { kind: 'service', name: 'sample', environmentId: sampleId, service: name } }),
        ...(state !== 'stopped' && port.scheme === 'http' ? { http: { tls: false, status: 200, title: 'Guest book' } } : {}),
      },
    ];
  });
}

export const foreignPorts: readonly PortRow[] = [
  {
    protocol: 'tcp',
    hostIp: '0.0.0.0',
    hostPort: 22,
    state: 'listening',
    holder: { kind: 'process', name: 'sshd', pid: 812, user: 'root' },
    exposure: 'everywhere',
    browsable: false,
  },
  {
    service: 'registry',
    containerPort: 5000,
    protocol: 'tcp',
    hostIp: '127.0.0.1',
    hostPort: 5000,
    state: 'listening',
    holder: { kind: 'container', name: 'registry' },
    exposure: 'loopback',
    address: 'http://127.0.0.1:5000',
    browsable: true,
    http: { tls: false, status: 200 },
  },
];

export const sampleDifference: PortDifference = {
  changes: [{ service: 'db', containerPort: 5432, protocol: 'tcp', before: '127.0.0.1:5432', after: '127.0.0.1:5433' }],
  override: 'services:\n  "db":\n    ports: !override\n      - {"mode":"ingress","target":5432,"published":"5433","protocol":"tcp"}\n',
};
