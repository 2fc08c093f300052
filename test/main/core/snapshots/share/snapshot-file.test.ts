import { randomBytes } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { generateX25519Identity, identityToRecipient } from 'age-encryption';
import { describe, expect, it } from 'vitest';
import { quietIo } from '../../../../../src/main/core/snapshots/explore.ts';
import { restoreSnapshot } from '../../../../../src/main/core/snapshots/restore.ts';
import type { PushRequest } from '../../../../../src/main/core/snapshots/share/push-snapshot.ts';
import { exportSnapshot, importSnapshot } from '../../../../../src/main/core/snapshots/share/snapshot-file.ts';
import { forgeSnapshot } from '../support/forge-snapshot.ts';
import { readTree } from '../support/read-tree.ts';
import { sealFor } from '../support/seal-for.ts';
import { type StoreFixture, storeFixture } from '../support/store-fixture.ts';

interface Exported {
  readonly fixture: StoreFixture;
  readonly id: string;
  readonly place: string;
  readonly file: string;
}

async function exported(seal?: PushRequest['seal']): Promise<Exported> {
  const fixture = await storeFixture();
  const place = await fixture.volumes.make('data');
  writeFileSync(path.join(place, 'customers'), 'name and address '.repeat(1000));
  writeFileSync(path.join(place, 'random'), randomBytes(200_000));
  const { id } = await fixture.capture(['data']);
  const file = path.join(fixture.directory, '../shop.tar');
  await exportSnapshot(fixture.store, { snapshotId: id, file, seal });
  return { fixture, id, place, file };
}

async function restoredElsewhere({ store, volumes, journalDirectory }: StoreFixture, snapshotId: string): Promise<string> {
  const copy = await volumes.make('copy');
  await restoreSnapshot({ store, transport: volumes, reset: volumes, journalDirectory, snapshotId, targets: [{ from: 'data', volume: 'copy' }] });
  return copy;
}

const problem = (code: string): unknown => expect.objectContaining({ problem: expect.objectContaining({ code }) as unknown });

describe('a snapshot in one file', () => {
  it('goes to another store with what was noted on it, and restores there', async () => {
    const { fixture, id, place, file } = await exported();
    await fixture.store.annotate(id, { note: 'before the upgrade', tags: ['keep'] });
    await exportSnapshot(fixture.store, { snapshotId: id, file });
    const other = await storeFixture();
    expect(await importSnapshot(other.store, { file })).toBe(id);
    expect(await importSnapshot(other.store, { file })).toBe(id);
    expect(await other.store.list()).toMatchObject([{ id, note: 'before the upgrade', tags: ['keep'] }]);
    expect(readTree(await restoredElsewhere(other, id))).toEqual(readTree(place));
  });

  it('heals the same one that is damaged here', async () => {
    const { fixture, id, file } = await exported();
    writeFileSync(largestBlob(fixture), 'x', { flag: 'r+' });
    expect((await fixture.store.verify(id)).damaged).toHaveLength(1);
    await importSnapshot(fixture.store, { file });
    expect((await fixture.store.verify(id)).damaged).toEqual([]);
  });

  it.each<[string, (file: string) => void, string]>([
    ['cut off', (file) => truncateSync(file, Math.floor(readFileSync(file).length / 2)), 'snapshot.damaged'],
    ['without its end', (file) => truncateSync(file, readFileSync(file).length - 2000), 'snapshot.damaged'],
    ['changed in its middle', flipMiddle, 'snapshot.damaged'],
    ['changed in its first bytes', (file) => writeFileSync(file, 'x', { flag: 'r+' }), 'snapshot.damaged'],
    ['empty', (file) => truncateSync(file, 0), 'snapshot.unsupported'],
    ['no archive at all', (file) => writeFileSync(file, randomBytes(5000)), 'snapshot.unsupported'],
  ])('is refused when it is %s, encrypted or not', async (_title, damage, code) => {
    for (const seal of [undefined, await sealFor('long enough')]) {
      const { file } = await exported(seal);
      damage(file);
      const other = await storeFixture();
      await expect(importSnapshot(other.store, { file, unlocking: { passphrase: 'long enough' } })).rejects.toEqual(problem(code));
      expect(await other.store.list()).toEqual([]);
      await other.store.prune();
      expect((await other.store.usage()).storedBytes).toBe(0);
    }
  });

  it('is refused when it was made to harm', async () => {
    const fixture = await storeFixture();
    const root = { type: 'directory', path: '', mode: 0o755, uid: 0, gid: 0, mtime: 0 };
    const snapshotId = await forgeSnapshot(fixture.directory, { lines: [root, { ...root, path: '../out' }] });
    const file = path.join(fixture.directory, '../shop.tar');
    for (const seal of [undefined, await sealFor('long enough')]) {
      await exportSnapshot(fixture.store, { snapshotId, file, seal });
      const other = await storeFixture();
      await expect(importSnapshot(other.store, { file, unlocking: { passphrase: 'long enough' } })).rejects.toEqual(problem('snapshot.damaged'));
      expect(await other.store.list()).toEqual([]);
    }
  });
});

