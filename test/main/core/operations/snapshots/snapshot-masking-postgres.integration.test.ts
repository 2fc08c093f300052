import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { provideSampleRegistry } from '../../../../../scripts/images/sample-images.mjs';
import type { Core } from '../../../../../src/main/core/create-core.ts';
import type { Engine } from '../../../../../src/main/core/engine/engine.ts';
import type { EnvironmentRecord } from '../../../../../src/shared/models/environment.ts';
import { freePort } from '../../../../support/free-port.ts';
import { openCore, problemOf, resultOf } from '../../../../support/open-core.ts';
import { makeTempDir, removeTempDir } from '../../../../support/temp.ts';

let home: string;
let core: Core;
let engine: Engine;
let shop: EnvironmentRecord;
let image: string;
const project = 'masked-postgres';

const compose = (masking: string): string => `
services:
  db:
    image: ${image}
    environment: { POSTGRES_PASSWORD: secret, POSTGRES_USER: keeper, POSTGRES_DB: shop }
    volumes: ["data:/var/lib/postgresql/data"]
    healthcheck: { test: [CMD, pg_isready, -q, -h, 127.0.0.1, -U, keeper, -d, shop], interval: 300ms, retries: 200 }
volumes: { data: }
x-slipway: { masking: { db: [{ sql: "${masking}" }] } }
`;

const write = (masking: string): Promise<void> => writeFile(path.join(shop.directory, 'compose.yaml'), compose(masking));

async function inDatabase(command: readonly string[]): Promise<string> {
  const [db] = await engine.containers.list({ labels: [`com.docker.compose.project=${project}`, 'com.docker.compose.service=db'] });
  const { exitCode, stdout, stderr } = await engine.containers.exec(db?.id ?? '', { command, environment: ['PGPASSWORD=secret'] });
  if (exitCode !== 0) throw new Error(stderr);
  return stdout.trim();
}

const psql = (statement: string): Promise<string> => inDatabase(['psql', '-h', '127.0.0.1', '-U', 'keeper', '-d', 'shop', '-At', '-c', statement]);

beforeAll(async () => {
  home = await makeTempDir('masked-postgres');
  const sample = await provideSampleRegistry({ cacheDir: inject('cacheDir'), log: () => undefined, port: await freePort() });
  core = openCore({ home, socket: inject('engineSocket') });
  engine = await core.connection.get();
  image = `${sample.registry}/slipway/sample-postgres:15`;
  try {
    for await (const _progress of engine.images.pull(image)) continue;
  } finally {
    await sample.stop();
  }
  const directory = path.join(home, project);
  await mkdir(directory);
  await writeFile(path.join(directory, 'compose.yaml'), compose('select 1'));
  shop = await core.library.add({ path: directory, name: project });
  await resultOf(core, core.stacks.up(shop, { wait: true }));
  await psql("create table users (id int primary key, email text); insert into users select n, 'ada' || n || '@lovelace.example' from generate_series(1, 2000) n; analyze");
});

afterAll(async () => {
  await resultOf(core, core.stacks.down(shop, { volumes: true, safetySnapshot: false }));
  await core.close();
  await removeTempDir(home);
});

it('masks a real PostgreSQL by SQL, and leaves no trace of what was there in any of its files', async () => {
  await write("update users set email = 'user' || id || '@example.invalid'");
  const { snapshotId } = await resultOf(core, core.snapshots.create(shop, { kind: 'manual', name: 'production' }));
  const { snapshotId: masked } = await resultOf(core, core.masking.mask(shop, String(snapshotId)));
  expect(await psql('select email from users where id = 7')).toBe('ada7@lovelace.example');

  await resultOf(core, core.snapshots.restore(shop, { snapshotId: String(masked) }));
  const traces = 'grep -rlc lovelace /var/lib/postgresql/data || echo none';
  expect(await inDatabase(['sh', '-c', traces])).toBe('none');
  await expect.poll(() => psql('select email from users where id = 7').catch(String), { timeout: 60_000 }).toBe('user7@example.invalid');
  expect(await psql('select count(*) from users')).toBe('2000');

  await resultOf(core, core.snapshots.restore(shop, { snapshotId: String(snapshotId) }));
  expect(await inDatabase(['sh', '-c', traces])).not.toBe('none');
});

it('tells what PostgreSQL said to a step that failed', async () => {
  await write('update nobody set email = 1');
  const [snapshot] = await core.shelf.list(shop, {});
  const problem = await problemOf(core, core.masking.mask(shop, snapshot?.id ?? ''));
  expect(problem).toMatchObject({ code: 'snapshot.masking-failed', detail: expect.stringContaining('relation "nobody" does not exist') as string });
});
