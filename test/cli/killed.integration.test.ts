import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { sleep } from '../../src/main/core/base/abort.ts';
import { silentLogger } from '../../src/main/core/base/logger.ts';
import { connectDockerode } from '../../src/main/core/engine/dockerode/connect-dockerode.ts';
import type { Engine } from '../../src/main/core/engine/engine.ts';
import { importBusybox } from '../support/images.ts';
import { makeTempDir, removeTempDir } from '../support/temp.ts';
import { type Finished, startSlipway } from './support/run-slipway.ts';

/** How often a capture and a restore are killed each; more look for what happens rarely. */
const rounds = Number(process.env['SLIPWAY_KILL_ROUNDS'] ?? 2);
const timeout = 60_000 + rounds * 30_000;
const image = 'killed-story/busybox:1';
const service = ['com.docker.compose.project=killed-story', 'com.docker.compose.service=db'];

let home: string;
let engine: Engine;
let project: string;
let snapshot: string;

const start = (...args: string[]) => startSlipway(args, { home, engine: `unix://${inject('engineSocket')}` });
const slipway = (...args: string[]): Promise<Finished> => start(...args).done;

async function inService(script: string): Promise<string> {
  const [container] = await engine.containers.list({ labels: service });
  const { exitCode, stdout, stderr } = await engine.containers.exec(container?.id ?? '', { command: ['sh', '-c', script] });
  if (exitCode !== 0) throw new Error(stderr);
  return stdout.trim();
}

const change = (name: string): Promise<string> =>
  inService(`cd /data && rm -rf * && mkdir -p a/b && for i in $(seq 200); do echo ${name} $i > a/b/$i; done && dd if=/dev/urandom of=big bs=64k count=300 2>/dev/null && echo done`);
const content = (): Promise<string> => inService('cd /data && find . -type f | sort | xargs sha256sum | sha256sum');

/** Projects that the engine has anything of. */
async function projects(): Promise<string[]> {
  const found = [...(await engine.containers.list()), ...(await engine.volumes.list()), ...(await engine.networks.list())];
  return [...new Set(found.flatMap(({ labels }) => labels['com.docker.compose.project'] ?? []))].filter((name) => name.startsWith('killed-story'));
}

/** Runs a command, kills it at an instant of its working time, and resolves with whether it was faster. */
async function killed(durationMs: number, ...args: string[]): Promise<void> {
  const running = start(...args);
  // The first part of it only loads the program.
  await Promise.race([sleep(durationMs * (0.2 + 0.8 * Math.random())), running.done]);
  running.kill();
  await running.done;
}

async function timed(...args: string[]): Promise<number> {
  const begun = Date.now();
  expect(await slipway(...args)).toMatchObject({ code: 0 });
  return Date.now() - begun;
}

beforeAll(async () => {
  home = await makeTempDir('killed');
  const socket = inject('engineSocket');
  engine = await connectDockerode({ address: `unix://${socket}`, origin: 'test' }, { logger: silentLogger });
  await importBusybox(socket, image);
  project = path.join(home, 'killed-story');
  await mkdir(project);
  const masking = 'x-slipway: { masking: { db: [{ command: "touch /data/masking; exec sleep 1000" }] } }';
  await writeFile(
    path.join(project, 'compose.yaml'),
    `services:\n  db:\n    image: ${image}\n    command: [sleep, "1000"]\n    volumes: ["rows:/data"]\n    stop_grace_period: 0s\nvolumes: { rows: }\n${masking}\n`,
  );
  expect(await slipway('up', project)).toMatchObject({ code: 0 });
  await change('first');
  snapshot = (await slipway('snapshot', 'create', project)).stdout.trim();
});

afterAll(async () => {
  await slipway('down', project, '-v', '--no-safety-snapshot');
  await engine.close();
  await removeTempDir(home);
});

/** What must hold after the next command, whatever was killed before it. */
async function expectWhole(): Promise<void> {
  expect(await slipway('up', project)).toMatchObject({ code: 0 });
  const listed = JSON.parse((await slipway('snapshot', 'list', project, '--json')).stdout) as { id: string; problem?: string }[];
  expect(listed.filter(({ problem }) => problem !== undefined)).toEqual([]);
  expect(listed.map(({ id }) => id)).toContain(snapshot);
  const [container] = await engine.containers.list({ labels: service });
  expect(container?.state).toBe('running');
  const helpers = await engine.containers.list({ labels: ['dev.slipway.helper'] });
  expect(helpers.filter(({ mounts }) => mounts.some(({ name }) => name === 'killed-story_rows'))).toEqual([]);
}

describe('a process killed at any instant on a real engine', () => {
  it('of a restore loses nothing', { timeout }, async () => {
    const wanted = await content();
    const duration = await timed('snapshot', 'restore', snapshot, project);
    for (let round = 0; round < rounds; round += 1) {
      await change(`round ${round}`);
      const before = await content();
      await killed(duration, 'snapshot', 'restore', snapshot, project);
      await expectWhole();
      expect([before, wanted]).toContain(await content());
    }
  });

  it('of a capture leaves the services running and the store whole', { timeout }, async () => {
    const duration = await timed('snapshot', 'create', project);
    for (let round = 0; round < rounds; round += 1) {
      await change(`capture ${round}`);
      const before = await content();
      await killed(duration, 'snapshot', 'create', project);
      await expectWhole();
      expect(await content()).toBe(before);
    }
    expect(await slipway('snapshot', 'verify', snapshot)).toMatchObject({ code: 0 });
  });

  it('of masking leaves no copy: the next command removes it', { timeout }, async () => {
    const before = await slipway('snapshot', 'list', '--all', '--json');
    const masking = start('snapshot', 'mask', snapshot, project);
    const copyRuns = async (): Promise<boolean> => {
      for (const { id, labels, state } of await engine.containers.list({ labels: ['com.docker.compose.service=db'] })) {
        if (!labels['com.docker.compose.project']?.startsWith('killed-story-') || state !== 'running') continue;
        const { exitCode } = await engine.containers.exec(id, { command: ['test', '-e', '/data/masking'] });
        if (exitCode === 0) return true;
      }
      return false;
    };
    while (!(await copyRuns())) await sleep(100);
    masking.kill();
    await masking.done;
    expect(await projects()).toHaveLength(2);
    expect(await slipway('up', project)).toMatchObject({ code: 0 });
    expect(await projects()).toEqual(['killed-story']);
    expect((await slipway('snapshot', 'list', '--all', '--json')).stdout).toBe(before.stdout);
  });
});
