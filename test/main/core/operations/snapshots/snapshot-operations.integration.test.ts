import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest';
import type { Core } from '../../../../../src/main/core/create-core.ts';
import type { ContainerDetails } from '../../../../../src/main/core/engine/containers.ts';
import type { Engine } from '../../../../../src/main/core/engine/engine.ts';
import { HoldJournal } from '../../../../../src/main/core/operations/snapshots/hold-journal.ts';
import { journalsOf } from '../../../../../src/main/core/operations/snapshots/snapshot-parts.ts';
import type { EnvironmentRecord } from '../../../../../src/shared/models/environment.ts';
import { importBusybox } from '../../../../support/images.ts';
import { openCore, problemOf, resultOf } from '../../../../support/open-core.ts';
import { makeTempDir, removeTempDir } from '../../../../support/temp.ts';

let home: string;
let directory: string;
let core: Core;
let engine: Engine;
let record: EnvironmentRecord;
const image = 'snapshot-test/busybox:1';

/** A database with a volume and an anonymous one, a web server with a bind mount, and a worker without data. */
const compose = (hooks = '{}'): string => `
services:
  db:
    image: ${image}
    command: [sh, -c, "echo one > /data/row; echo warm > /cache/warm; exec sleep 1000"]
    volumes: ["rows:/data"]
    stop_grace_period: 0s
  web:
    image: ${image}
    command: [sleep, "1000"]
    volumes: ["./files:/files", "temporary:/tmp"]
    stop_grace_period: 0s
  worker:
    image: ${image}
    command: [sleep, "1000"]
    tmpfs: [/cache]
    stop_grace_period: 0s
volumes: { rows: {}, temporary: {} }
x-slipway:
  snapshot:
    include: ["web:/files"]
    exclude: [temporary]
    hooks: ${hooks}
`;

beforeAll(async () => {
  home = await makeTempDir('snapshot-operations');
  const socket = inject('engineSocket');
  await importBusybox(socket, image, { changes: ['VOLUME /cache'] });
  directory = path.join(home, 'shop');
  await mkdir(path.join(directory, 'files'), { recursive: true });
  await writeFile(path.join(directory, 'files/page'), 'first');
  await writeFile(path.join(directory, 'compose.yaml'), compose());
  core = openCore({ home, socket });
  engine = await core.connection.get();
  record = await core.library.add({ path: directory, name: 'snapshot-shop' });
  await resultOf(core, core.stacks.up(record));
});

afterAll(async () => {
  await resultOf(core, core.stacks.down(record, { volumes: true, safetySnapshot: false }));
  await core.close();
  await removeTempDir(home);
});

beforeEach(() => writeFile(path.join(directory, 'compose.yaml'), compose()));

async function container(service: string): Promise<ContainerDetails> {
  const [found] = await engine.containers.list({ labels: [`com.docker.compose.project=${record.projectName}`, `com.docker.compose.service=${service}`] });
  return engine.containers.inspect(found?.id ?? '');
}

async function inDb(script: string): Promise<string> {
  const { stdout } = await engine.containers.exec((await container('db')).id, { command: ['sh', '-c', script] });
  return stdout.trim();
}

/** What the engine did to the containers meanwhile, without the commands run in them. */
async function actionsDuring(work: () => Promise<unknown>): Promise<string[]> {
  const seen: string[] = [];
  const stop = new AbortController();
  const watching = (async () => {
    for await (const event of engine.events.watch({ signal: stop.signal, labels: [`com.docker.compose.project=${record.projectName}`] })) {
      if (event.kind === 'container' && /^(pause|unpause|stop|start)$/.test(event.action)) seen.push(`${event.action} ${event.attributes['com.docker.compose.service'] ?? ''}`);
    }
  })().catch(() => undefined);
  await work();
  // The engine tells of things in their order, so this one comes last.
  const { id } = await container('worker');
  await engine.containers.pause(id);
  await engine.containers.unpause(id);
  while (!seen.includes('unpause worker')) await new Promise((resolve) => setTimeout(resolve, 10));
  stop.abort();
  await watching;
  return seen.filter((action) => !action.endsWith('worker'));
}

