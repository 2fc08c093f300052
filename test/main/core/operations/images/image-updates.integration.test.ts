import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import type { Core } from '../../../../../src/main/core/create-core.ts';
import type { Engine } from '../../../../../src/main/core/engine/engine.ts';
import type { EnvironmentRecord } from '../../../../../src/shared/models/environment.ts';
import type { ServiceImage } from '../../../../../src/shared/models/image-check.ts';
import type { RehearsalReport, UpdateReport } from '../../../../../src/shared/models/rehearsal.ts';
import { freePort } from '../../../../support/free-port.ts';
import { importBusybox, pushImage, removeImage } from '../../../../support/images.ts';
import { openCore, problemOf, resultOf } from '../../../../support/open-core.ts';
import { pageAt } from '../../../../support/page-at.ts';
import { makeTempDir, removeTempDir } from '../../../../support/temp.ts';

let home: string;
let core: Core;
let engine: Engine;
let shop: EnvironmentRecord;
let socket: string;
let image: string;
let lockFile: string;

/** A release of the application: it serves its version, and marks the data with it. The broken one cannot start. */
async function release(version: string, changes: readonly string[] = []): Promise<string> {
  const start = `test -e /data/schema || echo 0 > /data/schema; echo migrating to ${version}; echo ${version} > /data/schema; echo ${version} > /www/version; exec httpd -f -p 80 -h /www`;
  const command = version === 'broken' ? 'echo broken > /data/schema; echo cannot read the data >&2; exit 3' : start;
  await importBusybox(socket, image, {
    changes: [`CMD ["sh", "-c", ${JSON.stringify(command)}]`, `LABEL version=${version}`, ...changes],
    files: { 'www/': { type: 'directory' }, 'data/': { type: 'directory' }, 'release': version },
  });
  const digest = await pushImage(socket, image);
  await removeImage(socket, image);
  return digest;
}

beforeAll(async () => {
  home = await makeTempDir('updates');
  socket = inject('engineSocket');
  image = `${inject('registryAddress')}/updates/app:1`;
  const directory = path.join(home, 'shop');
  lockFile = path.join(directory, 'shop.lock.json');
  await mkdir(directory);
  await writeFile(
    path.join(directory, 'compose.yaml'),
    `
services:
  web:
    image: ${image}
    ports: ["${await freePort()}:80"]
    volumes: ["data:/data"]
    stop_grace_period: 0s
    healthcheck: { test: [CMD, test, -e, /www/version], interval: 200ms, retries: 100 }
volumes: { data: }
x-slipway:
  links: [{ title: Version, url: "http://127.0.0.1:$\${port:web:80}/version" }]
  profiles:
    default:
      checks:
        version: { http: { url: "http://127.0.0.1:$\${port:web:80}/version", body: "\${EXPECTED:-}" }, timeout: 5s }
    locked:
      lock: shop.lock.json
`,
  );
  core = openCore({ home, socket });
  engine = await core.connection.get();
  shop = await core.library.add({ path: directory, name: 'updated-shop' });
});

afterAll(async () => {
  await resultOf(core, core.stacks.down(shop, { volumes: true, safetySnapshot: false }));
  await core.close();
  await removeTempDir(home);
});

async function served(): Promise<string> {
  const { links } = await core.queries.view(shop, {});
  return pageAt(links[0]?.url ?? '');
}

async function schema(): Promise<string> {
  const [web] = await engine.containers.list({ labels: [`com.docker.compose.project=${shop.projectName}`] });
  return (await engine.containers.exec(web?.id ?? '', { command: ['cat', '/data/schema'] })).stdout.trim();
}

async function checked(record = shop): Promise<ServiceImage> {
  const [web] = await core.imageCheck.check(record, {});
  if (!web) throw new Error('There is no service.');
  return web;
}

const locked = (): EnvironmentRecord => core.library.update(shop.id, (record) => ({ ...record, profile: 'locked' }));

describe('images of an environment', () => {
  let first: string;
  let second: string;

  it('are missing before they are pulled', async () => {
    first = await release('one');
    expect(await checked()).toMatchObject({ state: 'missing', newest: first });
  });

  it('are up to date after a start', async () => {
    await resultOf(core, core.stacks.up(shop));
    expect(await served()).toBe('one');
    expect(await checked()).toMatchObject({ state: 'up-to-date', newest: first, present: { digest: first } });
  });

  it('are written into a lock, the same text each time', async () => {
    const report = await core.imageLocks.write(locked(), {});
    expect(report).toMatchObject({ file: lockFile, inForce: true, changes: [{ image, kind: 'added', after: first }], unlocked: [] });
    const text = await readFile(lockFile, 'utf8');
    expect(JSON.parse(text)).toMatchObject({ version: 1, images: { [image]: first }, about: { [image]: { platforms: ['linux/amd64'] } } });
    expect((await core.imageLocks.write(locked(), {})).changes).toEqual([]);
    expect(await readFile(lockFile, 'utf8')).toBe(text);
  });

  it('tell what is newer', async () => {
    second = await release('two');
    // Tests push from the engine itself, which then has the new image under the tag; an ordinary machine does not.
    const state = await checked(locked());
    expect(state).toMatchObject({ state: 'newer', locked: first, newest: second });
    expect(state.changes).toMatchObject({ layers: 1, newLayers: 1, labels: [{ name: 'version', before: 'one', after: 'two' }] });
    expect((await core.imageLocks.draft(locked(), {})).changes).toEqual([{ image, kind: 'changed', before: first, after: second }]);
  });

  it('run by the lock’s digest, whatever the tag names', async () => {
    await resultOf(core, core.stacks.up(locked(), { forceRecreate: true, pull: 'always' }));
    expect(await served()).toBe('one');
    expect((await core.stacks.plan(locked(), 'up', {}, {})).steps).toEqual([]);
  });

  it('are rehearsed on a copy, which is gone afterwards', async () => {
    const report = (await resultOf(core, core.rehearsals.rehearse(locked()))) as RehearsalReport;
    expect(report).toMatchObject({
      verdict: 'works',
      images: [{ service: 'web', before: first, after: expect.stringContaining(second) as string }],
      services: [{ name: 'web', state: 'healthy' }],
    });
    expect([await served(), await schema()]).toEqual(['one', 'one']);
    expect((await engine.volumes.list()).filter(({ name }) => name.includes('rehearsal'))).toEqual([]);
    expect(core.library.list()).toHaveLength(1);
  });

  it('are updated, the lock with them', async () => {
    const report = (await resultOf(core, core.imageUpdate.update(locked()))) as UpdateReport;
    expect(report).toMatchObject({ images: [{ service: 'web', image, before: first, after: second }], safetySnapshotId: expect.any(String) as string });
    expect([await served(), await schema()]).toEqual(['two', 'two']);
    expect(JSON.parse(await readFile(lockFile, 'utf8'))).toMatchObject({ images: { [image]: second } });
    expect(await checked(locked())).toMatchObject({ state: 'up-to-date' });
    expect(await resultOf(core, core.imageUpdate.update(locked()))).toMatchObject({ images: [] });
  });

  it('are drifted when a container runs another one', async () => {
    const text = await readFile(lockFile, 'utf8');
    await writeFile(lockFile, text.replace(second, first));
    expect(await checked(locked())).toMatchObject({ state: 'drifted', locked: first });
    await writeFile(lockFile, text);
  });
});

