import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import type { Core } from '../../../../../src/main/core/create-core.ts';
import type { Engine } from '../../../../../src/main/core/engine/engine.ts';
import type { EnvironmentRecord } from '../../../../../src/shared/models/environment.ts';
import { importBusybox } from '../../../../support/images.ts';
import { openCore, problemOf, resultOf } from '../../../../support/open-core.ts';
import { makeTempDir, removeTempDir } from '../../../../support/temp.ts';

let home: string;
let core: Core;
let engine: Engine;
let shop: EnvironmentRecord;
const images = { 14: 'snapshot-care/postgres:14', 15: 'snapshot-care/postgres:15' };

/** Something that looks like PostgreSQL from outside: its data directory, and an image that tells its version. */
const compose = (image: string): string => `
services:
  db:
    image: ${image}
    command: [sh, -c, "mkdir -p /data/global && test -e /data/PG_VERSION || echo 14 > /data/PG_VERSION; touch /data/global/pg_control; exec sleep 1000"]
    volumes: ["rows:/data"]
    stop_grace_period: 0s
volumes:
  rows:
`;

const useImage = (image: string): Promise<void> => writeFile(path.join(shop.directory, 'compose.yaml'), compose(image));

async function inService(command: string): Promise<string> {
  const [service] = await engine.containers.list({ labels: [`com.docker.compose.project=${shop.projectName}`] });
  return (await engine.containers.exec(service?.id ?? '', { command: ['sh', '-c', command] })).stdout.trim();
}

/** As if the schedule had been set, or had last run, long ago. */
async function backdate(): Promise<void> {
  const file = path.join(home, 'state.json');
  const state = JSON.parse(await readFile(file, 'utf8')) as { schedules: { since: string; last?: { at: string } }[] };
  for (const schedule of state.schedules) {
    schedule.since = '2026-01-01T00:00:00.000Z';
    if (schedule.last) schedule.last.at = '2026-01-01T00:00:00.000Z';
  }
  await writeFile(file, JSON.stringify(state));
}

beforeAll(async () => {
  home = await makeTempDir('snapshot-care');
  const socket = inject('engineSocket');
  for (const [major, image] of Object.entries(images)) await importBusybox(socket, image, { changes: [`ENV PG_MAJOR=${major}`] });
  const directory = path.join(home, 'shop');
  await mkdir(directory);
  core = openCore({ home, socket });
  engine = await core.connection.get();
  await writeFile(path.join(directory, 'compose.yaml'), compose(images[14]));
  shop = await core.library.add({ path: directory, name: 'care-shop' });
  await resultOf(core, core.stacks.up(shop));
});

afterAll(async () => {
  await resultOf(core, core.stacks.down(shop, { volumes: true, safetySnapshot: false }));
  await core.close();
  await removeTempDir(home);
});

describe('data of a database', () => {
  let snapshotId: string;

  it('is known by product and version', async () => {
    snapshotId = String((await resultOf(core, core.snapshots.create(shop, { kind: 'manual' })))['snapshotId']);
    expect(await core.shelf.databases(snapshotId, {})).toEqual([{ volume: `${shop.projectName}_rows`, directory: '', product: 'postgresql', version: '14' }]);
  });

  it('is kept from a server that can’t read it, before anything is touched', async () => {
    await inService('echo kept > /data/own');
    await useImage(images[15]);
    const problem = await problemOf(core, core.snapshots.restore(shop, { snapshotId }));
    expect(problem).toMatchObject({ code: 'snapshot.database-version', data: { service: 'db', volume: 'rows', dataVersion: '14', serverVersion: '15' } });
    expect(problem.hint).toContain('postgres:14');
    expect(await inService('cat /data/own')).toBe('kept');
  });

  it('is kept from a copy whose server can’t read it, and nothing is made', async () => {
    const problem = await problemOf(core, core.clones.clone(shop, { snapshotId, name: 'care-copy' }));
    expect(problem).toMatchObject({ code: 'snapshot.database-version', data: { service: 'db', dataVersion: '14', serverVersion: '15' } });
    expect(problem.hint).toContain('postgres:14');
    expect(core.library.findByName('care-copy')).toBeUndefined();
    expect(await engine.volumes.list({ labels: ['com.docker.compose.project=care-copy'] })).toEqual([]);
    const copy = await resultOf(core, core.clones.clone(shop, { snapshotId, name: 'care-copy', force: true }));
    await resultOf(core, core.stacks.down(core.library.get(String(copy['environmentId'])), { volumes: true, safetySnapshot: false }));
    core.library.remove(String(copy['environmentId']));
  });

  it('goes there all the same when the person insists, with a warning', async () => {
    const job = core.snapshots.restore(shop, { snapshotId, force: true });
    const warnings: string[] = [];
    for await (const event of core.jobs.follow(job)) if (event.type === 'log' && event.entry.level === 'warning') warnings.push(event.entry.text);
    await resultOf(core, job);
    expect(warnings).toContainEqual(expect.stringContaining('PostgreSQL 15 reads only data of its own major version'));
    expect(await inService('ls /data')).not.toContain('own');
    await useImage(images[14]);
    await resultOf(core, core.snapshots.restore(shop, { snapshotId }));
  });
});

describe('a schedule', () => {
  const run = async (): Promise<Record<string, unknown>[]> => {
    await backdate();
    return Promise.all(core.schedules.runDue().map((job) => resultOf(core, job)));
  };
  const kinds = async (): Promise<string[]> => (await core.shelf.list(shop, {})).map(({ kind }) => kind);

  it('is kept, shown and due only when its time has come', () => {
    core.schedules.set(shop, { when: { kind: 'every', minutes: 30 }, keep: { last: 1 } });
    expect(core.schedules.get(shop)).toMatchObject({ when: { kind: 'every', minutes: 30 }, keep: { last: 1 } });
    expect(core.schedules.runDue()).toEqual([]);
  });

  it('takes a snapshot of what changed, once however often its time has passed, and none of what did not', async () => {
    await inService('echo one > /data/news');
    expect(await run()).toMatchObject([{ outcome: 'taken' }]);
    expect(core.schedules.get(shop)?.last).toMatchObject({ outcome: 'taken' });
    expect(core.schedules.runDue()).toEqual([]);
    const before = await kinds();
    expect(await run()).toMatchObject([{ outcome: 'unchanged' }]);
    expect(await kinds()).toEqual(before);
  });

  it('lets go of its own older ones, and of nobody else’s', async () => {
    const others = (await kinds()).filter((kind) => kind !== 'scheduled');
    await inService('echo two > /data/news');
    expect(await run()).toMatchObject([{ outcome: 'taken', removed: [expect.any(String) as unknown] }]);
    expect((await kinds()).filter((kind) => kind === 'scheduled')).toHaveLength(1);
    expect((await kinds()).filter((kind) => kind !== 'scheduled')).toEqual(others);
  });

  it('leaves what does not run alone, and ends when it is switched off', async () => {
    await resultOf(core, core.stacks.stop(shop));
    expect(await run()).toEqual([{ outcome: 'not-running' }]);
    core.schedules.set(shop, undefined);
    expect(core.schedules.list()).toEqual([]);
    expect(() => core.schedules.set({ ...shop, id: 'dir-1' }, { when: { kind: 'every', minutes: 1 }, keep: {} })).toThrow(/not in the library/);
  });
});