/** Names of what is noted about services held and restores under way. */
async function notes(): Promise<string[]> {
  const names = await readdir(await journalsOf({ journalDirectory: path.join(home, 'journal') }, engine, {}));
  return names.filter((name) => name.endsWith('.json'));
}

const take = (request: Partial<Parameters<Core['snapshots']['create']>[1]> = {}) => resultOf(core, core.snapshots.create(record, { kind: 'manual', ...request }));

async function keysOf(snapshotId: unknown): Promise<string[]> {
  return (await core.shelf.get(String(snapshotId), {})).volumes.map(({ key }) => key).sort();
}

describe('a snapshot of a running environment', () => {
  it('holds volumes, anonymous ones and marked bind mounts, pauses those alone that use them, and lets them go on', async () => {
    let taken: Record<string, unknown> = {};
    const actions = await actionsDuring(async () => (taken = await take()));
    expect(taken).toMatchObject({ consistency: 'paused' });
    expect(await keysOf(taken['snapshotId'])).toEqual(['db:/cache', 'rows', 'web:/cache', 'web:/files']);
    expect([...actions].sort()).toEqual(['pause db', 'pause web', 'unpause db', 'unpause web']);
  });

  it('holds the volumes that were chosen, and pauses no other services', async () => {
    let taken: Record<string, unknown> = {};
    const actions = await actionsDuring(async () => (taken = await take({ volumes: ['rows'] })));
    expect(await keysOf(taken['snapshotId'])).toEqual(['rows']);
    expect(actions).toEqual(['pause db', 'unpause db']);
    expect(await keysOf((await take({ exclude: ['rows'], consistency: 'live' }))['snapshotId'])).toEqual(['db:/cache', 'web:/cache', 'web:/files']);
    expect(await problemOf(core, core.snapshots.create(record, { kind: 'manual', volumes: ['other'] }))).toMatchObject({ code: 'volume.not-found' });
  });

  it('stops services, or leaves them alone, when asked', async () => {
    expect(await actionsDuring(() => take({ consistency: 'stopped', volumes: ['rows'] }))).toEqual(['stop db', 'start db']);
    expect(await actionsDuring(() => take({ consistency: 'live' }))).toEqual([]);
  });

  it('runs the stack’s commands before and after, and takes what they wrote before', async () => {
    const hooks = '{ db: { before: ["echo ready > /data/hook"], after: [[rm, /data/hook]] }, web: { pause: false, before: [] } }';
    await writeFile(path.join(directory, 'compose.yaml'), compose(hooks));
    let taken: Record<string, unknown> = {};
    const actions = await actionsDuring(async () => (taken = await take({ consistency: 'hooks' })));
    expect(actions).toEqual(['pause db', 'unpause db']);
    const rows = await core.shelf.get(String(taken['snapshotId']), {});
    const volume = rows.volumes.find(({ key }) => key === 'rows')?.name ?? '';
    expect((await core.shelf.browse({ snapshotId: rows.id, volume, path: '' }, {})).map(({ name }) => name)).toEqual(['hook', 'row']);
    expect(await inDb('ls /data')).toBe('row');
  });

  it('fails when such a command does, with services that go on and no snapshot', async () => {
    const before = await core.shelf.list(record, {});
    for (const hooks of ['{ db: { before: ["echo no way >&2; exit 3"] } }', '{ db: { after: ["echo no way >&2; exit 3"] } }']) {
      await writeFile(path.join(directory, 'compose.yaml'), compose(hooks));
      const problem = await problemOf(core, core.snapshots.create(record, { kind: 'manual', consistency: 'hooks' }));
      expect(problem).toMatchObject({ code: 'snapshot.hook-failed', detail: 'no way\n', data: { service: 'db', exitCode: 3 } });
      for (const service of ['db', 'web']) expect((await container(service)).state).toBe('running');
    }
    expect(await core.shelf.list(record, {})).toEqual(before);
    expect(await notes()).toEqual([]);
  });
});

