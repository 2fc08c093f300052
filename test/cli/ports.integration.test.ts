import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import path from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { afterAll, beforeAll, expect, inject, it, onTestFinished } from 'vitest';
import { networkHelper } from '../../scripts/lib/steps/network-helper.mjs';
import type { PortRow } from '../../src/shared/models/port.ts';
import type { ProxyStatus } from '../../src/shared/models/proxy.ts';
import { engineRequest } from '../support/engine-http.ts';
import { freePort } from '../support/free-port.ts';
import { importBusybox } from '../support/images.ts';
import { pageAt } from '../support/page-at.ts';
import { makeTempDir, removeTempDir } from '../support/temp.ts';
import { type Finished, startSlipway } from './support/run-slipway.ts';

const id = randomBytes(3).toString('hex');
const image = `slipway-test/cli-ports-${id}:1`;
const [shop, twin] = [`cliports-${id}`, `cliports-${id}-twin`];
let home: string;
let port: number;

const start = (...args: string[]) => startSlipway(args, { home, engine: `unix://${inject('engineSocket')}`, cwd: home });
const slipway = (...args: string[]): Promise<Finished> => start(...args).done;
const json = async <T>(...args: string[]): Promise<T> => JSON.parse((await slipway(...args, '--json')).stdout) as T;
const rows = (name: string): Promise<PortRow[]> => json('ports', name);
const webOf = async (name: string): Promise<PortRow | undefined> => (await rows(name)).find(({ service }) => service === 'web');

/** Reads lines of NDJSON until one is what is waited for. */
async function lineWhere<T>(stdout: Readable, wanted: (value: T) => boolean): Promise<T> {
  for await (const line of createInterface(stdout)) {
    const value = JSON.parse(line) as T;
    if (wanted(value)) return value;
  }
  throw new Error('The lines ended.');
}

beforeAll(async () => {
  home = await makeTempDir('cli-ports');
  port = await freePort();
  await networkHelper();
  await importBusybox(inject('engineSocket'), image);
  for (const name of [shop, twin]) {
    await mkdir(path.join(home, name));
    await writeFile(
      path.join(home, name, 'compose.yaml'),
      `
services:
  web:
    image: ${image}
    command: [sh, -c, "mkdir -p /www && echo '<title>Shop</title>' > /www/index.html && exec httpd -f -p 80 -h /www"]
    environment: { SITE: "http://localhost:$\${port:web:80}/" }
    ports: ["${port}:80"]
    depends_on: [db]
    stop_grace_period: 0s
  db: { image: "${image}", command: [httpd, -f, -p, "5432"], expose: ["5432"], ports: ["5432"], stop_grace_period: 0s }
x-slipway: { links: [{ title: Shop, url: "http://localhost:$\${port:web:80}/" }] }
`,
    );
    await slipway('env', 'add', path.join(home, name));
  }
  await slipway('up', shop);
});

afterAll(async () => {
  for (const name of [shop, twin]) await slipway('down', name, '--volumes', '--no-safety-snapshot');
  await engineRequest(inject('engineSocket'), 'DELETE', `/images/${image}?force=true`);
  await removeTempDir(home);
});

it('lists the ports of an environment, as text and as JSON', async () => {
  const { code, stdout } = await slipway('ports', shop);
  expect(code).toBe(0);
  expect(stdout).toMatch(new RegExp(`127\\.0\\.0\\.1:${port}/tcp +web:80 +listening, 200 “Shop”`));
  expect(await webOf(shop)).toMatchObject({ environmentName: shop, hostPort: port, state: 'listening', http: { status: 200, title: 'Shop' } });
});

it('lists the whole machine, with programs outside any container', async () => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  const all = await json<PortRow[]>('ports', '--all');
  expect(all.find(({ hostPort }) => hostPort === (server.address() as AddressInfo).port)).toMatchObject({ holder: { kind: 'process', pid: process.pid } });
  expect(all.find(({ hostPort, service }) => hostPort === port && service === 'web')).toMatchObject({ environmentName: shop });
});

