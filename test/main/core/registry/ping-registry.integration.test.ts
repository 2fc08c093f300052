import { createServer } from 'node:http';
import { readFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { createServer as createRawServer } from 'node:net';
import { expect, inject, onTestFinished, test } from 'vitest';
import { pingRegistry } from '../../../../src/main/core/registry/ping-registry.ts';
import { startRegistry } from '../../../support/registry-server.ts';

test('an open registry without TLS on this machine', async () => {
  expect(await pingRegistry(inject('registryAddress'))).toEqual({ reachable: true, authRequired: false });
});

test('one that wants a login', async () => {
  const registry = await startRegistry({ htpasswd: { ada: 'secret' } });
  onTestFinished(() => registry.stop());
  expect(await pingRegistry(registry.address)).toEqual({ reachable: true, authRequired: true });
});

test('one with a certificate of an unknown authority, then known', async () => {
  const registry = await startRegistry({ tls: true });
  onTestFinished(() => registry.stop());
  const stranger = await pingRegistry(registry.address);
  expect(stranger).toMatchObject({ reachable: false, problem: { code: 'registry.tls' } });
  const ca = await readFile(registry.caFile ?? '', 'utf8');
  expect(await pingRegistry(registry.address, { ca })).toEqual({ reachable: true, authRequired: false });
});

test('nobody there, no such host, and something that is no registry', async () => {
  expect(await pingRegistry('127.0.0.1:1')).toMatchObject({ reachable: false, problem: { code: 'registry.unreachable' } });
  expect(await pingRegistry('no-such-host.invalid')).toMatchObject({ reachable: false, problem: { code: 'registry.unreachable' } });
  const server = createServer((_, response) => response.writeHead(404).end());
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  const port = String((server.address() as AddressInfo).port);
  expect(await pingRegistry(`127.0.0.1:${port}`)).toMatchObject({ reachable: true, problem: { data: { status: 404 } } });
});

test('one that never answers is given up in time, and a cancelled ping is cancelled', async () => {
  const server = createRawServer(() => undefined);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  const host = `127.0.0.1:${String((server.address() as AddressInfo).port)}`;
  const ping = await pingRegistry(host, { signal: AbortSignal.timeout(200) });
  expect(ping).toMatchObject({ reachable: false, problem: { code: 'registry.unreachable' } });
  await expect(pingRegistry(host, { signal: AbortSignal.abort() })).rejects.toMatchObject({ name: 'AbortError' });
});
