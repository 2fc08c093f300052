import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, onTestFinished, test } from 'vitest';
import { networkHelper } from '../../../../../scripts/lib/steps/network-helper.mjs';
import { composeLabels } from '../../../../../src/main/core/base/compose-labels.ts';
import type { Core } from '../../../../../src/main/core/create-core.ts';
import type { EnvironmentRecord } from '../../../../../src/shared/models/environment.ts';
import type { PortRow } from '../../../../../src/shared/models/port.ts';
import { freePort } from '../../../../support/free-port.ts';
import { importBusybox } from '../../../../support/images.ts';
import { openCore, problemOf, resultOf } from '../../../../support/open-core.ts';
import { makeTempDir, removeTempDir } from '../../../../support/temp.ts';

const image = `slipway-test/ports-${randomBytes(4).toString('hex')}:1`;
const id = randomBytes(3).toString('hex');

let core: Core;
let home: string;
let files: string;
let port: number;
let first: EnvironmentRecord;
let twin: EnvironmentRecord;
const children: ChildProcess[] = [];

/** A web server, a database in name only with a port that the engine may choose, and a port where nobody listens. */
const compose = (): string => `
services:
  web:
    image: ${image}
    command: [sh, -c, "mkdir -p /www && echo '<title>Shop</title>' > /www/index.html && exec httpd -f -p 80 -h /www"]
    environment: { SITE: "http://localhost:$\${port:web:80}/" }
    ports: ["${port}:80"]
    depends_on: [db]
    networks: [front, back]
    healthcheck: { test: [CMD, wget, -q, -O-, "http://127.0.0.1/"], interval: 300ms, retries: 100 }
    stop_grace_period: 0s
  db:
    image: ${image}
    command: [sh, -c, "exec httpd -f -p 5432"]
    expose: ["5432"]
    ports: ["5432", "81"]
    networks: { back: { aliases: [store] } }
    stop_grace_period: 0s
  alone:
    image: ${image}
    networks: [front]
    stop_grace_period: 0s
networks: { front: {}, back: {} }
`;

beforeAll(async () => {
  await networkHelper();
  await importBusybox(inject('engineSocket'), image);
  port = await freePort();
  [home, files] = [await makeTempDir('ports'), await makeTempDir('ports')];
  await writeFile(path.join(files, 'compose.yaml'), compose());
  core = openCore({ home, socket: inject('engineSocket') });
  first = await core.library.add({ path: files, name: `shop-${id}` });
  twin = await core.library.add({ path: files, name: `twin-${id}` });
});

afterAll(async () => {
  for (const child of children) child.kill();
  for (const { id: known } of [...core.library.list()]) {
    await resultOf(core, core.stacks.down(core.library.get(known), { volumes: true, safetySnapshot: false }));
  }
  await core.close();
  await Promise.all([removeTempDir(home), removeTempDir(files)]);
});

const now = (record: EnvironmentRecord): EnvironmentRecord => core.library.get(record.id);
const rowsOf = (record: EnvironmentRecord): Promise<PortRow[]> => core.ports.rows([now(record)], {});
const rowOf = async (record: EnvironmentRecord, service: string, containerPort: number): Promise<PortRow> => {
  const row = (await rowsOf(record)).find((one) => one.service === service && one.containerPort === containerPort);
  if (!row) throw new Error(`There is no row of ${service} ${containerPort}.`);
  return row;
};
const containersOf = async (record: EnvironmentRecord): Promise<Record<string, string>> => {
  const all = await (await core.connection.get()).containers.list({ labels: [`${composeLabels.project}=${record.projectName}`] });
  return Object.fromEntries(all.map((one) => [one.labels[composeLabels.service] ?? '', one.id]));
};

/** Another program of this machine that listens until the test has finished. */
async function listener(address: string, kind: 'tcp' | 'udp' = 'tcp'): Promise<{ hostPort: number; pid: number | undefined }> {
  const program =
    kind === 'tcp'
      ? `const s = require('net').createServer().listen({ port: 0, host: '${address}', ipv6Only: true }, () => console.log(s.address().port))`
      : `const s = require('dgram').createSocket('udp4').bind(0, '${address}', () => console.log(s.address().port))`;
  const child = spawn(process.execPath, ['-e', program], { stdio: ['ignore', 'pipe', 'inherit'] });
  children.push(child);
  onTestFinished(() => void child.kill());
  const hostPort = await new Promise<number>((resolve) => child.stdout.once('data', (text: Buffer) => resolve(Number(text))));
  return { hostPort, pid: child.pid };
}

