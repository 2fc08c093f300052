import { randomBytes } from 'node:crypto';
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { Fault } from '../../../../src/main/core/base/fault.ts';
import { openSnapshotStore } from '../../../../src/main/core/snapshots/open-snapshot-store.ts';
import type { PushRequest } from '../../../../src/main/core/snapshots/share/push-snapshot.ts';
import { exportSnapshot, importSnapshot } from '../../../../src/main/core/snapshots/share/snapshot-file.ts';
import type { SnapshotStore } from '../../../../src/main/core/snapshots/snapshot-store.ts';
import { sealFor } from './support/seal-for.ts';
import { type StoreFixture, storeFixture } from './support/store-fixture.ts';

/** Every how-manieth byte is changed, one at a time (its square in exported files, whose imports take longer): 1 leaves none out. */
const step = Number(process.env['SLIPWAY_TAMPER_STEP'] ?? 7);
const timeout = 60_000 + 1_800_000 / step ** 2;

async function codeOf(action: () => Promise<unknown>): Promise<string> {
  try {
    await action();
    return 'nothing was raised';
  } catch (error) {
    return error instanceof Fault ? error.problem.code : String(error);
  }
}

/** Calls `look` with the file changed in one bit of one byte, for every byte of those to be tried; puts it right again. */
async function tamper(file: string, look: (at: number) => Promise<void>, { every = step }: { every?: number } = {}): Promise<void> {
  const whole = readFileSync(file);
  for (let at = 0; at < whole.length; at += every) {
    const changed = Buffer.from(whole);
    changed.writeUInt8(changed.readUInt8(at) ^ (1 << (at % 8)), at);
    writeFileSync(file, changed);
    await look(at);
  }
  writeFileSync(file, whole);
}

async function stored(content: string | Buffer): Promise<{ fixture: StoreFixture; id: string; blobs: readonly string[] }> {
  const fixture = await storeFixture();
  const place = await fixture.volumes.make('data');
  writeFileSync(path.join(place, 'text'), content);
  writeFileSync(path.join(place, 'other'), randomBytes(300));
  const { id } = await fixture.capture(['data']);
  const folder = path.join(fixture.directory, 'blobs/sha256');
  return { fixture, id, blobs: readdirSync(folder).map((name) => path.join(folder, name)) };
}

async function verified(directory: string, id: string): Promise<string> {
  return codeOf(async () => {
    const { damaged } = await (await openSnapshotStore(directory)).verify(id);
    if (damaged.length > 0) throw new Fault({ code: 'snapshot.damaged', message: '' });
  });
}

describe('one bit changed anywhere', { timeout }, () => {
  it('in a pack, a file index, a manifest or a config is damage', async () => {
    const { fixture, id, blobs } = await stored('some text '.repeat(40));
    expect(blobs).toHaveLength(4);
    for (const blob of blobs) {
      await tamper(blob, async (at) => expect(await verified(fixture.directory, id), `${path.basename(blob)} at ${at}`).toBe('snapshot.damaged'));
    }
    expect(await verified(fixture.directory, id)).toBe('nothing was raised');
  });

  it('in a large pack is damage', async () => {
    const { fixture, id, blobs } = await stored(randomBytes(2_000_000));
    const largest = blobs.reduce((one, other) => (statSync(other).size > statSync(one).size ? other : one));
    await tamper(largest, async (at) => expect(await verified(fixture.directory, id), `at ${at}`).toBe('snapshot.damaged'), { every: 98_765 });
  });

  it('in the store’s own lists raises what a person can read, or does no harm', async () => {
    const { fixture, id } = await stored('some text');
    const fine = ['nothing was raised', 'storage.failed', 'storage.damaged', 'snapshot.damaged', 'snapshot.not-found', 'snapshot.unsupported'];
    for (const name of ['index.json', 'oci-layout']) {
      await tamper(path.join(fixture.directory, name), async (at) => expect(fine, `${name} at ${at}`).toContain(await verified(fixture.directory, id)));
    }
    expect(await verified(fixture.directory, id)).toBe('nothing was raised');
  });

  it('in a digest of the store’s list is damage', async () => {
    const { fixture, id } = await stored('some text');
    const list = path.join(fixture.directory, 'index.json');
    const start = readFileSync(list, 'utf8').indexOf(id);
    const end = start + id.length;
    await tamper(list, async (at) => {
      if (at >= start && at < end) expect(await verified(fixture.directory, id), `at ${at - start} of the digest`).toBe('snapshot.damaged');
    }, { every: 1 });
    expect(await verified(fixture.directory, id)).toBe('nothing was raised');
  });

  it.each<[string, () => Promise<PushRequest['seal']>]>([
    ['an exported file', () => Promise.resolve(undefined)],
    ['an encrypted exported file', () => sealFor('long enough')],
  ])('in %s is damage, or nothing of the data', async (_title, seal) => {
    const { fixture, id } = await stored('some text '.repeat(40));
    await fixture.store.annotate(id, { note: 'before the upgrade' });
    const file = path.join(fixture.directory, '../shop.tar');
    await exportSnapshot(fixture.store, { snapshotId: id, file, seal: await seal() });
    const { store } = await storeFixture();
    await tamper(file, async (at) => {
      const code = await codeOf(() => importSnapshot(store, { file, unlocking: { passphrase: 'long enough' } }));
      expect(['snapshot.damaged', 'nothing was raised'], `at ${at}`).toContain(code);
      if (code === 'nothing was raised') await expectSame(store, id);
      else expect(await store.list()).toEqual([]);
      await forget(store, id);
    }, { every: step * step });
  });
});

async function expectSame(store: SnapshotStore, id: string): Promise<void> {
  expect((await store.list()).map((one) => one.id)).toEqual([id]);
  expect((await store.verify(id)).damaged).toEqual([]);
}

/** What an import has left would help the next one. */
async function forget(store: SnapshotStore, id: string): Promise<void> {
  await codeOf(() => store.remove(id));
  await store.prune();
}
