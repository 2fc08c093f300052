import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import path from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { captureSnapshot } from '../../../../src/main/core/snapshots/capture.ts';
import { openSnapshotStore } from '../../../../src/main/core/snapshots/open-snapshot-store.ts';
import { withStoreLock } from '../../../../src/main/core/snapshots/store/store-lock.ts';
import { tempDir } from '../../../support/temp.ts';
import { DirectoryVolumes } from './support/directory-volumes.ts';
import { environment, metadata, volumeToCapture } from './support/snapshot-request.ts';
import { storeFixture, type StoreFixture } from './support/store-fixture.ts';

async function withContent(bytes: Buffer | string = 'content'): Promise<StoreFixture> {
  const fixture = await storeFixture();
  writeFileSync(path.join(await fixture.volumes.make('data'), 'file'), bytes);
  return fixture;
}

describe('a snapshot store', () => {
  it('lists what was captured, newest first and by environment', async () => {
    let now = Date.parse('2026-03-01T12:00:00Z');
    const directory = await tempDir('store');
    const store = await openSnapshotStore(directory, { clock: { now: () => new Date((now += 60_000)) } });
    const volumes = new DirectoryVolumes(await tempDir('volumes'));
    await volumes.make('data');
    const request = { store, transport: volumes, environment, volumes: [volumeToCapture('data')], metadata };
    const first = await captureSnapshot(request);
    const second = await captureSnapshot({ ...request, environment: { ...environment, id: 'env-2' } });
    const third = await captureSnapshot({ ...request, metadata: { ...metadata, name: 'mine', note: 'why', tags: ['a', 'b'] } });

    expect((await store.list()).map(({ id }) => id)).toEqual([third.id, second.id, first.id]);
    expect((await store.list({ environmentId: 'env-1' })).map(({ name }) => name)).toEqual(['mine', 'shop 2026-03-01 12:01']);
    expect(third).toMatchObject({ note: 'why', tags: ['a', 'b'], environmentName: 'shop', kind: 'manual', parent: first.id });
    expect(await store.get('mine')).toMatchObject({ id: third.id, resolvedConfig: metadata.resolvedConfig, project: 'shop' });
    expect(await store.get(first.id.slice(7, 15))).toMatchObject({ id: first.id });
  });

  it('gives snapshots of one minute names of their own', async () => {
    const directory = await tempDir('store');
    const store = await openSnapshotStore(directory, { clock: { now: () => new Date('2026-03-01T12:00:30Z') } });
    const volumes = new DirectoryVolumes(await tempDir('volumes'));
    const place = await volumes.make('data');
    const request = { store, transport: volumes, environment, volumes: [volumeToCapture('data')], metadata };
    const names: string[] = [];
    for (const content of ['a', 'b', 'c']) {
      writeFileSync(path.join(place, 'file'), content);
      names.push((await captureSnapshot(request)).name);
    }
    expect(names).toEqual(['shop 2026-03-01 12:00', 'shop 2026-03-01 12:00 (2)', 'shop 2026-03-01 12:00 (3)']);
  });

  it('keeps changed names, notes and tags, and the id', async () => {
    const fixture = await withContent();
    const { id } = await fixture.capture(['data']);
    await fixture.store.annotate(id, { name: 'renamed', tags: ['x'] });
    await fixture.store.annotate(id, { note: 'a note' });
    const [listed] = await (await openSnapshotStore(fixture.directory)).list();
    expect(listed).toMatchObject({ id, name: 'renamed', note: 'a note', tags: ['x'] });
    expect((await fixture.store.get('renamed')).id).toBe(id);
  });

  it.each([['a name that nothing has', 'nothing'], ['digits that are too few', 'sha256:12']])('does not find %s', async (_title, id) => {
    const fixture = await withContent();
    const { store } = fixture;
    await fixture.capture(['data']);
    await expect(store.get(id)).rejects.toMatchObject({ problem: { code: 'snapshot.not-found' } });
    await expect(store.remove(id)).rejects.toMatchObject({ problem: { code: 'snapshot.not-found' } });
  });

  it('frees what no snapshot needs any more, and nothing else', async () => {
    const fixture = await withContent(randomBytes(500_000));
    const { store } = fixture;
    const first = await fixture.capture(['data']);
    writeFileSync(path.join(fixture.volumes.directory, 'data/second'), randomBytes(700_000));
    const second = await fixture.capture(['data']);

    const usage = await store.usage();
    expect(usage).toMatchObject({ unreferencedBytes: 0, logicalBytes: 1_700_000 });
    const of = (id: string) => usage.snapshots.find((snapshot) => snapshot.id === id);
    expect(of(first.id)?.uniqueBytes).toBeLessThan(10_000);
    expect(of(first.id)?.sharedBytes).toBeGreaterThan(500_000);
    expect(of(second.id)?.uniqueBytes).toBeGreaterThan(700_000);

    await store.remove(second.id);
    expect((await store.usage()).unreferencedBytes).toBeGreaterThan(700_000);
    const { freedBytes } = await store.prune();
    expect(freedBytes).toBeGreaterThan(700_000);
    expect((await store.usage()).unreferencedBytes).toBe(0);
    expect((await store.verify(first.id)).damaged).toEqual([]);
  });

  it('takes no harm from captures at the same time', async () => {
    const fixture = await storeFixture();
    const names = ['a', 'b', 'c', 'd'];
    for (const name of names) writeFileSync(path.join(await fixture.volumes.make(name), name), randomBytes(200_000));
    const snapshots = await Promise.all(names.map((name) => fixture.capture([name], { metadata: { ...metadata, name } })));
    expect((await fixture.store.list()).map(({ id }) => id).sort()).toEqual(snapshots.map(({ id }) => id).sort());
    for (const { id } of snapshots) expect((await fixture.store.verify(id)).damaged).toEqual([]);
  });

  it('is not pruned while somebody uses it', { timeout: 30_000 }, async () => {
    const fixture = await withContent();
    await fixture.capture(['data']);
    await withStoreLock(fixture.directory, 'use', async () => {
      await expect(fixture.store.prune()).rejects.toMatchObject({
        problem: { code: 'snapshot.locked', data: { pid: process.pid, purpose: 'use' } },
      });
      expect(await fixture.store.list()).toHaveLength(1);
    });
    await expect(fixture.store.prune()).resolves.toEqual({ freedBytes: 0 });
    expect(readdirSync(path.join(fixture.directory, 'slipway/locks'))).toEqual([]);
  });

  it.each([
    ['a process that ended', { pid: 2 ** 22 - 3, started: '1' }],
    ['an earlier process with the number of a living one', { pid: process.pid, started: '1' }],
  ])('ignores the lock of %s', async (_title, holder) => {
    const fixture = await withContent();
    const locks = path.join(fixture.directory, 'slipway/locks');
    mkdirSync(locks, { recursive: true });
    writeFileSync(path.join(locks, 'old.json'), JSON.stringify({ purpose: 'prune', holder: { host: hostname(), ...holder } }));
    await fixture.capture(['data']);
    expect(existsSync(path.join(locks, 'old.json'))).toBe(false);
  });
});

