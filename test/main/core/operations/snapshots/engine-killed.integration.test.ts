import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { sleep } from '../../../../../src/main/core/base/abort.ts';
import type { Core } from '../../../../../src/main/core/create-core.ts';
import type { EnvironmentRecord } from '../../../../../src/shared/models/environment.ts';
import { importBusybox } from '../../../../support/images.ts';
import { openCore, resultOf } from '../../../../support/open-core.ts';
import { type PrivateDockerd, startDockerd } from '../../../../support/private-dockerd.ts';
import { makeTempDir, removeTempDir } from '../../../../support/temp.ts';

/** How often the engine is killed during a restore; more look for what happens rarely. */
const rounds = Number(process.env['SLIPWAY_KILL_ROUNDS'] ?? 2);
const image = 'engine-killed/busybox:1';

let home: string;
let dockerd: PrivateDockerd;
let core: Core;
let shop: EnvironmentRecord;

beforeAll(async () => {
  home = await makeTempDir('engine-killed');
  dockerd = await startDockerd({ name: 'killed' });
  await importBusybox(dockerd.socket, image);
  const directory = path.join(home, 'shop');
  await mkdir(directory);
  const service = `image: ${image}\n    command: [sleep, "1000"]\n    volumes: ["rows:/data"]\n    stop_grace_period: 0s`;
  await writeFile(path.join(directory, 'compose.yaml'), `services:\n  db:\n    ${service}\nvolumes: { rows: }\n`);
  core = openCore({ home, socket: dockerd.socket });
  shop = await core.library.add({ path: directory, name: 'engine-killed-shop' });
  await resultOf(core, core.stacks.up(shop));
});

afterAll(async () => {
  await core.close();
  await dockerd.stop();
  await removeTempDir(home);
});

async function inService(script: string): Promise<string> {
  const engine = await core.connection.get();
  const [db] = await engine.containers.list({ labels: [`com.docker.compose.project=${shop.projectName}`] });
  const { exitCode, stdout, stderr } = await engine.containers.exec(db?.id ?? '', { command: ['sh', '-c', script] });
  if (exitCode !== 0) throw new Error(stderr);
  return stdout.trim();
}

const change = (name: string): Promise<string> =>
  inService(`cd /data && rm -rf * && for i in $(seq 100); do echo ${name} $i > f$i; done && dd if=/dev/urandom of=big bs=64k count=500 2>/dev/null`);
const content = (): Promise<string> => inService('cd /data && find . -type f | sort | xargs sha256sum | sha256sum');

it('an engine that is killed during a restore loses nothing: what was wanted is there after its next start, or what was', { timeout: 120_000 + rounds * 60_000 }, async () => {
  await change('wanted');
  const { snapshotId } = await resultOf(core, core.snapshots.create(shop, { kind: 'manual' }));
  const wanted = await content();
  const begun = Date.now();
  await resultOf(core, core.snapshots.restore(shop, { snapshotId: String(snapshotId) }));
  const duration = Date.now() - begun;
  for (let round = 0; round < rounds; round += 1) {
    await change(`round ${round}`);
    const before = await content();
    const job = core.snapshots.restore(shop, { snapshotId: String(snapshotId) });
    await sleep(duration * Math.random());
    await dockerd.kill();
    await core.jobs.outcome(job);
    await dockerd.start();
    await core.connection.reconnect();
    await resultOf(core, core.stacks.up(shop));
    expect([before, wanted]).toContain(await content());
    const listed = await core.shelf.list(shop, {});
    expect(listed.filter(({ problem }) => problem !== undefined)).toEqual([]);
    expect(listed.map(({ id }) => id)).toContain(snapshotId);
  }
});
