import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest';
import type { Core } from '../../../../../src/main/core/create-core.ts';
import type { Engine } from '../../../../../src/main/core/engine/engine.ts';
import { changeImageIndex } from '../../../../../src/main/core/snapshots/store/layout.ts';
import type { EnvironmentRecord } from '../../../../../src/shared/models/environment.ts';
import { importBusybox } from '../../../../support/images.ts';
import { openCore, problemOf, resultOf } from '../../../../support/open-core.ts';
import { makeTempDir, removeTempDir } from '../../../../support/temp.ts';

let home: string;
let core: Core;
let engine: Engine;
let reference: string;
let file: string;
let snapshotId: string;
let number = 0;
const image = 'first-start-test/busybox:1';

/** What the service's volume held when it began, it tells at once. */
function compose(seed: string | undefined): string {
  return `
services:
  db:
    image: ${image}
    command: [sh, -c, "test -e /data/rows || echo own > /data/rows; cp /data/rows /data/seen; exec sleep 1000"]
    volumes: ["rows:/data", "other:/other"]
    stop_grace_period: 0s
volumes:
  rows: { labels: { own: label } }
  other:
x-slipway:
  profiles:
    default: {${seed === undefined ? '' : ` seed: "${seed}"`} }
`;
}

async function environment(seed: string | undefined): Promise<EnvironmentRecord> {
  const directory = path.join(home, `stack-${number++}`);
  await mkdir(directory);
  await writeFile(path.join(directory, 'compose.yaml'), compose(seed));
  return core.library.add({ path: directory, name: path.basename(directory) });
}

async function inService(record: EnvironmentRecord, command: string): Promise<string> {
  const [service] = await engine.containers.list({ labels: [`com.docker.compose.project=${record.projectName}`] });
  return (await engine.containers.exec(service?.id ?? '', { command: ['sh', '-c', command] })).stdout.trim();
}

const volumesOf = async (record: EnvironmentRecord): Promise<string[]> =>
  (await engine.volumes.list({ labels: [`com.docker.compose.project=${record.projectName}`] })).map(({ name }) => name).sort();

const state = async (): Promise<Record<string, unknown>> => JSON.parse(await readFile(path.join(home, 'state.json'), 'utf8')) as Record<string, unknown>;

beforeAll(async () => {
  home = await makeTempDir('first-start');
  const socket = inject('engineSocket');
  await importBusybox(socket, image);
  core = openCore({ home, socket });
  engine = await core.connection.get();
  const source = await environment(undefined);
  await resultOf(core, core.stacks.up(source));
  await inService(source, 'echo from production > /data/rows');
  snapshotId = String((await resultOf(core, core.snapshots.create(source, { kind: 'manual', name: 'production' })))['snapshotId']);
  const pushed = await resultOf(core, core.sharing.push(snapshotId, `${inject('registryAddress')}/first-start/data:1`));
  reference = String(pushed['reference']);
  file = path.join(home, 'seed.tar');
  await resultOf(core, core.sharing.export(snapshotId, file));
});

beforeEach(async () => {
  await core.shelf.remove((await core.shelf.list(undefined, {})).map(({ id }) => id), {});
});

afterAll(async () => {
  for (const record of core.library.list()) await resultOf(core, core.stacks.down(record, { volumes: true, safetySnapshot: false }));
  await core.close();
  await removeTempDir(home);
});