describe('an image that does not work with the data', () => {
  let before: string;

  beforeAll(async () => {
    before = await readFile(lockFile, 'utf8');
    await release('broken');
  });

  it('is found out by a rehearsal, and the original is as it was', async () => {
    const report = (await resultOf(core, core.rehearsals.rehearse(locked(), { keep: true }))) as RehearsalReport;
    expect(report).toMatchObject({ verdict: 'fails', problem: { code: expect.stringMatching(/^service\./) as string }, kept: 'updated-shop-rehearsal' });
    expect(report.logs).toContainEqual({ service: 'web', lines: expect.arrayContaining(['cannot read the data']) as string[] });
    expect([await served(), await schema()]).toEqual(['two', 'two']);
    const copy = core.library.findByName('updated-shop-rehearsal');
    expect(copy?.images?.['web']).toContain('@sha256:');
    if (copy) await resultOf(core, core.stacks.down(copy, { volumes: true, safetySnapshot: false }));
    core.library.remove(copy?.id ?? '');
    for await (const reports of core.rehearsals.watchReports(shop.id, { signal: AbortSignal.timeout(5_000) })) {
      expect(reports.map(({ verdict }) => verdict)).toEqual(['fails', 'works']);
      break;
    }
  });

  it('is taken back by the update itself, with the data and the lock', async () => {
    const problem = await problemOf(core, core.imageUpdate.update(locked()));
    expect(problem.message).toContain('updated-shop was not updated, and images and data are as before');
    expect([await served(), await schema()]).toEqual(['two', 'two']);
    expect(await readFile(lockFile, 'utf8')).toBe(before);
  });

  it('is taken back when only a check fails', async () => {
    await release('three');
    const strict = core.library.update(shop.id, (record) => ({ ...record, profile: 'default', values: { EXPECTED: 'two' } }));
    const problem = await problemOf(core, core.imageUpdate.update(strict));
    expect(problem).toMatchObject({ code: 'check.failed' });
    expect([await served(), await schema()]).toEqual(['two', 'two']);
  });
});

it('an environment that was stopped is stopped again after its update', async () => {
  const stopped = core.library.update(shop.id, (record) => ({ ...record, profile: 'default', values: { EXPECTED: 'four' } }));
  await resultOf(core, core.stacks.stop(stopped));
  await release('four');
  expect(await resultOf(core, core.imageUpdate.update(stopped))).toMatchObject({ images: [{ service: 'web' }] });
  const states = await engine.containers.list({ labels: [`com.docker.compose.project=${shop.projectName}`] });
  expect(states.map(({ state }) => state)).toEqual(['exited']);
  expect(await checked(stopped)).toMatchObject({ state: 'up-to-date' });
  await resultOf(core, core.stacks.up(stopped));
  expect([await served(), await schema()]).toEqual(['four', 'four']);
});

describe('what cannot be asked', () => {
  it('is unknown, with the reason, and keeps nothing else from being told', async () => {
    const directory = path.join(home, 'other');
    await mkdir(directory);
    await writeFile(
      path.join(directory, 'compose.yaml'),
      `services:\n  here: { image: "${image}" }\n  gone: { image: "127.0.0.1:1/team/app:1" }\n  built: { build: . }\n`,
    );
    const states = await core.imageCheck.check({ ...shop, id: 'other', directory, projectName: 'updated-shop-other', values: {} }, {});
    expect(states.map(({ service, problem }) => [service, problem?.code])).toEqual([
      ['here', undefined],
      ['gone', 'registry.unreachable'],
      ['built', undefined],
    ]);
  });

  it('has nothing to rehearse when nothing is newer and nothing is named', async () => {
    const directory = path.join(home, 'other');
    const problem = await problemOf(core, core.rehearsals.rehearse({ ...shop, id: 'other', directory, projectName: 'updated-shop-other', values: {} }, { images: { nowhere: 'x' } }));
    expect(problem).toMatchObject({ code: 'usage.invalid', hint: 'There are: here, gone, built.' });
  });
});
