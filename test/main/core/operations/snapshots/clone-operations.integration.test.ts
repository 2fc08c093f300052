import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import type { Core } from '../../../../../src/main/core/create-core.ts';
import type { Engine } from '../../../../../src/main/core/engine/engine.ts';
import type { EnvironmentRecord } from '../../../../../src/shared/models/environment.ts';
import { freePort } from '../../../../support/free-port.ts';
import { importBusybox } from '../../../../support/images.ts';
import { openCore, problemOf, resultOf } from '../../../../support/open-core.ts';
import { pageAt } from '../../../../support/page-at.ts';
import { makeTempDir, removeTempDir } from '../../../../support/temp.ts';

let home: string;
let core: Core;
let engine: Engine;
let source: EnvironmentRecord;
const image = 'clone-test/busybox:1';

beforeAll(async () => {
  home = await makeTempDir('clone');
  const socket = inject('engineSocket');
  await importBusybox(socket, image, { changes: ['VOLUME /cache'] });
  const directory = path.join(home, 'shop');
  await mkdir(directory);
  await writeFile(
    path.join(directory, 'compose.yaml'),
    `
services:
  web:
    image: ${image}
    container_name: clone-test-web
    command: [sh, -c, "echo original > /cache/whose; test -e /data/page || echo first > /data/page; cd /data && exec httpd -f -p 80"]
    ports: ["${await freePort()}:80"]
    volumes: ["pages:/data"]
    stop_grace_period: 0s
volumes:
  pages: { name: clone-test-pages }
x-slipway:
  links: [{ title: Page, url: "http://127.0.0.1:$\${port:web:80}/page" }]
`,
  );
  core = openCore({ home, socket });
  engine = await core.connection.get();
  source = await core.library.add({ path: directory, name: 'cloned-shop' });
  await resultOf(core, core.stacks.up(source));
});

afterAll(async () => {
  for (const record of core.library.list()) await resultOf(core, core.stacks.down(record, { volumes: true, safetySnapshot: false }));
  await core.close();
  await removeTempDir(home);
});

async function pageOf(record: EnvironmentRecord): Promise<string> {
  const { links } = await core.queries.view(record, {});
  return pageAt(links[0]?.url ?? '');
}

async function say(record: EnvironmentRecord, text: string): Promise<void> {
  const [web] = await engine.containers.list({ labels: [`com.docker.compose.project=${record.projectName}`] });
  const { exitCode } = await engine.containers.exec(web?.id ?? '', { command: ['sh', '-c', `echo ${text} > /data/page`] });
  expect(exitCode).toBe(0);
}

const volumesOf = async (projectName: string): Promise<string[]> =>
  (await engine.volumes.list({ labels: [`com.docker.compose.project=${projectName}`] })).map(({ name }) => name).sort();

describe('clone', () => {
  let clone: EnvironmentRecord;

  it('copies a running environment, its anonymous volumes too, and both run side by side', async () => {
    await say(source, 'changed');
    const made = await resultOf(core, core.clones.clone(source, { name: 'cloned-shop for testing' }));
    clone = core.library.get(String(made['environmentId']));
    expect(clone).toMatchObject({ name: 'cloned-shop for testing', projectName: 'cloned-shop-for-testing' });
    expect(await volumesOf(clone.projectName)).toEqual(['cloned-shop-for-testing_pages', 'cloned-shop-for-testing_web_cache']);
    expect(await core.shelf.list(undefined, {})).toEqual([]);

    await resultOf(core, core.stacks.up(clone));
    expect(await pageOf(clone)).toBe('changed');
    expect(await pageOf(source)).toBe('changed');
    expect((await core.stacks.plan(clone, 'up', {}, {})).steps).toEqual([]);
  });

  it('shares nothing with the original', async () => {
    await say(clone, 'mine');
    expect(await pageOf(clone)).toBe('mine');
    expect(await pageOf(source)).toBe('changed');
    await resultOf(core, core.stacks.down(clone, { volumes: true, safetySnapshot: false }));
    expect(await volumesOf(clone.projectName)).toEqual([]);
    expect(await pageOf(source)).toBe('changed');
    core.library.remove(clone.id);
  });

  it('begins with a snapshot’s data', async () => {
    const { snapshotId } = await resultOf(core, core.snapshots.create(source, { kind: 'manual' }));
    await say(source, 'later');
    const made = await resultOf(core, core.clones.clone(source, { snapshotId: String(snapshotId) }));
    const then = core.library.get(String(made['environmentId']));
    expect(then.name).toBe('cloned-shop-clone');
    await resultOf(core, core.stacks.up(then));
    expect(await pageOf(then)).toBe('changed');
    expect((await core.shelf.list(undefined, {})).map(({ id }) => id)).toEqual([snapshotId]);
  });

  it('leaves nothing when it fails', async () => {
    const before = core.library.list();
    const problem = await problemOf(core, core.clones.clone(source, { snapshotId: 'sha256:nothing', name: 'never' }));
    expect(problem.code).toBe('snapshot.not-found');
    expect(core.library.list()).toEqual(before);
    expect(await volumesOf('never')).toEqual([]);
  });

  it('leaves nothing when it is cancelled while the data is written', async () => {
    const [snapshot] = await core.shelf.list(undefined, {});
    const jobId = core.clones.clone(source, { snapshotId: snapshot?.id ?? '', name: 'never' });
    for await (const event of core.jobs.follow(jobId)) {
      if (event.type === 'step' && event.step.id.startsWith('fill')) await core.jobs.cancel(jobId);
    }
    expect((await core.jobs.outcome(jobId)).status).toBe('cancelled');
    expect(core.library.findByName('never')).toBeUndefined();
    expect(await volumesOf('never')).toEqual([]);
  });

  it('says when the snapshot’s environment has left the library', async () => {
    const [snapshot] = await core.shelf.list(undefined, {});
    const record = core.library.get(source.id);
    core.library.remove(source.id);
    await expect(core.clones.sourceOf(snapshot?.id ?? '', {})).rejects.toMatchObject({ problem: { code: 'environment.not-found' } });
    core.library.store(record);
    expect(await core.clones.sourceOf(snapshot?.id ?? '', {})).toEqual(record);
  });
});
