import { randomBytes } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { Readable } from 'node:stream';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { silentLogger } from '../../../../../src/main/core/base/logger.ts';
import type { Core } from '../../../../../src/main/core/create-core.ts';
import { connectDockerode } from '../../../../../src/main/core/engine/dockerode/connect-dockerode.ts';
import type { Engine } from '../../../../../src/main/core/engine/engine.ts';
import type { EnvironmentRecord } from '../../../../../src/shared/models/environment.ts';
import type { Step } from '../../../../../src/shared/models/job.ts';
import { scratchTar } from '../../../../support/images.ts';
import { openCore, resultOf } from '../../../../support/open-core.ts';
import { type RegistryServer, startRegistry } from '../../../../support/registry-server.ts';
import { makeTempDir, removeTempDir } from '../../../../support/temp.ts';
import { all, unique } from '../../engine/contract/support.ts';

/** Incompressible, so that the sizes in the registry are known. */
const [baseBytes, ownBytes] = [400_000, 100_000];

let home: string;
let core: Core;
let engine: Engine;
let registry: RegistryServer;
let record: EnvironmentRecord;
let images: readonly [string, string];

beforeAll(async () => {
  home = await makeTempDir('downloads');
  core = openCore({ home, socket: inject('engineSocket') });
  engine = await connectDockerode({ address: `unix://${inject('engineSocket')}`, origin: 'test' }, { logger: silentLogger });
  registry = await startRegistry();
  images = [`${registry.address}/${unique('one')}:1`, `${registry.address}/${unique('two')}:1`];
  // The second is built on the first, so their lower layer is the same.
  await build(images[0], 'FROM scratch', randomBytes(baseBytes));
  await build(images[1], `FROM ${images[0]}`, randomBytes(ownBytes));
  for (const image of images) await all(engine.images.push(image));
  await clear();
  await writeFile(path.join(home, 'compose.yaml'), `services:\n  a: { image: "${images[0]}" }\n  b: { image: "${images[1]}" }\n  c: { image: "${images[1]}" }\n  d: { image: "127.0.0.1:1/none:1" }\n`);
  record = await core.targets.resolve({ name: home, workingDirectory: home, files: [], projectName: undefined, envFiles: [], composeProfiles: [], environmentProfile: undefined });
});
afterAll(async () => {
  await core.close();
  await engine.close();
  await registry.stop();
  await removeTempDir(home);
});

async function build(reference: string, from: string, content: Buffer): Promise<void> {
  const context = await scratchTar({ Dockerfile: `${from}\nCOPY file /${unique('file')}`, file: content });
  await all(engine.images.build(Readable.from([context]), { tags: [reference], noCache: true }));
}

async function clear(): Promise<void> {
  for (const image of images.toReversed()) await engine.images.remove(image, { force: true });
}

const near = (bytes: number) => (actual: number | undefined): boolean => actual !== undefined && actual >= bytes && actual < bytes + 2_000;

test('how much a pull would download is known before: shared layers once, those on the engine not, the unknown named', async () => {
  await clear();
  const before = await core.downloads.estimate(record, {});
  expect(before.images.map(({ reference, services }) => ({ reference, services }))).toEqual([
    { reference: images[0], services: ['a'] },
    { reference: images[1], services: ['b', 'c'] },
    { reference: '127.0.0.1:1/none:1', services: ['d'] },
  ]);
  const [one, two, none] = before.images;
  expect(one?.bytes).toSatisfy(near(baseBytes));
  expect(two?.bytes).toSatisfy(near(baseBytes + ownBytes));
  expect(none).toMatchObject({ problem: { code: 'registry.unreachable' } });
  expect(before.complete).toBe(false);
  expect(before.bytes).toSatisfy(near(baseBytes + ownBytes));

  await all(engine.images.pull(images[0]));
  const after = await core.downloads.estimate(record, {});
  expect(after.images[0]).toMatchObject({ bytes: 0, engineBytes: expect.any(Number) as number });
  expect(after.images[1]?.bytes).toSatisfy(near(ownBytes));
  expect(after.bytes).toSatisfy(near(ownBytes));
  expect((await core.downloads.estimate(record, { missing: true })).images.map(({ reference }) => reference)).toEqual([images[1], '127.0.0.1:1/none:1']);
});

test('a pull of all images shows one bar over all layers, and one for each image', async () => {
  await clear();
  const only = { ...record, files: [path.join(home, 'two.yaml')] };
  await writeFile(path.join(home, 'two.yaml'), `services:\n  a: { image: "${images[0]}" }\n  b: { image: "${images[1]}" }\n`);
  const jobId = core.stacks.pull(only);
  const seen: Step[] = [];
  for await (const event of core.jobs.follow(jobId)) if (event.type === 'step') seen.push(event.step);
  await resultOf(core, jobId);
  const whole = seen.filter(({ id, amount }) => id === 'pull-images' && amount).map(({ amount }) => amount);
  expect(whole.at(-1)?.total).toSatisfy(near(baseBytes + ownBytes));
  expect(whole.at(-1)?.current).toBe(whole.at(-1)?.total);
  const currents = whole.map((amount) => amount?.current ?? 0);
  expect(currents).toEqual([...currents].sort((a, b) => a - b));
  const parts = seen.filter(({ parent, state }) => parent === 'pull-images' && state === 'done');
  expect(parts.map(({ title }) => title).sort()).toEqual([`Pull ${images[0]}`, `Pull ${images[1]}`].sort());
  expect((await core.downloads.estimate(only, {})).bytes).toBe(0);
});
