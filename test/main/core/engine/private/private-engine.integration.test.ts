import { readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { silentLogger } from '../../../../../src/main/core/base/logger.ts';
import { connectDockerode } from '../../../../../src/main/core/engine/dockerode/connect-dockerode.ts';
import { placesOf } from '../../../../../src/main/core/engine/private/places.ts';
import { PrivateEngine } from '../../../../../src/main/core/engine/private/private-engine.ts';
import { importBusybox } from '../../../../support/images.ts';
import { run } from '../../../../support/run.ts';
import { makeTempDir, removeTempDir } from '../../../../support/temp.ts';
import { expectProblem } from '../contract/support.ts';

let directory = '';
let runRoot = '';
let engine: PrivateEngine;
const make = (): PrivateEngine =>
  new PrivateEngine({ directory, runRoot, environment: process.env, platform: 'linux', uid: 0, logger: silentLogger });

beforeEach(async () => {
  directory = path.join(await makeTempDir('own'), 'engine');
  runRoot = await makeTempDir('run');
  engine = make();
});
afterEach(async () => {
  await engine.stop({});
  await removeTempDir(runRoot);
  await removeTempDir(path.dirname(directory));
});

const connect = async (address: string) => connectDockerode({ address, origin: 'test' }, { logger: silentLogger });
const bridges = async (): Promise<string[]> =>
  (await run('ip', ['-o', 'link', 'show', 'type', 'bridge'])).split('\n').flatMap((line) => line.split(': ')[1] ?? []);
const own = (): string => placesOf(directory, runRoot).bridge;
const mounts = async (): Promise<string> => readFile('/proc/self/mountinfo', 'utf8');

test('is started once for all, keeps its data over a stop, and leaves nothing else behind', async () => {
  const addresses = await Promise.all([engine.start({}), make().start({}), make().start({})]);
  expect(new Set(addresses).size).toBe(1);
  const [address] = addresses;
  const first = await connect(address);
  await first.volumes.create({ name: 'kept' });
  await importBusybox(address.replace('unix://', ''), 'test/box:1');
  const network = await first.networks.create({ name: 'kept' });
  const id = await first.containers.create({ name: 'runs', Image: 'test/box:1', HostConfig: { NetworkMode: 'kept' } });
  await first.containers.start(id);
  expect(await bridges()).toContain(`br-${network.slice(0, 12)}`);
  await first.close();

  expect(await make().stop({})).toBe(true);
  expect(await engine.pid()).toBeUndefined();
  expect(await make().stop({})).toBe(false);
  expect(await bridges()).not.toContain(`br-${network.slice(0, 12)}`);
  expect(await bridges()).not.toContain(own());
  expect(await mounts()).not.toContain(runRoot);
  expect(await mounts()).not.toContain(directory);
  expect(await run('iptables-save', [])).not.toMatch(new RegExp(`br-${network.slice(0, 12)}|${own()}`));

  const second = await connect(await engine.start({}));
  expect((await second.volumes.inspect('kept')).name).toBe('kept');
  await second.containers.start('runs');
  expect((await second.containers.inspect('runs')).state).toBe('running');
  await second.close();
});

test('is found again when its pid file is gone, and started anew after it was killed', async () => {
  const address = await engine.start({});
  const pid = await engine.pid();
  await rm(path.join(path.dirname(address.replace('unix://', '')), 'dockerd.pid'));
  expect(await make().start({})).toBe(address);
  expect(await engine.pid()).toBe(pid);
  process.kill(pid ?? 0, 'SIGKILL');
  const again = await connect(await make().start({}));
  expect(await engine.pid()).not.toBe(pid);
  expect((await again.info()).containersRunning).toBe(0);
  await again.close();
});

test('tells the end of its log when it does not start, and can be started after the cause is gone', async () => {
  await engine.start({});
  await engine.stop({});
  await writeFile(path.join(directory, 'daemon.json'), '{ "no-such-option": true }');
  const problem = await expectProblem(engine.start({}), 'engine.unreachable');
  expect(problem.detail).toContain('no-such-option');
  await writeFile(path.join(directory, 'daemon.json'), '{}');
  await engine.start({});
});

// A start that takes longer than these on any machine: the daemon alone needs half a second.
test.each([20, 100, 250])('stops waiting when aborted after %i ms and takes the half-started engine away', async (ms) => {
  const abort = new AbortController();
  setTimeout(() => abort.abort(), ms);
  await expect(engine.start({ signal: abort.signal })).rejects.toMatchObject({ name: 'AbortError' });
  expect(await engine.pid()).toBeUndefined();
  expect(await bridges()).not.toContain(own());
});
