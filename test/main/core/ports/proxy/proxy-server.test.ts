import { once } from 'node:events';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { createServer, get as httpGet, type IncomingMessage, request as httpRequest } from 'node:http';
import { get as httpsGet } from 'node:https';
import type { AddressInfo } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { readFileSync } from 'node:fs';
import { text } from 'node:stream/consumers';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { PortRow } from '../../../../../src/shared/models/port.ts';
import { openCertificateAuthority, trustInstructions } from '../../../../../src/main/core/ports/proxy/certificate-authority.ts';
import { proxyRoutes, routeFor } from '../../../../../src/main/core/ports/proxy/proxy-routes.ts';
import { ProxyServer } from '../../../../../src/main/core/ports/proxy/proxy-server.ts';
import { freePort } from '../../../../support/free-port.ts';

const row = (more: Partial<PortRow>): PortRow => ({
  environmentId: 'e',
  environmentName: 'Shop 2',
  service: 'web_app',
  containerPort: 80,
  protocol: 'tcp',
  hostIp: '127.0.0.1',
  hostPort: 8080,
  state: 'listening',
  exposure: 'loopback',
  browsable: true,
  ...more,
});

test('every running web port has a name that stays; further ports of a service are told apart', () => {
  const routes = proxyRoutes([
    row({}),
    row({ containerPort: 9000, hostPort: 9000, hostIp: '0.0.0.0', http: { tls: true, status: 200 } }),
    row({ service: 'db', browsable: false }),
    row({ service: 'idle', state: 'free' }),
    row({ environmentName: 'other' }),
  ]);
  expect(routes.map(({ host, target }) => [host, target.protocol, target.host, target.port])).toEqual([
    ['web-app.shop-2.localhost', 'http:', '127.0.0.1', 8080],
    ['web-app-9000.shop-2.localhost', 'https:', '127.0.0.1', 9000],
    ['web-app.other.localhost', 'http:', '127.0.0.1', 8080],
  ]);
  expect(routeFor(routes, 'Web-App.Shop-2.localhost:7080')).toBe(routes[0]);
  expect(routeFor(routes, 'localhost')).toBeUndefined();
});

/** A service that says what it was asked, and speaks back what a WebSocket client sends. */
async function service(): Promise<number> {
  const server = createServer((request, response) => response.end(`${request.method ?? ''} ${request.url ?? ''} ${request.headers.host ?? ''} ${String(request.headers['x-forwarded-proto'])}`));
  server.on('upgrade', (_request, socket) => {
    socket.write('HTTP/1.1 101 Switching Protocols\r\nupgrade: websocket\r\nconnection: Upgrade\r\n\r\n');
    socket.on('data', (data: Buffer) => socket.end(`echo ${data.toString()}`));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  return (server.address() as AddressInfo).port;
}

async function proxyTo(hostPort: number, tls = false) {
  const directory = await mkdtemp(path.join(os.tmpdir(), 'slipway-ca-'));
  const port = await freePort();
  const authority = tls ? await openCertificateAuthority(directory) : undefined;
  const server = new ProxyServer({ port, ...(authority ? { authority } : {}) });
  server.setRoutes(proxyRoutes([row({ service: 'web', environmentName: 'shop', hostPort })]));
  await server.listen();
  onTestFinished(async () => {
    await server.close();
    await rm(directory, { recursive: true });
  });
  return { port, directory, authority };
}

async function ask(port: number, host: string, from = '127.0.0.1'): Promise<{ status: number | undefined; body: string }> {
  const [answer] = (await once(httpGet({ host: from, port, path: '/a?b=1', headers: { host: `${host}:${port}` }, agent: false }), 'response')) as [IncomingMessage];
  return { status: answer.statusCode, body: await text(answer) };
}

describe('the proxy', () => {
  test('hands a request on by its name, and says under which name it was asked', async () => {
    const { port } = await proxyTo(await service());
    expect(await ask(port, 'web.shop.localhost')).toEqual({ status: 200, body: `GET /a?b=1 web.shop.localhost:${port} http` });
    expect((await ask(port, 'web.shop.localhost', '::1')).status).toBe(200);
  });

  test('answers an unknown name with a page of the known ones, and nothing of the name is taken for markup', async () => {
    const { port } = await proxyTo(await service());
    const { status, body } = await ask(port, '<b>.localhost');
    expect(status).toBe(404);
    expect(body).toContain(`http://web.shop.localhost:${port}/`);
    expect(body).not.toContain('<b>.localhost');
  });

  test('says so when the service does not answer', async () => {
    const { port } = await proxyTo(await freePort());
    expect(await ask(port, 'web.shop.localhost')).toMatchObject({ status: 502, body: expect.stringContaining('web of shop') as string });
  });

  test('carries WebSockets', async () => {
    const { port } = await proxyTo(await service());
    const asking = httpRequest({ host: '127.0.0.1', port, headers: { host: 'web.shop.localhost', connection: 'Upgrade', upgrade: 'websocket' } });
    asking.end();
    const [, socket] = (await once(asking, 'upgrade')) as [IncomingMessage, NodeJS.ReadWriteStream];
    socket.write('hello');
    expect(await text(socket as NodeJS.ReadableStream & AsyncIterable<Buffer>)).toBe('echo hello');
  });

  test('a port that is taken is a Problem', async () => {
    const port = await service();
    await expect(new ProxyServer({ port }).listen()).rejects.toMatchObject({ problem: { code: 'port.conflict', data: { hostPort: port } } });
  });

  test('speaks TLS on the same port, with certificates of an authority that is kept, and good for localhost only', async () => {
    const { port, directory, authority } = await proxyTo(await service(), true);
    const ca = readFileSync(authority?.file ?? '');
    const over = async (servername: string) => {
      const [answer] = (await once(httpsGet({ host: '127.0.0.1', port, servername, ca, agent: false, headers: { host: servername } }), 'response')) as [IncomingMessage];
      return text(answer);
    };
    expect(await over('web.shop.localhost')).toBe('GET / web.shop.localhost https');
    await expect(over('example.org')).rejects.toThrow();
    expect((await ask(port, 'web.shop.localhost')).status).toBe(200);
    expect((await stat(path.join(directory, 'ca-key.pem'))).mode & 0o777).toBe(0o600);
    await openCertificateAuthority(directory);
    expect(readFileSync(authority?.file ?? '')).toEqual(ca);
  });
});

test('how to trust the authority is told for each system', () => {
  for (const platform of ['linux', 'darwin', 'win32'] as const) expect(trustInstructions('/x/ca.pem', platform)).toContain('"/x/ca.pem"');
});