describe('services around a capture', () => {
  it('are paused from the first byte read to the last', async () => {
    const fixture = await withContent(randomBytes(2_000_000));
    const events: string[] = [];
    const session = await fixture.volumes.open();
    const transport = {
      open: () => {
        events.push('open');
        const read = async function* (volume: string): AsyncGenerator<Buffer> {
          events.push('read');
          yield* session.read(volume);
          events.push('end');
        };
        return Promise.resolve({ ...session, read, close: () => Promise.resolve(void events.push('close')) });
      },
    };
    const freeze = {
      pause: () => Promise.resolve(void events.push('pause')),
      resume: () => Promise.resolve(void events.push('resume')),
    };
    await fixture.capture(['data'], { transport, freeze });
    expect(events).toEqual(['open', 'pause', 'read', 'end', 'resume', 'close']);
  });

  it.each(['pause', 'read'])('are resumed when %s fails', async (failing) => {
    const fixture = await withContent();
    const calls: string[] = [];
    const fail = (): Promise<never> => Promise.reject(new Error('failed on purpose'));
    const freeze = {
      pause: failing === 'pause' ? fail : () => Promise.resolve(),
      resume: () => Promise.resolve(void calls.push('resume')),
    };
    const session = await fixture.volumes.open();
    const read = failing === 'read' ? (): AsyncGenerator<Buffer> => rejecting() : (volume: string): AsyncIterable<Buffer> => session.read(volume);
    const transport = { open: () => Promise.resolve({ ...session, read, close: () => Promise.resolve(void calls.push('close')) }) };
    await expect(fixture.capture(['data'], { transport, freeze })).rejects.toThrow('failed on purpose');
    expect(calls).toEqual(['resume', 'close']);
    expect(await fixture.store.list()).toEqual([]);
  });
});

describe.skipIf(process.getuid?.() !== 0 || process.platform !== 'linux')('a full disk', () => {
  it('is said so; earlier snapshots stay whole and removing one makes room', async () => {
    const base = await tempDir('full');
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=24m', 'tmpfs', base]);
    onTestFinished(() => void execFileSync('umount', ['-l', base]));
    const fixture = await storeFixture({ base });
    const volumes = new DirectoryVolumes(await tempDir('volumes'));
    const place = await volumes.make('data');
    writeFileSync(path.join(place, 'file'), randomBytes(4_000_000));
    const kept = await fixture.capture(['data'], { transport: volumes });
    writeFileSync(path.join(place, 'file'), randomBytes(60_000_000));
    await expect(fixture.capture(['data'], { transport: volumes })).rejects.toMatchObject({ problem: { code: 'snapshot.no-space' } });
    expect((await fixture.store.verify(kept.id)).damaged).toEqual([]);
    await fixture.store.prune();
    expect((await fixture.store.usage()).unreferencedBytes).toBe(0);
    writeFileSync(path.join(place, 'file'), 'small');
    await fixture.capture(['data'], { transport: volumes });
  });
});

async function* rejecting(): AsyncGenerator<Buffer> {
  await Promise.resolve();
  yield Buffer.alloc(0);
  throw new Error('failed on purpose');
}
