import type { PortEdit, PortRow } from '../../../shared/models/port.ts';
import type { StateLook } from '../../ui/state-look.ts';

const portLooks: Readonly<Record<PortRow['state'], StateLook>> = {
  listening: { label: 'Listening', color: 'teal' },
  dead: { label: 'No answer', color: 'orange' },
  free: { label: 'Free', color: 'gray' },
  conflict: { label: 'Taken', color: 'red' },
};

/** How a row's port is; `trying` while its container has just changed and nobody has answered yet. */
export function portLook({ state, trying }: Pick<PortRow, 'state' | 'trying'>): StateLook {
  return trying ? { label: 'Trying…', color: 'gray' } : portLooks[state];
}

export const exposureWords: Readonly<Record<PortRow['exposure'], { label: string; color: string; hint: string }>> = {
  loopback: { label: 'This machine', color: 'gray', hint: 'Only programs on this machine can reach it.' },
  everywhere: {
    label: 'Every interface',
    color: 'orange',
    hint: 'Anybody on your network can reach it.',
  },
  address: { label: 'One address', color: 'blue', hint: 'Reachable through this one address of the machine.' },
};

/** `127.0.0.1:8080`; an IPv6 address in brackets; "chosen at start" while the engine has yet to choose. */
export function hostAddress({ hostIp, hostPort }: Pick<PortRow, 'hostIp' | 'hostPort'>): string {
  if (hostPort === undefined) return 'chosen at start';
  return `${hostIp.includes(':') ? `[${hostIp}]` : hostIp}:${hostPort}`;
}

/** `:8080` on this machine alone, `*:8080` on every interface. */
export function shortAddress(port: Pick<PortRow, 'hostIp' | 'hostPort' | 'exposure'>): string {
  if (port.hostPort === undefined || port.exposure === 'address') return hostAddress(port);
  return `${port.exposure === 'everywhere' ? '*' : ''}:${port.hostPort}`;
}

/** What a person pastes elsewhere: the connection string where there is one. */
export function copyText(port: Pick<PortRow, 'address' | 'hostIp' | 'hostPort'>): string {
  return port.address ?? hostAddress(port);
}

/** What a web server said when it was asked: "200 Guest book", "TLS, 404". */
export function answerText({ http }: Pick<PortRow, 'http'>): string | undefined {
  if (!http) return undefined;
  return `${http.tls ? 'TLS, ' : ''}${http.status}${http.title === undefined ? '' : ` ${http.title}`}`;
}

/** "proxy 80", or the number alone where a program listens outside any container. */
export function portName({ service, containerPort, hostPort }: Pick<PortRow, 'service' | 'containerPort' | 'hostPort'>): string {
  return service === undefined ? `port ${hostPort ?? ''}` : `${service} ${containerPort ?? ''}`;
}

/** Names a row's port in a change of it. */
export function editOf({ service = '', containerPort = 0, protocol, hostPort }: PortRow): Omit<PortEdit, 'action'> {
  return { service, containerPort, protocol, ...(hostPort === undefined ? {} : { current: hostPort }) };
}