describe('an encrypted file', () => {
  it('opens with its passphrase alone and shows nothing', async () => {
    const { id, place, file } = await exported(await sealFor('long enough'));
    const bytes = readFileSync(file);
    for (const told of ['customers', 'shop', 'env-1', 'SLPK']) expect(bytes.includes(told)).toBe(false);
    const other = await storeFixture();
    await expect(importSnapshot(other.store, { file })).rejects.toEqual(problem('snapshot.passphrase'));
    await expect(importSnapshot(other.store, { file, unlocking: { passphrase: 'wrong' } })).rejects.toEqual(problem('snapshot.passphrase'));
    expect(await other.store.list()).toEqual([]);
    expect(await importSnapshot(other.store, { file, unlocking: { passphrase: 'long enough' } })).toBe(id);
    expect(readTree(await restoredElsewhere(other, id))).toEqual(readTree(place));
  });

  it('brings what was said of it after it was taken, and shows nothing of that', async () => {
    const { fixture, id, file } = await exported();
    const seal = await sealFor('long enough');
    const unlocking = { passphrase: 'long enough' };
    await fixture.store.annotate(id, { name: 'Before Noël', note: 'the wholesaler called', tags: ['keep', 'demo'] });
    await exportSnapshot(fixture.store, { snapshotId: id, file, seal });
    const bytes = readFileSync(file);
    for (const told of ['Noël', 'wholesaler', 'demo']) expect(bytes.includes(told)).toBe(false);
    const other = await storeFixture();
    expect(await importSnapshot(other.store, { file, unlocking })).toBe(id);
    const said = { id, name: 'Before Noël', note: 'the wholesaler called', tags: ['keep', 'demo'], environmentId: 'env-1' };
    expect(await other.store.list()).toMatchObject([said]);

    await fixture.store.annotate(id, { name: 'Christmas', note: 'never mind', tags: [] });
    await exportSnapshot(fixture.store, { snapshotId: id, file, seal });
    await other.store.annotate(id, { note: 'ours' });
    await importSnapshot(other.store, { file, unlocking });
    expect(await other.store.list()).toMatchObject([{ ...said, note: 'ours' }]);
  });

  it('tells who has it already, unchanged, what was said of it since', async () => {
    const { fixture, id, file } = await exported(await sealFor('long enough'));
    const unlocking = { passphrase: 'long enough' };
    const other = await storeFixture();
    await importSnapshot(other.store, { file, unlocking });
    const [untouched] = await other.store.list();
    expect(untouched).toMatchObject({ name: (await fixture.store.get(id)).name, tags: [] });
    await fixture.store.annotate(id, { name: 'Christmas', tags: ['keep'] });
    await exportSnapshot(fixture.store, { snapshotId: id, file, seal: await sealFor('long enough') });
    await importSnapshot(other.store, { file, unlocking });
    expect(await other.store.list()).toMatchObject([{ id, name: 'Christmas', tags: ['keep'] }]);
  });

  it('is sent only with words that a reader takes', async () => {
    const { fixture, id, file } = await exported();
    await fixture.store.annotate(id, { note: 'x'.repeat(300_000) });
    await expect(exportSnapshot(fixture.store, { snapshotId: id, file, seal: await sealFor('long enough') })).rejects.toEqual(problem('usage.invalid'));
  });

  it('opens for its recipient alone', async () => {
    const [identity, stranger] = [await generateX25519Identity(), await generateX25519Identity()];
    const { store } = await storeFixture();
    const contentKey = randomBytes(32);
    const encryption = { recipients: [await identityToRecipient(identity)] };
    const envelope = Buffer.from(await store.runner.run('wrapKey', { contentKey, encryption }, quietIo({})));
    const { id, file } = await exported({ contentKey, envelope });
    await expect(importSnapshot(store, { file, unlocking: { identities: [stranger] } })).rejects.toEqual(problem('snapshot.passphrase'));
    expect(await importSnapshot(store, { file, unlocking: { identities: [identity] } })).toBe(id);
  });

  it('leaves no part of itself when it is cancelled', async () => {
    const { fixture, id, file } = await exported();
    const cancel = new AbortController();
    const target = `${file}.sealed`;
    const seal = await sealFor('long enough');
    const writing = exportSnapshot(fixture.store, { snapshotId: id, file: target, seal }, { signal: cancel.signal, onProgress: () => cancel.abort() });
    await expect(writing).rejects.toMatchObject({ name: 'AbortError' });
    expect([existsSync(target), existsSync(`${target}.part`)]).toEqual([false, false]);
  });
});

function largestBlob({ directory }: StoreFixture): string {
  const folder = path.join(directory, 'blobs/sha256');
  const sizes = readdirSync(folder).map((name) => ({ blob: path.join(folder, name), size: statSync(path.join(folder, name)).size }));
  return sizes.reduce((one, other) => (other.size > one.size ? other : one)).blob;
}

function flipMiddle(file: string): void {
  const bytes = readFileSync(file);
  const at = Math.floor(bytes.length / 2);
  bytes.writeUInt8(bytes.readUInt8(at) ^ 0xff, at);
  writeFileSync(file, bytes);
}
