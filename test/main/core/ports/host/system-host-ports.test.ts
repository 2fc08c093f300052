import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { describe, expect, onTestFinished, test } from 'vitest';
import { parseExcludedRanges, parsePortList } from '../../../../../src/main/core/ports/host/avoided-ranges.ts';
import { parseSockets } from '../../../../../src/main/core/ports/host/linux-sockets.ts';
import { parseLsof } from '../../../../../src/main/core/ports/host/mac-holder.ts';
import { systemHostPorts } from '../../../../../src/main/core/ports/host/system-host-ports.ts';
import { parseNetstat } from '../../../../../src/main/core/ports/host/windows-holder.ts';
import { freePort } from '../../../../support/free-port.ts';

const host = systemHostPorts();
const tcp = (hostIp: string, hostPort: number) => ({ hostIp, hostPort, protocol: 'tcp' }) as const;

async function listen(address: string): Promise<number> {
  const server = createServer().listen({ port: 0, host: address, ipv6Only: true });
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  return (server.address() as AddressInfo).port;
}

describe('with a real listener', () => {
  const listeners = [
    { on: '0.0.0.0', wanted: '127.0.0.1', free: false },
    { on: '0.0.0.0', wanted: '0.0.0.0', free: false },
    { on: '127.0.0.1', wanted: '127.0.0.1', free: false },
    { on: '127.0.0.1', wanted: '0.0.0.0', free: false },
    { on: '::', wanted: '127.0.0.1', free: false },
    { on: '::1', wanted: '127.0.0.1', free: false },
    { on: '::1', wanted: '0.0.0.0', free: false },
    { on: '127.0.0.2', wanted: '127.0.0.1', free: true },
    { on: '127.0.0.2', wanted: '0.0.0.0', free: false },
  ];

  test.each(listeners)('on $on only, a port for $wanted is free: $free', async ({ on, wanted, free }) => {
    expect(await host.canBind(tcp(wanted, await listen(on)))).toBe(free);
  });

  test('of UDP, the UDP port is taken and the TCP port is free', async () => {
    const socket = createSocket('udp4').bind(0, '127.0.0.1');
    await once(socket, 'listening');
    onTestFinished(() => void socket.close());
    const { port } = socket.address();
    expect(await host.canBind({ hostIp: '127.0.0.1', hostPort: port, protocol: 'udp' })).toBe(false);
    expect(await host.canBind(tcp('127.0.0.1', port))).toBe(true);
  });
});

test('a free port can be bound, and is free again after the test of it', async () => {
  const port = await freePort();
  expect(await host.canBind(tcp('0.0.0.0', port))).toBe(true);
  expect(await host.canBind(tcp('0.0.0.0', port))).toBe(true);
});

test('an address that this machine has not is a Problem', async () => {
  await expect(host.canBind(tcp('203.0.113.7', 8080))).rejects.toMatchObject({ problem: { code: 'port.invalid' } });
});

test.runIf(process.platform === 'linux')('the holder is named with process and user', async () => {
  const [holder, none] = await host.findHolders([tcp('127.0.0.1', await listen('127.0.0.1')), tcp('127.0.0.1', await freePort())]);
  expect(holder).toMatchObject({ kind: 'process', pid: process.pid, name: expect.any(String) as string, user: expect.any(String) as string });
  expect(none).toBeUndefined();
});

test('a hundred ports are tried in a moment', async () => {
  const start = performance.now();
  await Promise.all(Array.from({ length: 100 }, (_, index) => host.canBind(tcp('127.0.0.1', 20_000 + index))));
  expect(performance.now() - start).toBeLessThan(1_000);
});

test('what systems print is understood', () => {
  const table = [
    '  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode',
    '   0: 0100007F:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000  1000        0 4242 1 0 100 0 0 10 0',
    '   1: 0100007F:1F90 0100007F:A000 01 00000000:00000000 00:00000000 00000000  1000        0 4243 1 0 100 0 0 10 0',
  ].join('\n');
  expect(parseSockets(table, '0A')).toEqual([{ address: '127.0.0.1', port: 8080, uid: 1000, inode: '4242' }]);
  expect(parseLsof('p321\ncControlCe\nLanna\nf10\n')).toEqual({ kind: 'process', name: 'ControlCe', pid: 321, user: 'anna' });
  expect(parseLsof('')).toBeUndefined();
  const netstat = [
    '  Proto  Lokale Adresse         Remoteadresse          Status           PID',
    '  TCP    127.0.0.1:8080         127.0.0.1:51000        HERGESTELLT      9',
    '  TCP    0.0.0.0:8080           0.0.0.0:0              ABHÖREN          4711',
    '  UDP    0.0.0.0:5353           *:*                                     88',
  ].join('\r\n');
  expect(parseNetstat(netstat, tcp('0.0.0.0', 8080))).toBe(4711);
  expect(parseNetstat(netstat, { hostIp: '0.0.0.0', hostPort: 5353, protocol: 'udp' })).toBe(88);
  expect(parseNetstat(netstat, tcp('0.0.0.0', 80))).toBeUndefined();
  expect(parsePortList('8080,9148-9150\n')).toEqual([{ first: 8080, last: 8080 }, { first: 9148, last: 9150 }]);
  expect(parsePortList('\n')).toEqual([]);
  expect(parseExcludedRanges('Protokoll tcp\n----------    --------\n      5357        5357\n     50000       50059     *\n')).toEqual([
    { first: 5357, last: 5357 },
    { first: 50_000, last: 50_059 },
  ]);
});