it('tells conflicts with exit code 5, and starts a second one beside the first when told to', async () => {
  expect(await slipway('ports', 'check', shop)).toMatchObject({ code: 0, stdout: `${shop} can have all its ports.\n` });
  expect(await slipway('ports', 'check', twin)).toMatchObject({ code: 5, stderr: expect.stringContaining(`taken by service web of ${shop}`) as unknown });
  expect(JSON.parse((await slipway('ports', 'check', twin, '--json')).stdout)).toMatchObject({ error: { code: 'port.conflict', data: { conflicts: [{ hostPort: port }] } } });
  expect((await slipway('up', twin)).code).toBe(5);
  const { code, stdout } = await slipway('up', twin, '--remap-ports');
  expect(code).toBe(0);
  const moved = (await webOf(twin))?.hostPort ?? 0;
  expect(moved).not.toBe(port);
  expect(stdout).toContain(`Shop: http://localhost:${moved}/`);
  expect((await slipway('exec', twin, 'web', 'sh', '-c', 'echo $SITE')).stdout.trim()).toBe(`http://localhost:${moved}/`);
  const pages = await Promise.all([port, moved].map((one) => pageAt(`http://127.0.0.1:${one}/`)));
  expect(pages[0]).toBe(pages[1]);
  expect((await slipway('ports', 'check', twin)).code).toBe(0);
});

it('changes a port, shows the difference, saves it, and goes back', async () => {
  const [before, wanted] = [(await webOf(twin))?.hostPort ?? 0, await freePort()];
  expect(await slipway('ports', 'set', twin, `web:80=[::1]:${wanted}`)).toMatchObject({ code: 0, stdout: expect.stringContaining(`[::1]:${wanted}/tcp`) as unknown });
  expect(await slipway('ports', 'set', twin, `web:80=127.0.0.1:${wanted}`)).toMatchObject({ code: 0 });
  expect(wanted).not.toBe(before);
  expect(await webOf(twin)).toMatchObject({ hostPort: wanted, requestedPort: port, edited: 'moved', state: 'listening' });
  expect((await slipway('ports', 'diff', twin)).stdout).toMatch(new RegExp(`web:80/tcp +127\\.0\\.0\\.1:${port} +127\\.0\\.0\\.1:${wanted}`));
  expect(await slipway('ports', 'diff', twin, '--output', 'own.yaml')).toMatchObject({ code: 0, stdout: `Saved ${path.join(home, 'own.yaml')}.\n` });
  expect(await readFile(path.join(home, 'own.yaml'), 'utf8')).toContain('ports: !override');
  expect((await slipway('ports', 'diff', twin, '--output', 'own.yaml')).code).toBe(2);
  await slipway('stop', shop);
  expect(await slipway('ports', 'unset', twin, 'web:80')).toMatchObject({ code: 0 });
  expect(await webOf(twin)).toMatchObject({ hostPort: port, state: 'listening' });
  await slipway('ports', 'set', twin, `web:80=${wanted}`);
  expect(await slipway('start', shop)).toMatchObject({ code: 0 });
});

it.each([
  ['web:80=0', 1, 'Port 0 does not exist'],
  ['web:80=65536', 1, 'Port 65536 does not exist'],
  ['web:0=8080', 1, 'Port 0 does not exist'],
  ['web:80=203.0.113.9:8080', 1, 'This machine has no address 203.0.113.9'],
  ['web:80=::1:8080', 2, 'in brackets'],
  ['web:80=8080-8081', 2, 'names a range'],
  ['nobody:80=8080', 1, 'There is no service nobody'],
])('refuses %s with what to do', async (setting, code, words) => {
  expect(await slipway('ports', 'set', twin, setting)).toMatchObject({ code, stderr: expect.stringContaining(words) as unknown });
});

it('shows changes as NDJSON until Ctrl-C', async () => {
  const watching = start('ports', shop, '--watch', '--json');
  const webIs = (state: PortRow['state']) => (now: PortRow[]) => now.some((row) => row.service === 'web' && row.state === state && !row.trying);
  const listening = lineWhere(watching.stdout, webIs('listening'));
  await listening;
  watching.interrupt();
  expect((await watching.done).code).toBe(130);
});

it('gives running pages stable names until Ctrl-C', async () => {
  const at = await freePort();
  const serving = start('ports', 'proxy', '--port', String(at), '--json');
  const name = `http://web.${shop}.localhost:${at}/`;
  const status = await lineWhere<ProxyStatus>(serving.stdout, ({ names }) => names.some(({ url }) => url === name));
  expect(status.names.map(({ url }) => url)).toContain(`http://web.${twin}.localhost:${at}/`);
  serving.interrupt();
  expect((await serving.done).code).toBe(130);
});

it('lists networks, and tries a connection from inside a service', async () => {
  expect((await slipway('network', 'list', shop)).stdout).toMatch(/default +bridge +\S+ +web +\d+\.\d+/);
  expect(await slipway('network', 'test', shop)).toMatchObject({ code: 0, stdout: expect.stringContaining('web → db:5432') as unknown });
  const refused = await slipway('network', 'test', shop, 'web', 'db:1', '--json');
  expect(refused.code).toBe(1);
  expect(JSON.parse(refused.stdout)).toMatchObject([{ from: 'web', host: 'db', port: 1, reachable: false, advice: expect.any(String) as unknown }]);
});
