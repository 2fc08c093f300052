import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { recoverRestores, restoreSnapshot } from '../../../../src/main/core/snapshots/restore.ts';
import type { VolumeTransport } from '../../../../src/main/core/snapshots/transport.ts';
import { readTree } from './support/read-tree.ts';
import { environment, metadata, volumeToCapture } from './support/snapshot-request.ts';
import { storeFixture, type StoreFixture } from './support/store-fixture.ts';

/** A store with a snapshot of a volume that has changed since. */
async function changedSince(): Promise<{ fixture: StoreFixture; id: string; place: string }> {
  const fixture = await storeFixture();
  const place = await fixture.volumes.make('data');
  writeFileSync(path.join(place, 'file'), 'in the snapshot '.repeat(100_000));
  const { id } = await fixture.capture(['data']);
  writeFileSync(path.join(place, 'file'), 'precious');
  writeFileSync(path.join(place, 'more'), 'precious too');
  return { fixture, id, place };
}

function restore({ store, volumes, journalDirectory }: StoreFixture, snapshotId: string, transport: VolumeTransport, signal?: AbortSignal) {
  return restoreSnapshot({
    store,
    transport,
    reset: volumes,
    journalDirectory,
    snapshotId,
    targets: [{ from: 'data', volume: 'data' }],
    safety: { environment, volumes: [volumeToCapture('data')], metadata: { ...metadata, kind: 'safety' } },
    signal,
  });
}

/** Calls `onWrite` with the count of writes before each, then takes in only the beginning of the stream if that throws. */
function interrupted({ volumes }: StoreFixture, onWrite: (count: number) => void): VolumeTransport {
  let writes = 0;
  return {
    open: async () => {
      const session = await volumes.open();
      return {
        ...session,
        write: async (volume, tar) => {
          writes += 1;
          await session.write(volume, cutBy(tar, () => onWrite(writes)));
        },
      };
    },
  };
}

async function* cutBy(tar: AsyncIterable<Buffer>, check: () => void): AsyncGenerator<Buffer> {
  let pieces = 0;
  for await (const piece of tar) {
    yield piece;
    pieces += 1;
    if (pieces === 3) check();
  }
}

function journals({ journalDirectory }: StoreFixture): readonly string[] {
  return readdirSync(journalDirectory).filter((name) => name.endsWith('.json'));
}

describe('a restore that is interrupted', () => {
  it('puts back what was there when writing fails', async () => {
    const { fixture, id, place } = await changedSince();
    const before = readTree(place);
    const transport = interrupted(fixture, (count) => {
      if (count === 1) throw new Error('the engine is gone');
    });
    await expect(restore(fixture, id, transport)).rejects.toThrow('the engine is gone');
    expect(readTree(place)).toEqual(before);
    expect(journals(fixture)).toEqual([]);
    expect(fixture.volumes.openSessions).toBe(0);
  });

  it('puts back what was there when it is cancelled', async () => {
    const { fixture, id, place } = await changedSince();
    const before = readTree(place);
    const cancel = new AbortController();
    const transport = interrupted(fixture, (count) => {
      if (count === 1) cancel.abort();
      if (count === 1) cancel.signal.throwIfAborted();
    });
    await expect(restore(fixture, id, transport, cancel.signal)).rejects.toMatchObject({ name: 'AbortError' });
    expect(readTree(place)).toEqual(before);
    expect(journals(fixture)).toEqual([]);
  });

  it('is undone later when it could not be at once', async () => {
    const { fixture, id, place } = await changedSince();
    const before = readTree(place);
    const transport = interrupted(fixture, () => {
      throw new Error('the engine is gone');
    });
    await expect(restore(fixture, id, transport)).rejects.toMatchObject({ problem: { code: 'storage.failed' } });
    expect(journals(fixture)).toHaveLength(1);
    const stopped: string[] = [];
    const { store, volumes, journalDirectory } = fixture;
    const recover = (through: VolumeTransport) =>
      recoverRestores({
        store,
        transport: through,
        reset: volumes,
        journalDirectory,
        beforeWriting: (names) => Promise.resolve(void stopped.push(...names)),
      });
    await expect(recover(transport)).rejects.toThrow('the engine is gone');
    expect(await recover(volumes)).toMatchObject([{ environmentId: 'env-1', snapshotId: id, volumes: ['data'], outcome: 'rolled-back' }]);
    expect(stopped).toEqual(['data', 'data']);
    expect(readTree(place)).toEqual(before);
    expect(journals(fixture)).toEqual([]);
    expect(await recover(volumes)).toEqual([]);
  });

  it('changes nothing when the content could not be saved first', async () => {
    const { fixture, id, place } = await changedSince();
    const before = readTree(place);
    const failing: VolumeTransport = { open: () => Promise.reject(new Error('no helper')) };
    await expect(restore(fixture, id, failing)).rejects.toThrow('no helper');
    expect(readTree(place)).toEqual(before);
    expect(journals(fixture)).toEqual([]);
  });

  it('says which volumes a snapshot holds when asked for another', async () => {
    const { fixture, id } = await changedSince();
    const { store, volumes, journalDirectory } = fixture;
    const targets = [{ from: 'other', volume: 'data' }];
    await expect(restoreSnapshot({ store, transport: volumes, reset: volumes, journalDirectory, snapshotId: id, targets })).rejects.toMatchObject({
      problem: { code: 'snapshot.not-found', hint: 'It holds data.' },
    });
  });
});

