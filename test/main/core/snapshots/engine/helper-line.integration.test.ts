import { randomUUID } from 'node:crypto';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { buffer } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, inject, it, onTestFinished } from 'vitest';
import { helperPath, volumeHelper } from '../../../../../scripts/lib/steps/volume-helper.mjs';
import { silentLogger } from '../../../../../src/main/core/base/logger.ts';
import type { ContainerSpec } from '../../../../../src/main/core/engine/containers.ts';
import { connectDockerode } from '../../../../../src/main/core/engine/dockerode/connect-dockerode.ts';
import type { Engine } from '../../../../../src/main/core/engine/engine.ts';
import { packedTransport } from '../../../../../src/main/core/snapshots/engine/packed-transport.ts';
import { ownIdentity } from '../../../../../src/main/core/snapshots/store/process-identity.ts';
import type { VolumeSession } from '../../../../../src/main/core/snapshots/transport.ts';
import { importBusybox } from '../../../../support/images.ts';
import { helpersOf, inVolume } from '../support/volume-scripts.ts';

const image = 'slipway-test/snapshots:1';
const address = { address: `unix://${inject('engineSocket')}`, origin: 'test' };
let program: Buffer;

beforeAll(async () => {
  await importBusybox(inject('engineSocket'), image);
  await volumeHelper();
  program = await readFile(helperPath(process.arch === 'arm64' ? 'arm64' : 'amd64'));
});

/** An engine whose containers are noted, and are made as `change` says. */
async function watchedEngine(change: (spec: ContainerSpec) => ContainerSpec = (spec) => spec): Promise<{ engine: Engine; made: ContainerSpec[]; execs: () => number }> {
  const engine = await connectDockerode(address, { logger: silentLogger });
  onTestFinished(() => engine.close());
  const made: ContainerSpec[] = [];
  let execs = 0;
  const containers = new Proxy(engine.containers, {
    get: (target, name) => {
      if (name === 'create') {
        return (spec: ContainerSpec, options: object) => {
          made.push(spec);
          return target.create(change(spec), options);
        };
      }
      if (name === 'execAttached') execs += 1;
      const value: unknown = Reflect.get(target, name);
      return typeof value === 'function' ? (value as (...given: unknown[]) => unknown).bind(target) : value;
    },
  });
  const watched = new Proxy(engine, { get: (target, name) => (name === 'containers' ? containers : Reflect.get(target, name)) as unknown });
  return { engine: watched, made, execs: () => execs };
}

async function volumeOf(engine: Engine, script: string): Promise<string> {
  const volume = `data-${randomUUID()}`;
  await engine.volumes.create({ name: volume });
  await inVolume(engine, image, volume, script);
  onTestFinished(async () => engine.volumes.remove(volume));
  return volume;
}

async function opened(engine: Engine, volume: string, options: { isNear?: boolean } = {}): Promise<VolumeSession> {
  const session = await packedTransport(engine, program, options).open([volume]);
  onTestFinished(() => session.close());
  return session;
}

/** Directories of this machine that a helper had mounted. */
const mounted = (specs: readonly ContainerSpec[]): readonly string[] =>
  specs.flatMap((spec) => (spec.HostConfig?.Mounts ?? []).filter(({ Type }) => Type === 'bind').map(({ Source }) => Source ?? ''));

const someFiles = 'cd /data && for i in $(seq 50); do echo $i > f$i; done; head -c 30000000 /dev/urandom > big';

