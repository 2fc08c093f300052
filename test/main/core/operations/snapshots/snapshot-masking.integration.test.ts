import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import type { Core } from '../../../../../src/main/core/create-core.ts';
import type { Engine } from '../../../../../src/main/core/engine/engine.ts';
import type { EnvironmentRecord } from '../../../../../src/shared/models/environment.ts';
import { freePort } from '../../../../support/free-port.ts';
import { importBusybox } from '../../../../support/images.ts';
import { openCore, problemOf, resultOf } from '../../../../support/open-core.ts';
import { makeTempDir, removeTempDir } from '../../../../support/temp.ts';

let home: string;
let core: Core;
let engine: Engine;
let shop: EnvironmentRecord;
let snapshotId: string;
let port: number;
const image = 'masking-test/busybox:1';

/** The service keeps a client by the name of PostgreSQL's in its volume, which writes down what it was asked for. */
const compose = (masking: string): string => `
services:
  db:
    image: ${image}
    environment: { POSTGRES_USER: keeper, PATH: "/data/bin:/bin" }
    command: [sh, -c, "test -e /data/rows || echo ada@example.org > /data/rows; exec sleep 1000"]
    ports: ["${port}:80"]
    volumes: ["rows:/data", "other:/other"]
    stop_grace_period: 0s
  web:
    image: ${image}
    command: [sleep, "1000"]
    stop_grace_period: 0s
volumes:
  rows:
  other:
x-slipway:
${masking}
`;

const write = (masking: string): Promise<void> => writeFile(path.join(shop.directory, 'compose.yaml'), compose(masking));

async function inService(command: string): Promise<string> {
  const [service] = await engine.containers.list({ labels: [`com.docker.compose.project=${shop.projectName}`, 'com.docker.compose.service=db'] });
  return (await engine.containers.exec(service?.id ?? '', { command: ['sh', '-c', command] })).stdout.trim();
}

/** Projects that the engine has anything of. */
async function projects(): Promise<string[]> {
  const found = [...(await engine.containers.list()), ...(await engine.volumes.list()), ...(await engine.networks.list())];
  return [...new Set(found.flatMap(({ labels }) => labels['com.docker.compose.project'] ?? []))].filter((name) => name.startsWith('masking-shop'));
}

async function contentOf(id: string, file: string): Promise<string> {
  const to = path.join(home, 'taken-out');
  await core.shelf.extract({ snapshotId: id, volume: 'rows', path: file, to }, {});
  return (await readFile(to, 'utf8')).trim();
}

beforeAll(async () => {
  home = await makeTempDir('masking');
  const socket = inject('engineSocket');
  await importBusybox(socket, image);
  port = await freePort();
  const directory = path.join(home, 'shop');
  await mkdir(directory);
  core = openCore({ home, socket });
  engine = await core.connection.get();
  await writeFile(path.join(directory, 'compose.yaml'), compose('  title: Shop'));
  shop = await core.library.add({ path: directory, name: 'masking-shop' });
  await resultOf(core, core.stacks.up(shop));
  await inService('mkdir /data/bin; printf \'#!/bin/sh\\necho "$@" >> /data/asked; echo off\\n\' > /data/bin/psql; chmod 755 /data/bin/psql');
  snapshotId = String((await resultOf(core, core.snapshots.create(shop, { kind: 'manual', name: 'production' })))['snapshotId']);
});

afterAll(async () => {
  await write('  title: Shop');
  await resultOf(core, core.stacks.down(shop, { volumes: true, safetySnapshot: false }));
  await core.close();
  await removeTempDir(home);
});

it('runs the steps in a copy that is gone afterwards; the environment and the snapshot stay as they are', async () => {
  await write('  masking: { db: [{ command: "sed -i s/ada@.*/nobody/ /data/rows" }, { sql: update users, database: shop }] }');
  const job = core.masking.mask(shop, snapshotId);
  const result = await resultOf(core, job);
  const masked = String(result['snapshotId']);
  expect(await core.shelf.get(masked, {})).toMatchObject({ name: 'production (masked)', tags: ['masked'], maskedFrom: snapshotId, environmentId: shop.id });
  expect(await contentOf(masked, 'rows')).toBe('nobody');
  const [step, ...rest] = (await contentOf(masked, 'asked')).split('\n');
  expect(step).toBe('-v ON_ERROR_STOP=1 -U keeper -d shop -c update users');
  expect(rest.join()).toContain('-U keeper -d shop -c VACUUM (FULL, ANALYZE)');
  expect(await contentOf(snapshotId, 'rows')).toBe('ada@example.org');
  expect(await inService('cat /data/rows; ls /data')).not.toContain('asked');
  expect(await projects()).toEqual([shop.projectName]);

  await resultOf(core, core.snapshots.restore(shop, { snapshotId: masked }));
  expect(await inService('cat /data/rows')).toBe('nobody');
});

it('warns when data is shared as it is though the files say how to mask it; a tag is no proof', async () => {
  await write('  masking: { db: [{ command: "sed -i s/ada@.*/nobody/ /data/rows" }] }');
  const warningsOf = async (id: string): Promise<string[]> => {
    const job = core.sharing.export(id, path.join(home, 'exported.tar'));
    const warnings: string[] = [];
    for await (const event of core.jobs.follow(job)) if (event.type === 'log' && event.entry.level === 'warning') warnings.push(event.entry.text);
    await resultOf(core, job);
    return warnings;
  };
  const masked = (await core.shelf.list(shop, {})).find(({ maskedFrom }) => maskedFrom === snapshotId);
  await core.shelf.annotate(masked?.id ?? '', { tags: [] }, {});
  await core.shelf.annotate(snapshotId, { tags: ['masked'] }, {});
  expect(await warningsOf(masked?.id ?? '')).toEqual([]);
  expect(await warningsOf(snapshotId)).toEqual([expect.stringContaining('“production” is not masked')]);
  await core.shelf.annotate(snapshotId, { tags: [] }, {});
});

it('tells which step failed, shares nothing and leaves nothing', async () => {
  await write('  masking: { db: [{ command: "echo no such table >&2; exit 3" }] }');
  const before = await core.shelf.list(shop, {});
  const problem = await problemOf(core, core.masking.mask(shop, snapshotId));
  expect(problem).toMatchObject({ code: 'snapshot.masking-failed', detail: 'no such table', data: { service: 'db', exitCode: 3 } });
  expect(await core.shelf.list(undefined, {})).toHaveLength(before.length);
  expect(await projects()).toEqual([shop.projectName]);
});

it('says when a stack has no steps, or they are of a service that is not there', async () => {
  await write('  title: Shop');
  expect(await problemOf(core, core.masking.mask(shop, snapshotId))).toMatchObject({ code: 'snapshot.unmasked' });
  await write('  masking: { cache: [{ sql: x }] }');
  expect(await problemOf(core, core.masking.mask(shop, snapshotId))).toMatchObject({
    code: 'project.invalid',
    diagnostics: [{ message: 'x-slipway.masking.cache: there is no service cache' }],
  });
});
