import { createServer, type Server } from 'node:http';
import { connect } from 'node:net';
import { readFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, expect, inject, onTestFinished, test } from 'vitest';
import type { Core } from '../../../../../src/main/core/create-core.ts';
import type { RegistryHealth } from '../../../../../src/shared/models/registry.ts';
import { importImage, pushImage, removeImage, scratchTar } from '../../../../support/images.ts';
import { openCore } from '../../../../support/open-core.ts';
import { type RegistryOptions, type RegistryServer, startRegistry } from '../../../../support/registry-server.ts';
import { makeTempDir, removeTempDir } from '../../../../support/temp.ts';
import { expectProblem } from '../../engine/contract/support.ts';

let core: Core;
let home: string;
beforeEach(async () => {
  home = await makeTempDir('registries');
  core = openCore({ home, socket: inject('engineSocket') });
});
afterEach(async () => {
  await core.close();
  await removeTempDir(home);
});

async function registryWith(options: RegistryOptions): Promise<RegistryServer> {
  const registry = await startRegistry(options);
  onTestFinished(() => registry.stop());
  return registry;
}

async function listening(server: Server): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return `127.0.0.1:${String((server.address() as AddressInfo).port)}`;
}

const viewOf = async (host: string) => (await core.registries.list({})).find((view) => view.host === host);

test('a login is kept only when the registry accepts it, wins over the machine\'s, and is forgotten again', async () => {
  const { address: host } = await registryWith({ htpasswd: { ada: 'right' } });
  core.registries.save({ host });
  expect(await core.registries.health(host, {})).toMatchObject({ state: 'login-needed' });
  await expectProblem(core.registries.login({ host, username: 'ada', password: 'wrong' }, {}), 'registry.unauthorized');
  expect((await viewOf(host))?.login).toBeUndefined();

  expect((await core.registries.login({ host, username: 'ada', password: 'right' }, {})).asked).toBe(true);
  expect(await core.registries.health(host, {})).toMatchObject({ state: 'ok' });
  expect((await viewOf(host))?.login).toEqual({ username: 'ada', origin: "Slipway's own login", own: true });
  expect(await core.registryBrowser.repositories(host, {})).toEqual([]);
  expect(await readFile(`${home}/state.json`, 'utf8')).not.toContain('right');

  expect(await core.registries.logout(host)).toBe(true);
  expect(await core.registries.logout(host)).toBe(false);
  await expectProblem(core.registryBrowser.repositories(host, {}), 'registry.unauthorized');
});

test('an unknown certificate is shown, trusted by its fingerprint or from a file, and distrusted again', async () => {
  const { address: host, caFile = '' } = await registryWith({ tls: true });
  const health = await core.registries.health(host, {});
  expect(health).toMatchObject({ state: 'unreachable', problem: { code: 'registry.tls' } });
  const [shown] = await core.registries.certificates(host, {});
  expect(health.problem?.data?.['certificates']).toEqual([shown]);
  expect(shown).toMatchObject({ subject: 'CN=127.0.0.1', issuer: 'CN=Slipway test authority', selfSigned: false });

  const wrong = await expectProblem(core.registries.trust(host, { fingerprint: 'AB'.repeat(32) }, {}), 'registry.tls');
  expect(wrong.detail).toContain(shown?.fingerprint);
  expect(await core.registries.trust(host, { fingerprint: (shown?.fingerprint ?? '').toLowerCase() }, {})).toEqual([shown]);
  expect(await core.registries.health(host, {})).toMatchObject({ state: 'ok' });
  core.registries.distrust(host);
  expect(await core.registries.health(host, {})).toMatchObject({ state: 'unreachable' });

  await expectProblem(core.registries.trust(host, { pem: 'no certificate' }, {}), 'usage.invalid');
  const [authority] = await core.registries.trust(host, { pem: await readFile(caFile, 'utf8') }, {});
  expect(authority).toMatchObject({ subject: 'CN=Slipway test authority', selfSigned: true });
  expect(await core.registries.health(host, {})).toMatchObject({ state: 'ok' });
  expect(await core.registryBrowser.repositories(host, {})).toEqual([]);
});