describe('the session that is opened while the snapshot is verified', () => {
  it('is closed again when the snapshot turns out to be damaged', async () => {
    const { fixture, id, place } = await changedSince();
    const before = readTree(place);
    for (const blob of packsOf(fixture)) rmSync(blob);
    const late: VolumeTransport = {
      open: async () => {
        await sleep(200);
        return fixture.volumes.open();
      },
    };
    await expect(restore(fixture, id, late)).rejects.toMatchObject({ problem: { code: 'snapshot.damaged' } });
    expect(fixture.volumes.openSessions).toBe(0);
    expect(readTree(place)).toEqual(before);
    expect(await fixture.store.list()).toHaveLength(1);
  });

  it('leaves no safety snapshot when the current content is saved by the time that the snapshot turns out to be damaged', async () => {
    const { fixture, id, place } = await changedSince();
    for (const blob of packsOf(fixture)) rmSync(blob);
    let isSaved: () => void = () => undefined;
    const saved = new Promise<void>((resolve) => (isSaved = resolve));
    const store = new Proxy(fixture.store, {
      get: (target, name) => {
        if (name === 'verify') return async (...given: Parameters<typeof target.verify>) => (await saved, target.verify(...given));
        if (name === 'get') return async (...given: Parameters<typeof target.get>) => ((await target.list()).length > 1 && isSaved(), target.get(...given));
        const value: unknown = Reflect.get(target, name);
        return typeof value === 'function' ? (value as (...given: unknown[]) => unknown).bind(target) : value;
      },
    });
    await expect(restore({ ...fixture, store }, id, fixture.volumes)).rejects.toMatchObject({ problem: { code: 'snapshot.damaged' } });
    expect(await fixture.store.list()).toHaveLength(1);
    expect(readdirSync(place)).toContain('more');
  });

  it('may fail to open without hiding that the snapshot is damaged', async () => {
    const { fixture, id } = await changedSince();
    for (const blob of packsOf(fixture)) rmSync(blob);
    const failing: VolumeTransport = { open: () => Promise.reject(new Error('no helper')) };
    await expect(restore(fixture, id, failing)).rejects.toMatchObject({ problem: { code: 'snapshot.damaged' } });
  });

  it('is given up when the restore is cancelled meanwhile', async () => {
    const { fixture, id, place } = await changedSince();
    const before = readTree(place);
    const cancel = new AbortController();
    const waiting: VolumeTransport = {
      open: (_volumes, { signal } = {}) =>
        new Promise((_resolve, reject) => {
          signal?.addEventListener('abort', () => reject(new DOMException('Cancelled', 'AbortError')));
          setTimeout(() => cancel.abort(), 50);
        }),
    };
    await expect(restore(fixture, id, waiting, cancel.signal)).rejects.toMatchObject({ name: 'AbortError' });
    expect(readTree(place)).toEqual(before);
    expect(journals(fixture)).toEqual([]);
  });

  it('serves the saving and the writing, and is closed after them', async () => {
    const { fixture, id, place } = await changedSince();
    let opened = 0;
    const counting: VolumeTransport = {
      open: async () => {
        opened += 1;
        const session = await fixture.volumes.open();
        return { ...session, apply: (_volume, instructions) => drain(instructions) };
      },
    };
    const { safetySnapshotId } = await restore(fixture, id, counting);
    expect(safetySnapshotId).toBeDefined();
    expect(opened).toBe(1);
    expect(fixture.volumes.openSessions).toBe(0);
    expect(readdirSync(place)).toContain('more');
  });

  it('is not needed to empty volumes of which nothing is kept', async () => {
    const { fixture, place } = await changedSince();
    const none: VolumeTransport = { open: () => Promise.reject(new Error('not to be opened')) };
    const { store, volumes, journalDirectory } = fixture;
    await restoreSnapshot({ store, transport: none, reset: volumes, journalDirectory, targets: [{ from: 'data', volume: 'data' }] });
    expect(readdirSync(place)).toEqual([]);
  });
});

/** The store's packs: what is no JSON document. */
function packsOf({ directory }: StoreFixture): readonly string[] {
  const blobs = path.join(directory, 'blobs/sha256');
  return readdirSync(blobs).map((name) => path.join(blobs, name)).filter((file) => !readFileSync(file, 'latin1').startsWith('{'));
}

async function drain(bytes: AsyncIterable<Buffer>): Promise<void> {
  for await (const piece of bytes) expect(piece.length).toBeGreaterThan(0);
}
