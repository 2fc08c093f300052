import { createSocket } from 'node:dgram';
import { createServer } from 'node:net';
import type { HostAddress } from '../host-ports.ts';

/** How trying to listen somewhere went; `unknown` for failures that say nothing about the port. */
export type BindOutcome = 'free' | 'taken' | 'forbidden' | 'no-such-address' | 'unknown';

const outcomes: Readonly<Record<string, BindOutcome>> = {
  EADDRINUSE: 'taken',
  EACCES: 'forbidden',
  EPERM: 'forbidden',
  EADDRNOTAVAIL: 'no-such-address',
  EAFNOSUPPORT: 'no-such-address',
  EINVAL: 'no-such-address',
};

/** Listens for a moment. The port is free again when this resolves. */
export function tryBind({ hostIp, hostPort, protocol }: HostAddress): Promise<BindOutcome> {
  return protocol === 'udp' ? tryUdp(hostIp, hostPort) : tryTcp(hostIp, hostPort);
}

function tryTcp(host: string, port: number): Promise<BindOutcome> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', (error) => resolve(outcomeOf(error)));
    server.listen({ host, port, exclusive: true, ipv6Only: true }, () => server.close(() => resolve('free')));
  });
}

function tryUdp(address: string, port: number): Promise<BindOutcome> {
  return new Promise((resolve) => {
    const ipv6 = address.includes(':');
    const socket = createSocket({ type: ipv6 ? 'udp6' : 'udp4', ipv6Only: ipv6 });
    socket.once('error', (error) => {
      socket.close();
      resolve(outcomeOf(error));
    });
    socket.bind({ address, port, exclusive: true }, () => socket.close(() => resolve('free')));
  });
}

function outcomeOf(error: NodeJS.ErrnoException): BindOutcome {
  return outcomes[error.code ?? ''] ?? 'unknown';
}