test('repositories, tags in order, and all about an image', async () => {
  const { address: host } = await registryWith({});
  for (const tag of ['1.9', '1.10', 'latest']) {
    const reference = `${host}/team/app:${tag}`;
    await importImage(inject('engineSocket'), reference, await scratchTar({ tag }), { changes: ['LABEL team=blue'] });
    await pushImage(inject('engineSocket'), reference);
    await removeImage(inject('engineSocket'), reference);
  }
  expect(await core.registryBrowser.repositories(host, {})).toEqual(['team/app']);
  const names = async (request = {}): Promise<string[]> => (await core.registryBrowser.tags(`${host}/team/app`, request)).map(({ name }) => name);
  expect(await names()).toEqual(['latest', '1.10', '1.9']);
  expect(await names({ order: 'name' })).toEqual(['1.10', '1.9', 'latest']);
  expect(await names({ order: 'time' })).toEqual(['latest', '1.10', '1.9']);
  expect(await names({ filter: '1.1' })).toEqual(['1.10']);
  const image = await core.registryBrowser.inspect(`${host}/team/app:1.9`, {});
  expect(image).toMatchObject({ reference: `${host}/team/app:1.9`, variants: [{ platform: expect.stringMatching(/^linux\//) as string, labels: { team: 'blue' } }] });
  expect(image.variants[0]?.sizeBytes).toBeGreaterThan(0);
  await expectProblem(core.registryBrowser.tags(`${host}/team/none`, {}), 'image.not-found');
  await expectProblem(core.registryBrowser.repositories('docker.io', {}), 'registry.unsupported');
});

test('a token service: the password is exchanged for an identity token, and that is what is kept', async () => {
  const asked: string[] = [];
  const host = await listening(
    createServer((request, response) => {
      void (async () => {
        const body = await text(request);
        if (request.url?.startsWith('/token') === true) {
          asked.push(`${String(request.method)} ${request.url} ${body}`);
          const basic = request.headers.authorization === `Basic ${Buffer.from('ada:right').toString('base64')}`;
          const granted = basic || body.includes('refresh_token=long-lived');
          response.writeHead(granted ? 200 : 401).end(JSON.stringify({ token: 'short', ...(basic && { refresh_token: 'long-lived' }) }));
        } else if (request.headers.authorization === 'Bearer short') response.end('{"repositories":["app"]}');
        else response.writeHead(401, { 'www-authenticate': `Bearer realm="http://${host}/token",service="s"` }).end();
      })();
    }),
  );
  await expectProblem(core.registries.login({ host, username: 'ada', password: 'wrong' }, {}), 'registry.unauthorized');
  await core.registries.login({ host, username: 'ada', password: 'right' }, {});
  expect((await viewOf(host))?.login ?? (await core.registryClients.loginTo(host))).toMatchObject({ username: 'ada' });
  expect(await core.registryBrowser.repositories(host, {})).toEqual(['app']);
  expect(asked.at(-1)).toMatch(/^POST \/token .*grant_type=refresh_token.*refresh_token=long-lived/);
  expect(await readFile(`${home}/secrets.json`, 'utf8')).not.toContain('right');
});

test('a proxy leads to a registry beyond it, and plain HTTP over a network is used only when allowed', async () => {
  const { port } = await registryWith({});
  const seen: string[] = [];
  const proxy = createServer((request, response) => {
    seen.push(`${String(request.method)} ${String(request.url)}`);
    // Beyond the proxy the name leads to the registry, which doesn't exist for anybody else.
    const inner = new URL(request.url ?? '');
    void fetch(`http://127.0.0.1:${String(port)}${inner.pathname}`).then(async (answer) => response.writeHead(answer.status).end(await answer.text()));
  });
  proxy.on('connect', (request, socket) => {
    seen.push(`CONNECT ${String(request.url)}`);
    const upstream = connect(port, '127.0.0.1', () => {
      socket.write('HTTP/1.1 200 Connected\r\n\r\n');
      upstream.pipe(socket).pipe(upstream);
    });
    upstream.on('error', () => socket.destroy());
    socket.on('error', () => upstream.destroy());
  });
  const host = 'registry.beyond.invalid:5000';
  core.registries.save({ host, proxy: `http://${await listening(proxy)}` });
  expect(await core.registries.health(host, {})).toMatchObject({ problem: { code: 'registry.tls', data: { speaksTls: false } } });
  expect(seen).toEqual([`CONNECT ${host}`]);
  core.registries.save({ host, plainHttp: true });
  expect(await core.registries.health(host, {})).toMatchObject({ state: 'ok' });
  expect(seen.at(-1)).toBe(`GET http://${host}/v2/`);
  core.registries.save({ host, proxy: 'direct' });
  expect(await core.registries.health(host, {})).toMatchObject({ state: 'unreachable', problem: { code: 'registry.unreachable' } });
});

test('the list names what is kept and Docker Hub; health comes one by one; forgetting forgets', async () => {
  const open = await registryWith({});
  core.registries.save({ host: `http://${open.address}/v2/`, name: 'Here' });
  await expectProblem(Promise.resolve().then(() => core.registries.save({ host: 'not a host' })), 'usage.invalid');
  await expectProblem(Promise.resolve().then(() => core.registries.save({ host: open.address, mirrors: ['//'] })), 'usage.invalid');
  expect((await core.registries.list({})).map(({ host, name, kept }) => ({ host, name, kept }))).toEqual([
    { host: open.address, name: 'Here', kept: true },
    { host: 'docker.io', name: 'Docker Hub', kept: false },
  ]);
  expect(core.registries.hostOf('Here')).toBe(open.address);
  const stop = new AbortController();
  const seen: RegistryHealth['state'][] = [];
  for await (const all of core.registries.watchHealth({ signal: stop.signal })) {
    const state = all.find(({ host }) => host === open.address)?.state ?? 'unreachable';
    seen.push(state);
    if (state === 'ok') break;
  }
  expect(seen[0]).toBe('checking');
  expect(seen.at(-1)).toBe('ok');
  await core.registries.remove(open.address);
  expect((await core.registries.list({})).map(({ host }) => host)).toEqual(['docker.io']);
  await expectProblem(core.registries.remove(open.address), 'registry.not-found');
});