describe('the first start of an environment with a seed', () => {
  it('begins with the data in the registry, before any service runs', async () => {
    const record = await environment(reference);
    await resultOf(core, core.stacks.up(record));
    expect(await inService(record, 'cat /data/seen')).toBe('from production');
    expect(await core.shelf.list(record, {})).toMatchObject([{ id: snapshotId }]);
    const [rows] = await engine.volumes.list({ labels: [`com.docker.compose.project=${record.projectName}`, 'com.docker.compose.volume=rows'] });
    expect(rows?.labels).toMatchObject({ own: 'label' });

    await inService(record, 'echo own work > /data/rows');
    await resultOf(core, core.stacks.stop(record));
    await resultOf(core, core.stacks.up(record));
    expect(await inService(record, 'cat /data/rows')).toBe('own work');
  });

  it('begins with the data in the registry though another snapshot here is damaged, and says so of a seed that may be that one', async () => {
    const { directory } = await core.shelf.store();
    const gone = { mediaType: 'application/vnd.oci.image.manifest.v1+json', digest: `sha256:${'0'.repeat(64)}`, size: 10 };
    await changeImageIndex(directory, (listed) => [...listed, gone]);
    const record = await environment(reference);
    await resultOf(core, core.stacks.up(record));
    expect(await inService(record, 'cat /data/seen')).toBe('from production');
    const unsure = await environment('nowhere');
    expect(await problemOf(core, core.stacks.up(unsure))).toMatchObject({ code: 'snapshot.damaged' });
    expect(await volumesOf(unsure)).toEqual([]);
  });

  it('begins with a file beside the Compose file', async () => {
    const record = await environment('../seed.tar');
    await resultOf(core, core.stacks.up(record));
    expect(await inService(record, 'cat /data/seen')).toBe('from production');
  });

  it('begins with a snapshot of the store, by its name', async () => {
    await resultOf(core, core.sharing.import(file));
    const record = await environment('production');
    await resultOf(core, core.stacks.up(record));
    expect(await inService(record, 'cat /data/seen')).toBe('from production');
  });

  it('begins with the one that its lock names, though the tag has moved on, and tells so', async () => {
    const tag = `${inject('registryAddress')}/first-start/moving:1`;
    await resultOf(core, core.sharing.import(file));
    const { digest } = await resultOf(core, core.sharing.push(snapshotId, tag));
    const record = await environment(tag);
    const text = compose(tag).replace('seed:', 'lock: slipway.lock.json, seed:');
    await writeFile(path.join(record.directory, 'compose.yaml'), text);
    await writeFile(path.join(record.directory, 'slipway.lock.json'), JSON.stringify({ version: 1, images: {}, seed: { reference: tag, digest } }));
    const other = await environment(undefined);
    await resultOf(core, core.stacks.up(other));
    await resultOf(core, core.sharing.push(String((await resultOf(core, core.snapshots.create(other, { kind: 'manual' })))['snapshotId']), tag));
    await core.shelf.remove((await core.shelf.list(undefined, {})).map(({ id }) => id), {});

    const job = core.stacks.up(record);
    const warnings: string[] = [];
    for await (const event of core.jobs.follow(job)) if (event.type === 'log' && event.entry.level === 'warning') warnings.push(event.entry.text);
    await resultOf(core, job);
    expect(await inService(record, 'cat /data/seen')).toBe('from production');
    expect(warnings).toContainEqual(expect.stringContaining('is another one by now'));

    await writeFile(path.join(record.directory, 'compose.yaml'), text.replace('moving:1', 'moving:2'));
    expect(await problemOf(core, core.snapshots.reset(record, 'seed'))).toMatchObject({ code: 'image.not-found' });
  });

  it('does not begin at all without its seed, and leaves nothing', async () => {
    const missing = await environment('nowhere');
    expect(await problemOf(core, core.stacks.up(missing))).toMatchObject({ code: 'snapshot.not-found' });
    const unreachable = await environment(`${inject('registryAddress')}/first-start/none:1`);
    expect(await problemOf(core, core.stacks.up(unreachable))).toMatchObject({ code: 'image.not-found' });
    expect([...(await volumesOf(missing)), ...(await volumesOf(unreachable))]).toEqual([]);
  });

  it('takes its volumes away when it is cancelled while it fills them, and begins anew the next time', async () => {
    const record = await environment(reference);
    const job = core.stacks.up(record);
    for await (const event of core.jobs.follow(job)) {
      if (event.type === 'step' && event.step.id.startsWith('fill')) void core.jobs.cancel(job);
    }
    expect((await core.jobs.outcome(job)).status).toBe('cancelled');
    expect(await volumesOf(record)).toEqual([]);
    await resultOf(core, core.stacks.up(record));
    expect(await inService(record, 'cat /data/seen')).toBe('from production');
  });

  it('fills again what a killed first start left half filled, after a safety snapshot', async () => {
    const record = await environment(reference);
    const labels = { 'com.docker.compose.project': record.projectName, 'com.docker.compose.volume': 'rows' };
    await engine.volumes.create({ name: `${record.projectName}_rows`, labels });
    await writeFile(path.join(home, 'state.json'), JSON.stringify({ ...(await state()), filling: [record.id] }));
    await resultOf(core, core.stacks.up(record));
    expect(await inService(record, 'cat /data/seen')).toBe('from production');
    expect(await state()).toMatchObject({ filling: [] });
    expect((await core.shelf.list(record, {})).map(({ kind }) => kind).sort()).toEqual(['manual', 'safety']);
  });
});
