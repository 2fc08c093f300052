import { randomBytes } from 'node:crypto';
import { mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import type { Core } from '../../../../../src/main/core/create-core.ts';
import type { EnvironmentRecord } from '../../../../../src/shared/models/environment.ts';
import { engineRequest } from '../../../../support/engine-http.ts';
import { importBusybox, pushImage, removeImage } from '../../../../support/images.ts';
import { openCore, problemOf, resultOf } from '../../../../support/open-core.ts';
import { type PrivateDockerd, startDockerd } from '../../../../support/private-dockerd.ts';
import { run } from '../../../../support/run.ts';
import { makeTempDir, removeTempDir } from '../../../../support/temp.ts';

const random = randomBytes(4).toString('hex');
const app = `${inject('registryAddress')}/bundle-app-${random}:1`;
const tool = `${inject('registryAddress')}/bundle-tool-${random}:2`;

let home: string;
let here: Core;
let there: Core;
let fresh: PrivateDockerd;
let source: EnvironmentRecord;
let snapshotId: string;
let toolDigest: string;
/** The bundle that the tests share: with images and one snapshot. */
let file: string;
const choice = { images: true, withSecrets: false };

beforeAll(async () => {
  home = await makeTempDir('bundle');
  const socket = inject('engineSocket');
  fresh = await startDockerd({ name: 'fresh' });
  await importBusybox(socket, app, { files: { 'etc/motd': 'hello' } });
  await buildOn(socket, app, tool);
  await pushImage(socket, app);
  toolDigest = await pushImage(socket, tool);
  const directory = path.join(home, 'shop');
  const files: Record<string, string> = {
    'compose.yaml': `
include: [parts/worker.yaml]
services:
  web:
    image: ${app}
    command: [sh, -c, "test -e /data/page || echo first > /data/page; exec sleep 1000"]
    env_file: [web.env]
    pull_policy: always
    stop_grace_period: 0s
    volumes: ["pages:/data", "./conf:/conf:ro", "/etc/hostname:/host-name:ro"]
    configs: [motd]
    secrets: [key]
  tool:
    image: ${tool}@${toolDigest}
    command: [sleep, "1000"]
    stop_grace_period: 0s
volumes:
  pages:
configs:
  motd: { file: ./motd.txt }
secrets:
  key: { file: ./secrets/key.txt }
x-slipway:
  profiles:
    full: { env: { GREETING: hello }, lock: images.lock.json }
`,
    'parts/worker.yaml': `services: { worker: { image: "${app}", command: [sleep, "1000"], env_file: [worker.env], stop_grace_period: 0s } }`,
    'parts/worker.env': 'WORK=hard',
    'web.env': 'COLOR=blue',
    'conf/a/site.conf': 'site',
    'motd.txt': 'be kind',
    'secrets/key.txt': 'top secret',
    'images.lock.json': JSON.stringify({ version: 1, images: {}, about: {} }),
    'not-needed.txt': 'x',
  };
  for (const [name, content] of Object.entries(files)) {
    await mkdir(path.dirname(path.join(directory, name)), { recursive: true });
    await writeFile(path.join(directory, name), content);
  }
  here = openCore({ home, socket });
  there = openCore({ home: path.join(home, 'there'), socket: fresh.socket });
  source = await here.library.add({ path: directory, name: 'bundled-shop', profile: 'full' });
  await resultOf(here, here.stacks.up(source));
  snapshotId = String((await resultOf(here, here.snapshots.create(source, { name: 'first page', kind: 'manual' })))['snapshotId']);
  file = path.join(home, 'shop.slipway');
  await resultOf(here, here.bundles.create(source, { ...choice, snapshots: [snapshotId], file }));
});

afterAll(async () => {
  await resultOf(here, here.stacks.down(source, { volumes: true, safetySnapshot: false }));
  for (const image of [tool, app]) await removeImage(inject('engineSocket'), image);
  await Promise.all([here.close(), there.close()]);
  await fresh.stop();
  await removeTempDir(home);
});

/** An image with one more layer on another. */
async function buildOn(socket: string, base: string, reference: string): Promise<void> {
  const dockerfile = `FROM ${base}\nRUN head -c 200000 /dev/urandom > /random\nENV ROLE=tool\n`;
  const context = path.join(home, 'context');
  await mkdir(context);
  await writeFile(path.join(context, 'Dockerfile'), dockerfile);
  await run('tar', ['-C', context, '-cf', path.join(home, 'context.tar'), 'Dockerfile']);
  const answer = await engineRequest(socket, 'POST', `/build?t=${encodeURIComponent(reference)}`, {
    body: await readFile(path.join(home, 'context.tar')),
    headers: { 'content-type': 'application/x-tar' },
  });
  expect(answer).toContain('Successfully built');
}

const names = async (core: Core): Promise<string[]> => (await (await core.connection.get()).images.list()).flatMap(({ tags }) => tags).sort();

describe('what a bundle would hold', () => {
  it('is told before it is made, what images share counted once', async () => {
    const plan = await here.bundles.plan(source, { ...choice, snapshots: [snapshotId] }, {});
    expect(plan.files.map((one) => one.path)).toEqual(['compose.yaml', 'conf/a/site.conf', 'images.lock.json', 'motd.txt', 'parts/worker.env', 'parts/worker.yaml', 'web.env']);
    expect(plan.ask).toEqual(['secrets/key.txt']);
    expect(plan.leftOut).toEqual([{ path: '/etc/hostname', why: expect.stringContaining('outside') as string }]);
    const [first, second] = plan.images;
    expect(plan.images).toHaveLength(2);
    expect(Math.min(first?.addedBytes ?? 0, second?.addedBytes ?? 0)).toBeLessThan(Math.min(first?.bytes ?? 0, second?.bytes ?? 0));
    expect(plan.snapshots).toMatchObject([{ id: snapshotId, name: 'first page' }]);
    expect(plan.totalBytes).toBeGreaterThan((await stat(file)).size / 2);
  });

  it('is refused while the engine lacks an image', async () => {
    const empty = await there.library.add({ path: source.directory, name: 'not pulled' });
    const plan = await there.bundles.plan(empty, { ...choice, snapshots: [] }, {});
    expect(plan.missingImages).toHaveLength(2);
    const target = path.join(home, 'none.slipway');
    expect(await problemOf(there, there.bundles.create(empty, { ...choice, snapshots: [], file: target }))).toMatchObject({ code: 'image.not-found' });
    expect((await readdir(home)).filter((name) => name.startsWith('none'))).toEqual([]);
    there.library.remove(empty.id);
  });
});

describe('a bundle', () => {
  it('is an OCI archive that skopeo reads', async () => {
    const inspected = JSON.parse(await run('skopeo', ['inspect', '--config', `oci-archive:${file}:${app}`])) as { rootfs: { diff_ids: string[] } };
    expect(inspected.rootfs.diff_ids).toEqual((await (await here.connection.get()).images.inspect(app)).layers);
  });

  it('tells what it holds', async () => {
    const contents = await here.bundles.show(file, {});
    expect(contents).toMatchObject({ environmentName: 'bundled-shop', profile: 'full', ask: ['secrets/key.txt'], snapshots: [{ id: snapshotId }] });
    expect(contents.images.flatMap(({ references }) => references).sort()).toEqual([app, tool].sort());
    expect(contents.lock[`${tool}@${toolDigest}`]).toBe(toolDigest);
    const again = await problemOf(here, here.bundles.create(source, { ...choice, snapshots: [], file }));
    expect(again).toMatchObject({ code: 'usage.invalid' });
  });

  it('that is damaged changes nothing on the machine it comes to', async () => {
    const bytes = await readFile(file);
    bytes[Math.floor(bytes.length / 2)] = (bytes[Math.floor(bytes.length / 2)] ?? 0) ^ 1;
    const hurt = path.join(home, 'hurt.slipway');
    await writeFile(hurt, bytes);
    expect(await problemOf(there, there.bundles.import({ file: hurt }))).toMatchObject({ code: 'bundle.damaged' });
    expect(await names(there)).toEqual([]);
    expect(there.library.list()).toEqual([]);
    expect(await there.shelf.list(undefined, {})).toEqual([]);
  });

  it('is taken out again when a later part fails', async () => {
    const blocked = path.join(home, 'a-file');
    await writeFile(blocked, '');
    expect(await problemOf(there, there.bundles.import({ file, directory: path.join(blocked, 'shop') }))).toMatchObject({ code: 'storage.failed' });
    expect(await names(there)).toEqual([]);
    expect(there.library.list()).toEqual([]);
    expect(await there.shelf.list(undefined, {})).toEqual([]);
  });

  it('starts on an engine without a registry, with its data', async () => {
    const result = await resultOf(there, there.bundles.import({ file }));
    expect(result).toMatchObject({ name: 'bundled-shop', snapshots: [snapshotId], ask: ['secrets/key.txt'] });
    const record = there.library.get(String(result['environmentId']));
    expect(record).toMatchObject({ id: source.id, projectName: source.projectName, profile: 'full' });
    expect(await readFile(path.join(record.directory, 'conf/a/site.conf'), 'utf8')).toBe('site');
    expect((await there.shelf.list(record, {})).map(({ id }) => id)).toEqual([snapshotId]);

    const { extension } = await there.loader.load(record, {});
    expect(extension.profiles['full']).toMatchObject({ env: { GREETING: 'hello' }, lock: 'slipway-offline.lock.json' });
    await mkdir(path.join(record.directory, 'secrets'));
    await writeFile(path.join(record.directory, 'secrets/key.txt'), 'given by hand');
    const plan = await there.stacks.plan(record, 'up', {}, {});
    expect(JSON.stringify(plan)).not.toContain('pull-image');
    await resultOf(there, there.snapshots.restore(record, { snapshotId }));
    await resultOf(there, there.stacks.up(record));
    const engine = await there.connection.get();
    const containers = await engine.containers.list({ labels: [`com.docker.compose.project=${record.projectName}`] });
    expect(containers.map(({ state }) => state)).toEqual(['running', 'running', 'running']);
    const web = containers.find(({ labels }) => labels['com.docker.compose.service'] === 'web');
    const { stdout } = await engine.containers.exec(web?.id ?? '', { command: ['sh', '-c', 'cat /data/page /run/secrets/key; echo $COLOR'] });
    expect(stdout).toBe('first\ngiven by handblue\n');
    await resultOf(there, there.stacks.down(record, { volumes: true, safetySnapshot: false }));
  });

  it('holds only what is missing where another bundle was imported', async () => {
    const small = path.join(home, 'small.slipway');
    await resultOf(here, here.bundles.create(source, { ...choice, snapshots: [snapshotId], have: file, file: small }));
    expect((await stat(small)).size).toBeLessThan(40_000);
    const other = await resultOf(there, there.bundles.import({ file: small, name: 'again' }));
    expect(other).toMatchObject({ name: 'again', snapshots: [snapshotId] });

    const empty = await startDockerd({ name: 'empty' });
    const core = openCore({ home: path.join(home, 'empty'), socket: empty.socket });
    try {
      expect(await problemOf(core, core.bundles.import({ file: small }))).toMatchObject({ code: 'bundle.incomplete' });
      expect(core.library.list()).toEqual([]);
    } finally {
      await core.close();
      await empty.stop();
    }
  });

  it('that is cancelled leaves no file and no image', async () => {
    const target = path.join(home, 'cancelled.slipway');
    const job = here.bundles.create(source, { ...choice, snapshots: [], file: target });
    for await (const event of here.jobs.follow(job)) if (event.type === 'step' && event.step.id === 'images') void here.jobs.cancel(job);
    expect((await here.jobs.outcome(job)).status).toBe('cancelled');
    expect((await readdir(home)).filter((name) => name.startsWith('cancelled'))).toEqual([]);
  });
});
