import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { freePort } from '../support/free-port.ts';
import { importBusybox } from '../support/images.ts';
import { type PrivateDockerd, startDockerd } from '../support/private-dockerd.ts';
import { makeTempDir, removeTempDir } from '../support/temp.ts';
import { type Finished, startSlipway } from './support/run-slipway.ts';

/** The run's own engine behind its socket, and another machine's, as it were, behind TCP. */
let near: string;
let far: string;
let other: PrivateDockerd;
let home: string;
let project: string;
let snapshot: string;
const image = 'sharing-story/busybox:1';

const slipway = (engine: string, ...args: string[]): Promise<Finished> => startSlipway(args, { home, engine }).done;

beforeAll(async () => {
  home = await makeTempDir('sharing');
  project = path.join(home, 'sharing-story');
  const port = await freePort();
  other = await startDockerd({ name: 'far', args: ['--host', `tcp://127.0.0.1:${port}`] });
  near = `unix://${inject('engineSocket')}`;
  far = `tcp://127.0.0.1:${port}`;
  await Promise.all([importBusybox(inject('engineSocket'), image), importBusybox(other.socket, image)]);
  await mkdir(project);
  const service = `image: ${image}\n    command: [sh, -c, "test -e /data/rows || echo new > /data/rows; exec sleep 1000"]`;
  await writeFile(path.join(project, 'compose.yaml'), `services:\n  db:\n    ${service}\n    volumes: ["rows:/data"]\n    stop_grace_period: 0s\nvolumes:\n  rows:\n`);
  expect(await slipway(near, 'up', project)).toMatchObject({ code: 0 });
  await slipway(near, 'exec', project, 'db', 'sh', '-c', 'echo grown > /data/rows');
  snapshot = (await slipway(near, 'snapshot', 'create', project)).stdout.trim();
});

afterAll(async () => {
  await slipway(near, 'down', project, '-v', '--no-safety-snapshot');
  await other.stop();
  await removeTempDir(home);
});

describe('a snapshot', () => {
  it('moves from one engine to another', async () => {
    expect(await slipway(near, '--engine', far, 'snapshot', 'restore', snapshot, project)).toMatchObject({ code: 0 });
    expect(await slipway(near, '--engine', far, 'up', project)).toMatchObject({ code: 0 });
    expect((await slipway(far, 'exec', project, 'db', 'cat', '/data/rows')).stdout).toBe('grown\n');
    await slipway(far, 'exec', project, 'db', 'sh', '-c', 'echo changed there > /data/rows');
    const back = (await slipway(far, 'snapshot', 'create', project)).stdout.trim();
    expect(await slipway(near, 'snapshot', 'restore', back, project)).toMatchObject({ code: 0 });
    expect((await slipway(near, 'exec', project, 'db', 'cat', '/data/rows')).stdout).toBe('changed there\n');
  });

  it('goes through a registry, encrypted, to somebody who knows the passphrase', async () => {
    const reference = `${inject('registryAddress')}/sharing/story:1`;
    const [right, wrong] = [path.join(home, 'right'), path.join(home, 'wrong')];
    await writeFile(right, 'correct horse\n');
    await writeFile(wrong, 'wrong horse\n');
    const pushed = await slipway(near, 'snapshot', 'push', snapshot, reference, '--encrypt-passphrase-file', right);
    expect(pushed).toMatchObject({ code: 0 });
    expect(pushed.stdout).toMatch(/\/sharing\/story@sha256:[0-9a-f]{64}\n$/);

    const elsewhere = (...args: string[]): Promise<Finished> => startSlipway(['snapshot', ...args], { home: path.join(home, 'elsewhere'), engine: far }).done;
    expect((await elsewhere('pull', reference)).stderr).toContain('is encrypted');
    const refused = await elsewhere('pull', reference, '--passphrase-file', wrong, '--json');
    expect(refused.code).toBe(1);
    expect(refused.stdout).toContain('snapshot.passphrase');
    const pulled = await elsewhere('pull', pushed.stdout.trim(), '--passphrase-file', right, '--json');
    expect(pulled.code).toBe(0);
    expect(pulled.stdout).toContain(snapshot);
    expect((await elsewhere('verify', snapshot)).code).toBe(0);
  });

  it('is not found where there is none: exit code 6', async () => {
    expect((await slipway(near, 'snapshot', 'pull', `${inject('registryAddress')}/sharing/none:1`)).code).toBe(6);
  });

  it('is not pushed to a digest: exit code 2', async () => {
    const digest = `sha256:${'0'.repeat(64)}`;
    expect((await slipway(near, 'snapshot', 'push', snapshot, `${inject('registryAddress')}/sharing/story@${digest}`)).code).toBe(2);
  });
});