describe('two environments of one project', () => {
  test('the first has the ports of the files, and what listens there is asked', async () => {
    await resultOf(core, core.stacks.up(first));
    expect(await rowOf(first, 'web', 80)).toMatchObject({ hostPort: port, state: 'listening', http: { tls: false, status: 200, title: 'Shop' }, exposure: 'loopback' });
    expect(await rowOf(first, 'db', 5432)).toMatchObject({ state: 'listening', exposure: 'loopback', address: expect.stringMatching(/^postgres:/) as string });
    expect(await rowOf(first, 'db', 81)).toMatchObject({ state: 'dead' });
  });

  test('the second is told every conflict before anything is made, with who has the port and how to go on', async () => {
    const problem = await problemOf(core, core.stacks.up(twin));
    expect(problem).toMatchObject({ code: 'port.conflict', hint: expect.stringContaining(`slipway stop shop-${id}`) as string });
    expect(problem.data).toMatchObject({ conflicts: [{ service: 'web', hostPort: port, holder: { environmentId: first.id, service: 'web' }, suggestion: expect.any(Number) as number }] });
    expect(await containersOf(twin)).toEqual({});
    expect(await core.portEdits.check(now(twin), {})).toHaveLength(1);
    expect(await rowOf(twin, 'web', 80)).toMatchObject({ state: 'conflict', holder: { environmentId: first.id } });
  });

  test('with free ports both run side by side, also after a restart', async () => {
    await resultOf(core, core.stacks.up(now(twin), { remapConflicts: true }));
    const before = await Promise.all([rowsOf(first), rowsOf(twin)]);
    const ports = before.flat().map(({ hostPort }) => hostPort);
    expect(new Set(ports).size).toBe(6);
    expect(await rowOf(twin, 'web', 80)).toMatchObject({ state: 'listening', requestedPort: port, edited: 'moved' });
    for (const record of [first, twin]) {
      await resultOf(core, core.stacks.down(now(record), { volumes: false, safetySnapshot: false }));
      await resultOf(core, core.stacks.up(now(record)));
    }
    const after = await Promise.all([rowsOf(first), rowsOf(twin)]);
    expect(after.flat().map(({ hostPort }) => hostPort)).toEqual(ports);
  });

  test('an address that a service is told follows the remap', async () => {
    const engine = await core.connection.get();
    const siteOf = async (record: EnvironmentRecord) => {
      const { config } = await engine.containers.inspect((await containersOf(record))['web'] ?? '');
      return config.Env?.find((entry) => entry.startsWith('SITE='));
    };
    expect(await siteOf(first)).toBe(`SITE=http://localhost:${port}/`);
    expect(await siteOf(twin)).toBe(`SITE=http://localhost:${(await rowOf(twin, 'web', 80)).hostPort ?? ''}/`);
  });
});

describe('a change of a port', () => {
  test('makes one container anew, leaves the file alone, and can be saved and undone', async () => {
    const [before, text, moved] = [await containersOf(twin), await readFile(path.join(files, 'compose.yaml'), 'utf8'), await freePort()];
    const target = { service: 'web', containerPort: 80, protocol: 'tcp' } as const;
    const { jobId } = await core.portEdits.edit(now(twin), [{ ...target, action: 'publish', hostPort: moved, hostIp: '0.0.0.0' }], {});
    await resultOf(core, jobId ?? '');
    const after = await containersOf(twin);
    expect(after['web']).not.toBe(before['web']);
    expect({ ...after, web: '' }).toEqual({ ...before, web: '' });
    expect(await rowOf(twin, 'web', 80)).toMatchObject({ hostPort: moved, hostIp: '0.0.0.0', exposure: 'everywhere', state: 'listening' });
    expect(await readFile(path.join(files, 'compose.yaml'), 'utf8')).toBe(text);

    const saved = await core.portEdits.saveOverride(now(twin), { file: path.join(home, 'override.yaml') });
    const plain = { ...now(twin), portRemaps: [], files: [path.join(files, 'compose.yaml'), saved] };
    expect((await core.loader.load(plain, {})).definition.project.services['web']?.ports).toMatchObject([{ host_ip: '0.0.0.0', published: String(moved), target: 80 }]);
    await expect(core.portEdits.saveOverride(now(twin), { file: saved })).rejects.toMatchObject({ problem: { code: 'usage.invalid' } });
  });

  test('to a port that somebody has is refused, and nothing has changed', async () => {
    const { hostPort, pid } = await listener('127.0.0.1');
    const before = now(twin).portRemaps;
    const edit = core.portEdits.edit(now(twin), [{ service: 'web', containerPort: 80, protocol: 'tcp', action: 'publish', hostPort }], {});
    await expect(edit).rejects.toMatchObject({ problem: { code: 'port.conflict', data: { conflicts: [{ holder: { kind: 'process', pid } }] } } });
    expect(now(twin).portRemaps).toEqual(before);
  });

  test('to an address that this machine has not is refused with what to do', async () => {
    const edit = core.portEdits.edit(now(twin), [{ service: 'web', containerPort: 80, protocol: 'tcp', action: 'publish', hostIp: '203.0.113.9' }], {});
    await expect(edit).rejects.toMatchObject({ problem: { code: 'port.invalid', hint: expect.stringContaining('127.0.0.1') as string } });
  });
});

