import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { Readable } from 'node:stream';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { provideSampleRegistry } from '../../../../../scripts/images/sample-images.mjs';
import type { Core } from '../../../../../src/main/core/create-core.ts';
import type { Engine } from '../../../../../src/main/core/engine/engine.ts';
import type { EnvironmentRecord } from '../../../../../src/shared/models/environment.ts';
import type { RehearsalReport } from '../../../../../src/shared/models/rehearsal.ts';
import { freePort } from '../../../../support/free-port.ts';
import { pushImage, scratchTar, tagImage } from '../../../../support/images.ts';
import { openCore, problemOf, resultOf } from '../../../../support/open-core.ts';
import { makeTempDir, removeTempDir } from '../../../../support/temp.ts';

let home: string;
let core: Core;
let engine: Engine;
let shop: EnvironmentRecord;
let image: string;
let base: string;

/** Publishes a real PostgreSQL under the same tag, with more Dockerfile lines; resolves with its digest. */
async function publish(lines: readonly string[]): Promise<string> {
  const context = Readable.from([await scratchTar({ Dockerfile: [`FROM ${base}`, ...lines].join('\n') })]);
  const reference = 'rehearsal-test/postgres:next';
  for await (const _line of engine.images.build(context, { tags: [reference] })) continue;
  const kept = (await engine.images.inspect(image).catch(() => undefined))?.id;
  await tagImage(inject('engineSocket'), reference, image);
  const digest = await pushImage(inject('engineSocket'), image);
  // As on a machine that only pulls: the tag still means what it meant here before.
  if (kept !== undefined) await engine.images.tag(kept, image);
  return digest;
}

async function psql(statement: string): Promise<string> {
  const [db] = await engine.containers.list({ labels: [`com.docker.compose.project=${shop.projectName}`, 'com.docker.compose.service=db'] });
  const command = ['psql', '-h', '127.0.0.1', '-U', 'postgres', '-At', '-c', statement];
  const { exitCode, stdout, stderr } = await engine.containers.exec(db?.id ?? '', { command, environment: ['PGPASSWORD=secret'] });
  if (exitCode !== 0) throw new Error(stderr);
  return stdout.trim();
}

beforeAll(async () => {
  home = await makeTempDir('rehearsal');
  const socket = inject('engineSocket');
  const sample = await provideSampleRegistry({ cacheDir: inject('cacheDir'), log: () => undefined, port: await freePort() });
  core = openCore({ home, socket });
  engine = await core.connection.get();
  base = `${sample.registry}/slipway/sample-postgres:15`;
  image = `${inject('registryAddress')}/rehearsal/postgres:15`;
  try {
    for await (const _progress of engine.images.pull(base)) continue;
  } finally {
    await sample.stop();
  }
  await publish(['LABEL release=one']);
  const directory = path.join(home, 'shop');
  await mkdir(directory);
  await writeFile(
    path.join(directory, 'compose.yaml'),
    `
services:
  db:
    image: ${image}
    environment: { POSTGRES_PASSWORD: secret }
    volumes: ["data:/var/lib/postgresql/data"]
    ports: ["${await freePort()}:5432"]
    healthcheck: { test: [CMD, pg_isready, -q, -h, 127.0.0.1, -U, postgres], interval: 300ms, retries: 200 }
  migrate:
    image: ${image}
    environment: { PGPASSWORD: secret }
    entrypoint: [psql, -h, db, -U, postgres, -c]
    command: ["create table if not exists orders (id int)"]
    depends_on: { db: { condition: service_healthy } }
volumes: { data: }
x-slipway:
  profiles:
    default:
      checks:
        port: { tcp: "127.0.0.1:$\${port:db:5432}" }
        rows: { command: { service: db, command: "PGPASSWORD=secret psql -h 127.0.0.1 -U postgres -At -c 'select sum(id) from orders' | grep -x 42" } }
`,
  );
  shop = await core.library.add({ path: directory, name: 'rehearsed-shop' });
  await resultOf(core, core.stacks.up(shop, { checks: false }));
  await psql('insert into orders values (40), (2)');
});

afterAll(async () => {
  await resultOf(core, core.stacks.down(shop, { volumes: true, safetySnapshot: false }));
  await core.close();
  await removeTempDir(home);
});

it('tells that a rebuilt PostgreSQL of the same version works with the data', async () => {
  const digest = await publish(['LABEL release=two', 'RUN touch /rebuilt']);
  const report = (await resultOf(core, core.rehearsals.rehearse(shop))) as RehearsalReport;
  expect(report.problem).toBeUndefined();
  expect(report).toMatchObject({
    verdict: 'works',
    dataVersions: [{ service: 'db', product: 'PostgreSQL', before: '15', after: '15' }],
    checks: { results: [{ state: 'passed' }, { state: 'passed' }] },
  });
  expect(report.images).toContainEqual(expect.objectContaining({ service: 'db', after: expect.stringContaining(digest) as string }));
  expect(report.logs.find(({ service }) => service === 'migrate')?.lines.join('\n')).toContain('already exists');
  expect(await psql('select sum(id) from orders')).toBe('42');
});

it('tells that one which cannot read the data does not, in the server’s own words, and an update with it goes back', async () => {
  // The real server's refusal: data of another major version.
  await publish([
    'LABEL release=three',
    `ENTRYPOINT ["sh", "-c", "[ ! -f $PGDATA/PG_VERSION ] || echo 14 > $PGDATA/PG_VERSION; exec /usr/local/bin/postgres-entrypoint.sh postgres"]`,
  ]);
  const report = (await resultOf(core, core.rehearsals.rehearse(shop, { images: { db: image } }))) as RehearsalReport;
  expect(report).toMatchObject({ verdict: 'fails', problem: { code: expect.stringMatching(/^service\./) as string } });
  expect(report.logs.find(({ service }) => service === 'db')?.lines.join('\n')).toContain('database files are incompatible with server');
  expect(await psql('select sum(id) from orders')).toBe('42');

  const problem = await problemOf(core, core.imageUpdate.update(shop));
  expect(problem.message).toContain('images and data are as before');
  expect(await psql('select sum(id) from orders')).toBe('42');
  expect((await engine.volumes.list()).filter(({ name }) => name.includes('rehearsal'))).toEqual([]);
});