describe('a restore', () => {
  it('brings volumes and bind mounts back and stops only what uses them; undo takes it back', async () => {
    const { snapshotId } = await take();
    await inDb('echo two > /data/row');
    await writeFile(path.join(directory, 'files/page'), 'second');
    const actions = await actionsDuring(() => resultOf(core, core.snapshots.restore(record, { snapshotId: String(snapshotId), volumes: ['web:/files'] })));
    expect(actions).toEqual(['stop web', 'start web']);
    expect(await readFile(path.join(directory, 'files/page'), 'utf8')).toBe('first');
    // Its own command writes the row anew when it starts.
    expect(await inDb('cat /data/row')).toBe('two');
    await resultOf(core, core.snapshots.undo(record));
    expect(await readFile(path.join(directory, 'files/page'), 'utf8')).toBe('second');
  });

  it('tells beforehand which files would change and which services stop', async () => {
    await writeFile(path.join(directory, 'files/page'), 'first');
    const { snapshotId } = await take({ volumes: ['web:/files', 'rows'] });
    await writeFile(path.join(directory, 'files/page'), 'second');
    await writeFile(path.join(directory, 'files/more'), 'more');
    const preview = await core.snapshots.preview(record, { snapshotId: String(snapshotId) }, {});
    expect(preview.services).toBe('db, web');
    expect(preview.entries).toMatchObject([
      { volume: 'web:/files', path: 'more', kind: 'removed' },
      { volume: 'web:/files', path: 'page', kind: 'content' },
    ]);
    const only = await core.snapshots.preview(record, { snapshotId: String(snapshotId), volumes: ['web:/files'], paths: ['page'] }, {});
    expect(only).toMatchObject({ services: 'web', entries: [{ path: 'page' }] });
    await resultOf(core, core.snapshots.restore(record, { snapshotId: String(snapshotId), volumes: ['web:/files'], paths: ['page'] }));
    expect(await readdir(path.join(directory, 'files'))).toEqual(['more', 'page']);
    expect(await readFile(path.join(directory, 'files/page'), 'utf8')).toBe('first');
    const unknown = core.snapshots.restore(record, { snapshotId: String(snapshotId), volumes: ['web:/files'], paths: ['none'] });
    expect(await problemOf(core, unknown)).toMatchObject({ code: 'snapshot.not-found' });
  });

  it('resets to empty volumes and to the seed, each with a way back', async () => {
    expect(await problemOf(core, core.snapshots.reset(record, 'seed'))).toMatchObject({ code: 'snapshot.not-found' });
    await inDb('echo kept > /data/kept');
    await take({ kind: 'seed', volumes: ['rows'] });
    await resultOf(core, core.snapshots.reset(record, 'empty', { volumes: ['rows'] }));
    expect(await inDb('ls /data')).toBe('row');
    await resultOf(core, core.snapshots.undo(record));
    expect(await inDb('cat /data/kept')).toBe('kept');
    await inDb('rm /data/kept');
    await resultOf(core, core.snapshots.reset(record, 'seed'));
    expect(await inDb('cat /data/kept')).toBe('kept');
  });
});

it('lets services go on that a killed process held, and no others', async () => {
  const journals = await journalsOf({ journalDirectory: path.join(home, 'journal') }, engine, {});
  const [db, web, worker] = [await container('db'), await container('web'), await container('worker')];
  const abandon = async (how: 'paused' | 'stopped', ids: string[]): Promise<void> => {
    await HoldJournal.begin(journals, { how, containers: ids });
    const [name = ''] = await notes();
    const entry = JSON.parse(await readFile(path.join(journals, name), 'utf8')) as { owner: { started: string } };
    await writeFile(path.join(journals, name), JSON.stringify({ ...entry, owner: { ...entry.owner, started: '1' } }));
  };
  await engine.containers.pause(db.id);
  await engine.containers.pause(worker.id);
  await abandon('paused', [db.id, 'gone']);
  await core.snapshots.recover(engine, {});
  expect((await container('db')).state).toBe('running');
  expect((await container('worker')).state).toBe('paused');
  await engine.containers.unpause(worker.id);
  await engine.containers.stop(web.id);
  await abandon('stopped', [web.id]);
  await core.snapshots.recover(engine, {});
  expect((await container('web')).state).toBe('running');
  expect(await notes()).toEqual([]);
});