describe('the whole machine', () => {
  test.each([
    ['0.0.0.0', 'tcp', 'everywhere'],
    ['127.0.0.1', 'tcp', 'loopback'],
    ['::1', 'tcp', 'loopback'],
    ['127.0.0.1', 'udp', 'loopback'],
  ] as const)('lists another program on %s by %s with its process and user', async (address, kind, exposure) => {
    const { hostPort, pid } = await listener(address, kind);
    const row = (await core.ports.machine({})).find((one) => one.hostPort === hostPort && one.protocol === kind);
    expect(row).toMatchObject({ hostIp: address, state: 'listening', exposure, holder: { kind: 'process', pid, user: expect.any(String) as string } });
  });

  test('lists containers of nobody’s, and no engine’s helper beside its container', async () => {
    const engine = await core.connection.get();
    const hostPort = await freePort();
    const name = `lonely-${id}`;
    const container = await engine.containers.create({ name, Image: image, Cmd: ['httpd', '-f', '-p', '80'], ExposedPorts: { '80/tcp': {} }, HostConfig: { PortBindings: { '80/tcp': [{ HostIp: '127.0.0.1', HostPort: String(hostPort) }] } } });
    onTestFinished(() => engine.containers.remove(container, { force: true }));
    await engine.containers.start(container);
    const rows = await core.ports.machine({});
    expect(rows.filter((row) => row.hostPort === hostPort)).toMatchObject([{ service: name, containerPort: 80, holder: { kind: 'container', name }, http: { status: 404 } }]);
    expect(rows.filter(({ environmentId }) => environmentId === first.id)).toHaveLength(3);
  });
});

test('a watched table follows the engine’s events', async () => {
  const stop = new AbortController();
  const seen = core.portFeed.watch(() => [now(first)], { signal: stop.signal });
  const stateOf = (rows: readonly PortRow[]) => rows.find(({ service }) => service === 'web')?.state;
  const states: (PortRow['state'] | undefined)[] = [];
  const until = async (state: PortRow['state']): Promise<void> => {
    for (let next = await seen.next(); !next.done; next = await seen.next()) {
      states.push(stateOf(next.value));
      if (states.at(-1) === state) return;
    }
  };
  await until('listening');
  const engine = await core.connection.get();
  const web = (await containersOf(first))['web'] ?? '';
  await engine.containers.kill(web);
  await until('free');
  // The engine lets go of the port a while after the end: that is nobody else's.
  expect(states).not.toContain('conflict');
  await engine.containers.start(web);
  await until('listening');
  stop.abort();
  await seen.return();
});

describe('networks', () => {
  test('are shown with subnets, addresses and aliases', async () => {
    const { networks } = await core.networks.view(now(first), {});
    const back = networks.find(({ key }) => key === 'back');
    expect(back).toMatchObject({ driver: 'bridge', exists: true, subnets: [expect.stringMatching(/\/\d+$/)] });
    const db = back?.members.find(({ service }) => service === 'db');
    expect(db).toMatchObject({ running: true, address: expect.stringMatching(/^\d+\./) as string });
    expect(db?.aliases).toEqual(expect.arrayContaining(['db', 'store']));
  });

  test.each([
    ['web', 'db', 5432, true, undefined],
    ['web', 'store', 5432, true, undefined],
    ['web', 'db', 5433, false, 'nothing listens'],
    ['web', 'nobody', 80, false, 'cannot find the name'],
    ['alone', 'db', 5432, false, 'no common network'],
  ])('from %s, %s:%i is reachable: %s', async (from, host, to, reachable, advice) => {
    const result = await core.networks.test(now(first), { from, host, port: to }, {});
    expect(result.reachable).toBe(reachable);
    if (advice === undefined) expect(result.advice).toBeUndefined();
    else expect(result.advice).toContain(advice);
  });

  test('dependencies are tried by themselves, and no helper is left', async () => {
    const results = await core.networks.testDependencies(now(first), {});
    expect(results.map(({ from, host, port: to, reachable }) => [from, host, to, reachable])).toEqual([
      ['web', 'db', 5432, true],
      ['web', 'db', 81, false],
    ]);
    const left = await (await core.connection.get()).containers.list({ labels: ['dev.slipway.network-helper'] });
    expect(left).toEqual([]);
  });

  test('a subnet that another network has is told before anything is made', async () => {
    const [subnet] = (await core.networks.view(now(first), {})).networks[0]?.subnets ?? [];
    const folder = await makeTempDir('clash');
    onTestFinished(() => removeTempDir(folder));
    await writeFile(path.join(folder, 'compose.yaml'), `services: { a: { image: "${image}" } }\nnetworks: { default: { ipam: { config: [{ subnet: "${subnet ?? ''}" }] } } }\n`);
    const record = await core.library.add({ path: folder, name: `clash-${id}` });
    expect(await problemOf(core, core.stacks.up(record))).toMatchObject({ code: 'network.conflict', message: expect.stringContaining(`${first.projectName}_`) as string });
    expect(await containersOf(record)).toEqual({});
  });
});