describe('a socket to the helper', () => {
  it('carries everything, and leaves nothing', async () => {
    const { engine, made, execs } = await watchedEngine();
    const volume = await volumeOf(engine, someFiles);
    made.length = 0;
    const session = await opened(engine, volume);
    const [directory = ''] = mounted(made);
    expect(existsSync(directory)).toBe(true);
    expect((await buffer(session.read(volume))).length).toBeGreaterThan(30_000_000);
    await session.close();
    expect(execs()).toBe(0);
    expect(existsSync(directory)).toBe(false);
    expect(await helpersOf(engine, volume)).toEqual([]);
  });

  it.each<[string, (spec: ContainerSpec) => ContainerSpec]>([
    ['is not to be found in the container', (spec) => ({ ...spec, HostConfig: { ...spec.HostConfig, Mounts: (spec.HostConfig?.Mounts ?? []).filter(({ Type }) => Type !== 'bind') } })],
    [
      'can’t be mounted',
      (spec) => ({
        ...spec,
        HostConfig: { ...spec.HostConfig, Mounts: (spec.HostConfig?.Mounts ?? []).map((mount) => (mount.Type === 'bind' ? { ...mount, Source: '/nowhere/at/all' } : mount)) },
      }),
    ],
  ])('that %s is replaced by the engine’s own streams, and tried once only', async (_title, change) => {
    const { engine, made, execs } = await watchedEngine(change);
    const volume = await volumeOf(engine, someFiles);
    made.length = 0;
    const session = await opened(engine, volume);
    expect((await buffer(session.read(volume))).length).toBeGreaterThan(30_000_000);
    await session.close();
    expect(execs()).toBe(1);
    expect(made).toHaveLength(2);
    const again = await opened(engine, volume);
    expect(made).toHaveLength(3);
    expect(mounted(made).filter((directory) => existsSync(directory))).toEqual([]);
    await again.close();
    expect(await helpersOf(engine, volume)).toEqual([]);
  });

  it('whose process was killed is removed with the next one', async () => {
    const { engine } = await watchedEngine();
    const volume = await volumeOf(engine, someFiles);
    const owners = { left: { ...(await ownIdentity()), started: 'long ago' }, living: await ownIdentity() };
    const directories = Object.values(owners).map((owner) => {
      const directory = mkdtempSync(path.join(tmpdir(), 'slipway-line-'));
      writeFileSync(path.join(directory, 'owner.json'), JSON.stringify(owner));
      onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
      return directory;
    });
    await opened(engine, volume);
    expect(directories.map((directory) => existsSync(directory))).toEqual([false, true]);
  });

  it('is not tried where a volume is missing', async () => {
    const { engine } = await watchedEngine();
    await expect(packedTransport(engine, program).open(['there-is-none'])).rejects.toMatchObject({ problem: { code: 'volume.not-found' } });
  });
});

describe.each([
  ['a socket', true],
  ['the engine’s own streams', false],
])('by %s', (_way, isNear) => {
  let engine: Engine;

  beforeAll(async () => {
    engine = await connectDockerode(address, { logger: silentLogger });
  });

  afterAll(() => engine.close());

  it('a helper that is killed in the midst of a reading ends it with an error', async () => {
    const volume = await volumeOf(engine, someFiles);
    const session = await opened(engine, volume, { isNear });
    const [helper = ''] = await helpersOf(engine, volume);
    let killed: Promise<void> | undefined;
    const reading = (async () => {
      for await (const piece of session.read(volume)) {
        expect(piece.length).toBeGreaterThan(0);
        // Not waited for: the engine in turn waits until what the helper wrote has been read.
        killed ??= engine.containers.kill(helper, { signalName: 'KILL' });
      }
    })();
    await expect(reading).rejects.toMatchObject({ problem: { code: expect.stringMatching(/^engine\./) as string } });
    await killed;
  });

  it('a cancelled reading ends at once', async () => {
    const volume = await volumeOf(engine, someFiles);
    const session = await opened(engine, volume, { isNear });
    const cancel = new AbortController();
    const reading = (async () => {
      for await (const piece of session.read(volume, { signal: cancel.signal })) if (piece.length > 0) cancel.abort();
    })();
    await expect(reading).rejects.toMatchObject({ name: 'AbortError' });
    await session.close();
    expect(await helpersOf(engine, volume)).toEqual([]);
  });

  it('instructions that are damaged are told as such', async () => {
    const volume = await volumeOf(engine, someFiles);
    const session = await opened(engine, volume, { isNear });
    const instructions = (async function* () {
      yield await Promise.resolve(Buffer.from([0x3f, 0, 0, 0, 0]));
      for (let piece = 0; piece < 200; piece += 1) yield Buffer.alloc(100_000, 0);
    })();
    await expect(session.apply?.(volume, instructions)).rejects.toMatchObject({ problem: { code: 'snapshot.damaged' } });
  });

  it('instructions that fail on their way fail with that', async () => {
    const volume = await volumeOf(engine, someFiles);
    const session = await opened(engine, volume, { isNear });
    const instructions = (async function* () {
      yield await Promise.resolve(Buffer.from([0x5a, 0, 0, 0, 0]));
      throw new Error('the store is gone');
    })();
    await expect(session.apply?.(volume, instructions)).rejects.toThrow('the store is gone');
  });
});
