import { once } from 'node:events';
import { createServer as createHttpServer } from 'node:http';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { probePort } from '../../../../src/main/core/ports/probe.ts';
import { freePort } from '../../../support/free-port.ts';

async function listening(server: Server): Promise<number> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  return (server.address() as AddressInfo).port;
}

const probe = (hostPort: number) => probePort({ hostIp: '0.0.0.0', hostPort });

test('a web server answers with status and title', async () => {
  const port = await listening(
    createHttpServer((_, response) => {
      response.writeHead(404, { 'content-type': 'text/html' }).end('<html><title>\n Not  here </title></html>');
    }),
  );
  expect(await probe(port)).toEqual({ answers: true, http: { tls: false, status: 404, title: 'Not here' } });
});

test('a server that waits for its client to speak answers without HTTP', async () => {
  const port = await listening(createServer((socket) => socket.on('data', () => socket.end()).on('error', () => undefined)));
  expect(await probe(port)).toEqual({ answers: true });
});

test('a server that speaks first answers', async () => {
  const port = await listening(createServer((socket) => socket.on('error', () => undefined).end('220 hello\r\n')));
  expect((await probe(port)).answers).toBe(true);
});

test("an engine's proxy for a container where nobody listens, and a closed port, do not answer", async () => {
  const port = await listening(createServer((socket) => socket.end()));
  expect(await probe(port)).toEqual({ answers: false });
  expect(await probe(await freePort())).toEqual({ answers: false });
});

test('an aborted probe rejects', async () => {
  const port = await listening(createServer((socket) => socket.on('error', () => undefined)));
  await expect(probePort({ hostIp: '127.0.0.1', hostPort: port }, { signal: AbortSignal.abort() })).rejects.toMatchObject({ name: 'AbortError' });
});
