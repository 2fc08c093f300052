import { randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { performance } from 'node:perf_hooks';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { silentLogger } from '../../../../../src/main/core/base/logger.ts';
import type { JobIo } from '../../../../../src/main/core/snapshots/jobs/job-io.ts';
import { threadRunner } from '../../../../../src/main/core/snapshots/jobs/thread-runner.ts';
import { restoreSnapshot } from '../../../../../src/main/core/snapshots/restore.ts';
import { buildEntry, removeEntry, workerSource } from '../support/build-entry.ts';
import { readTree } from '../support/read-tree.ts';
import { storeFixture } from '../support/store-fixture.ts';

let worker: URL;

beforeAll(async () => {
  worker = await buildEntry(workerSource, 'snapshot-worker');
});

afterAll(() => removeEntry(worker));

describe('jobs in a thread', () => {
  it('take, verify and restore as in the calling thread, which stays free meanwhile', { timeout: 60_000 }, async () => {
    const fixture = await storeFixture({ worker });
    const root = await fixture.volumes.make('data');
    for (let file = 0; file < 300; file += 1) writeFileSync(path.join(root, `small-${file}`), `content ${file}`);
    writeFileSync(path.join(root, 'big'), Buffer.concat([randomBytes(6_000_000), Buffer.alloc(9_000_000, 'text ')]));
    const before = readTree(root);
    const idleBefore = performance.eventLoopUtilization();
    const progress: number[] = [];
    const snapshot = await fixture.capture(['data'], { onProgress: ({ bytes }) => progress.push(bytes) });
    const busy = performance.eventLoopUtilization(idleBefore).utilization;
    expect(snapshot.volumes).toMatchObject([{ bytes: expect.any(Number) as number, files: 301 }]);
    expect(progress.at(-1)).toBeGreaterThan(15_000_000);
    expect(busy).toBeLessThan(0.7);

    expect((await fixture.store.verify(snapshot.id)).damaged).toEqual([]);
    await fixture.volumes.clear('data');
    const { store, volumes, journalDirectory } = fixture;
    await restoreSnapshot({
      store,
      transport: volumes,
      reset: volumes,
      journalDirectory,
      snapshotId: snapshot.id,
      targets: [{ from: 'data', volume: 'data' }],
    });
    expect(readTree(root)).toEqual(before);
  });

  it('hand over failures of the transport and of the store as what they are', async () => {
    const fixture = await storeFixture({ worker });
    await fixture.volumes.make('data');
    const broken = async function* (): AsyncGenerator<Buffer> {
      await Promise.resolve();
      yield Buffer.alloc(700, 1);
    };
    const session = { format: 'tar' as const, rootOf: String, read: broken, write: () => Promise.resolve(), close: () => Promise.resolve() };
    await expect(fixture.capture(['data'], { transport: { open: () => Promise.resolve(session) } })).rejects.toMatchObject({
      problem: { code: 'engine.rejected', data: { volume: 'data' } },
    });
    const lost = { ...session, read: (): AsyncGenerator<Buffer> => failing(new Error('the pipe broke')) };
    await expect(fixture.capture(['data'], { transport: { open: () => Promise.resolve(lost) } })).rejects.toThrow('the pipe broke');
    expect(await fixture.store.list()).toEqual([]);
  });

  it('stop soon after they were cancelled', async () => {
    const fixture = await storeFixture({ worker });
    writeFileSync(path.join(await fixture.volumes.make('data'), 'big'), randomBytes(40_000_000));
    const cancel = new AbortController();
    const started = Date.now();
    const capture = fixture.capture(['data'], { signal: cancel.signal, onProgress: () => cancel.abort() });
    await expect(capture).rejects.toMatchObject({ name: 'AbortError' });
    expect(Date.now() - started).toBeLessThan(8_000);
    expect(fixture.volumes.openSessions).toBe(0);
    await fixture.store.prune();
    expect((await fixture.store.usage()).storedBytes).toBe(0);
  });
});

describe('the thread of a store', () => {
  it('does one job after the other, also after one that failed', async () => {
    const fixture = await storeFixture({ worker });
    writeFileSync(path.join(await fixture.volumes.make('data'), 'file'), 'content');
    const { id } = await fixture.capture(['data']);
    const runner = threadRunner(worker, silentLogger);
    const whole = { id, damaged: [] };
    const verify = (snapshotId: string) => runner.run('verify', { directory: fixture.directory, snapshotId, deep: true }, quiet());
    for (let job = 0; job < 3; job += 1) expect(await verify(id)).toMatchObject(whole);
    runner.prepare();
    await expect(verify('sha256:ffff')).rejects.toMatchObject({ problem: { code: 'snapshot.not-found' } });
    expect(await Promise.all([verify(id), verify(id), verify(id)])).toMatchObject([whole, whole, whole]);
    expect(await verify(id)).toMatchObject(whole);
  });

  it('is not kept when its job was cancelled', async () => {
    const fixture = await storeFixture({ worker });
    writeFileSync(path.join(await fixture.volumes.make('data'), 'file'), 'content');
    const { id } = await fixture.capture(['data']);
    await expect(fixture.store.verify(id, { signal: AbortSignal.abort() })).rejects.toMatchObject({ name: 'AbortError' });
    const cancel = new AbortController();
    const verifying = fixture.store.verify(id, { signal: cancel.signal, onProgress: () => cancel.abort() });
    await verifying.catch((error: unknown) => expect(error).toMatchObject({ name: 'AbortError' }));
    expect((await fixture.store.verify(id)).damaged).toEqual([]);
  });

  it('that can not be started fails the job, made ready before or not', async () => {
    const runner = threadRunner(new URL('file:///nowhere/worker.js'), silentLogger);
    const verify = () => runner.run('verify', { directory: '/nowhere', snapshotId: 'x', deep: false }, quiet());
    await expect(verify()).rejects.toThrow('/nowhere/worker.js');
    runner.prepare();
    await expect(verify()).rejects.toThrow('/nowhere/worker.js');
  });
});

function quiet(): JobIo {
  const none = (): never => {
    throw new Error('this job reads and writes no volumes');
  };
  return { signal: new AbortController().signal, read: none, write: none, progress: () => undefined };
}

async function* failing(error: Error): AsyncGenerator<Buffer> {
  await Promise.resolve();
  yield Buffer.alloc(0);
  throw error;
}
