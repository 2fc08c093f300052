import { randomBytes } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, renameSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { Fault } from '../../../../src/main/core/base/fault.ts';
import { openSnapshotStore } from '../../../../src/main/core/snapshots/open-snapshot-store.ts';
import { restoreSnapshot } from '../../../../src/main/core/snapshots/restore.ts';
import { type Forgery, forgeSnapshot } from './support/forge-snapshot.ts';
import { readTree } from './support/read-tree.ts';
import { environment, metadata, volumeToCapture } from './support/snapshot-request.ts';
import { type StoreFixture, storeFixture } from './support/store-fixture.ts';

const root = { type: 'directory', path: '', mode: 0o755, uid: 0, gid: 0, mtime: 0 };
const file = { type: 'file', mode: 0o644, uid: 0, gid: 0, mtime: 0, size: 7, chunks: [0, 0, 1] };
const link = { ...file, type: 'symlink', size: undefined, chunks: undefined };
const directory = (name: string): object => ({ ...root, path: name });

function restore({ store, volumes, journalDirectory }: StoreFixture, snapshotId: string) {
  return restoreSnapshot({
    store,
    transport: volumes,
    reset: volumes,
    journalDirectory,
    snapshotId,
    targets: [{ from: 'data', volume: 'data' }],
    safety: { environment, volumes: [volumeToCapture('data')], metadata: { ...metadata, kind: 'safety' } },
  });
}

async function codeOf(action: () => Promise<unknown>): Promise<string> {
  try {
    await action();
    return 'nothing was raised';
  } catch (error) {
    return error instanceof Fault ? error.problem.code : String(error);
  }
}

/** A store with one snapshot, and a volume that has changed since. */
async function smallStore(): Promise<{ fixture: StoreFixture; id: string; place: string; blobs: readonly string[] }> {
  const fixture = await storeFixture();
  const place = await fixture.volumes.make('data');
  writeFileSync(path.join(place, 'text'), 'some text '.repeat(40));
  writeFileSync(path.join(place, 'other'), randomBytes(300));
  const { id } = await fixture.capture(['data']);
  writeFileSync(path.join(place, 'text'), 'precious');
  const blobDirectory = path.join(fixture.directory, 'blobs/sha256');
  return { fixture, id, place, blobs: readdirSync(blobDirectory).map((name) => path.join(blobDirectory, name)) };
}

describe('a damaged snapshot', () => {
  it.each<[string, (blob: string, other: string) => void]>([
    ['cut off', (blob) => truncateSync(blob, Math.floor(readFileSync(blob).length / 2))],
    ['empty', (blob) => truncateSync(blob, 0)],
    ['longer', (blob) => writeFileSync(blob, 'x', { flag: 'a' })],
    ['missing', (blob) => rmSync(blob)],
    ['another one', (blob, other) => renameSync(other, blob)],
  ])('is not restored when a blob is %s, and the volume stays as it is', async (_title, damage) => {
    for (let which = 0; which < 4; which += 1) {
      const { fixture, id, place, blobs } = await smallStore();
      const before = readTree(place);
      damage(blobs[which] ?? '', blobs[(which + 1) % 4] ?? '');
      const store = await reopened(fixture);
      expect(await codeOf(() => restore({ ...fixture, store }, id))).toBe('snapshot.damaged');
      expect(readTree(place)).toEqual(before);
      expect(readdirSync(fixture.directory)).toContain('index.json');
    }
  });

  it.each([
    ['its id', (id: string) => id],
    ['digits of its id', (id: string) => id.slice(7, 15)],
    ['the name that it was given', () => 'Christmas'],
  ])('is not said to be missing when it is asked for by %s and the store’s list has another id for it', async (_title, asked) => {
    const { fixture, id, place } = await smallStore();
    await fixture.store.annotate(id, { name: 'Christmas' });
    const list = path.join(fixture.directory, 'index.json');
    const flipped = `${id.slice(0, -1)}${id.endsWith('0') ? '1' : '0'}`.replace(/^sha256:./, (head) => `sha256:${head.endsWith('a') ? 'b' : 'a'}`);
    writeFileSync(list, readFileSync(list, 'utf8').replace(id, flipped));
    const before = readTree(place);
    const store = await reopened(fixture);
    await expect(restore({ ...fixture, store }, asked(id))).rejects.toMatchObject({
      problem: { code: 'snapshot.damaged', message: expect.stringContaining('Christmas') as unknown },
    });
    expect(readTree(place)).toEqual(before);
    await expect(store.get('no such name')).rejects.toMatchObject({
      problem: {
        code: 'snapshot.damaged',
        message: "There is no snapshot no such name among those that can be read. These can't be: Christmas.",
        data: { unreadable: [{ id: flipped, name: 'Christmas', reason: 'Snapshot Christmas is damaged: it is missing or cut off.' }] },
      },
    });
  });

  it('is no reason to doubt that another is found, or that none is when all is well again', async () => {
    const { fixture, id, blobs } = await smallStore();
    const next = await fixture.capture(['data']);
    const broken = blobs.find((blob) => id.endsWith(path.basename(blob))) ?? '';
    const whole = readFileSync(broken);
    truncateSync(broken, 10);
    const store = await reopened(fixture);
    expect((await store.get(next.id)).id).toBe(next.id);
    expect(await codeOf(() => store.get('no such name'))).toBe('snapshot.damaged');
    writeFileSync(broken, whole);
    expect(await codeOf(() => store.get('no such name'))).toBe('snapshot.not-found');
  });

  it('hides no other snapshot, can be removed, and its content is stored anew next time', async () => {
    const { fixture, id, place, blobs } = await smallStore();
    writeFileSync(path.join(place, 'text'), 'some text '.repeat(40));
    for (const blob of blobs) truncateSync(blob, 10);
    const store = await reopened(fixture);
    const next = await fixture.capture(['data'], { store });
    const listed = await store.list();
    expect(listed.map(({ id: one, problem }) => [one, problem !== undefined])).toEqual([
      [next.id, false],
      [id, true],
    ]);
    expect(listed[1]).toMatchObject({ environmentId: 'env-1', environmentName: 'shop' });
    expect((await store.verify(next.id)).damaged).toEqual([]);
    expect(await codeOf(() => store.prune())).toBe('snapshot.damaged');
    await store.remove(id);
    await store.prune();
    expect((await store.verify(next.id)).damaged).toEqual([]);
  });
});

describe('a snapshot made to harm', () => {
  it.each<[string, Forgery]>([
    ['climbs out', { lines: [root, { ...file, path: '../escaped' }] }],
    ['climbs out later', { lines: [root, directory('a'), { ...file, path: 'a/../../escaped' }] }],
    ['names the root of the machine', { lines: [root, { ...file, path: '/escaped' }] }],
    ['has an empty part in a path', { lines: [root, directory('a'), { ...file, path: 'a//b' }] }],
    ['has a dot in a path', { lines: [root, { ...file, path: './b' }] }],
    ['has a zero byte in a path', { lines: [root, { ...file, path: 'b\0c' }] }],
    ['writes through a link', { lines: [root, { ...link, path: 'a', target: '/etc' }, { ...file, path: 'a/escaped' }] }],
    ['replaces a directory by a link', { lines: [root, directory('a'), { ...link, path: 'a', target: '/etc' }] }],
    ['writes into a directory that is not there', { lines: [root, { ...file, path: 'a/b' }] }],
    ['writes into a file', { lines: [root, { ...file, path: 'a' }, { ...file, path: 'a/b' }] }],
    ['makes a hard link out of the volume', { lines: [root, { ...link, type: 'hardlink', path: 'a', target: '../escaped' }] }],
    ['makes a hard link to an absolute path', { lines: [root, { ...link, type: 'hardlink', path: 'a', target: '/etc/passwd' }] }],
    ['makes a hard link to a directory', { lines: [root, directory('d'), { ...link, type: 'hardlink', path: 'a', target: 'd' }] }],
    ['has a link as its root', { lines: [{ ...link, path: '', target: '/etc' }] }],
    ['has no root', { lines: [{ ...file, path: 'a' }] }],
    ['has two roots', { lines: [root, root] }],
    ['has a file of another size than its content', { lines: [root, { ...file, path: 'a', size: 8 }] }],
    ['names a chunk that is not there', { lines: [root, { ...file, path: 'a', chunks: [0, 1, 1] }] }],
    ['names four billion chunks', { lines: [root, { ...file, path: 'a', chunks: [0, 0, 0xffff_ffff] }] }],
    ['names a pack that is not there', { lines: [root, { ...file, path: 'a', chunks: [1, 0, 1] }] }],
    ['has an unknown type of entry', { lines: [root, { ...file, type: 'door', path: 'a' }] }],
    ['has a mode that is none', { lines: [root, { ...file, path: 'a', mode: 0o100644 }] }],
    ['holds a volume twice', { lines: [root, { type: 'volume', name: 'data' }] }],
    ['holds no JSON', { lines: [root, 'x'] }],
    ['expands to much more than it says', { lines: [root, { ...file, path: 'a' }], compress: bomb }],
    ['expands to other bytes', { lines: [root, { ...file, path: 'a' }], compress: otherContent }],
  ])('is refused when it %s', async (_title, forgery) => {
    const fixture = await storeFixture();
    const place = await fixture.volumes.make('data');
    writeFileSync(path.join(place, 'text'), 'precious');
    const before = readTree(place);
    const id = await forgeSnapshot(fixture.directory, forgery);

    expect((await fixture.store.verify(id)).damaged.length).toBeGreaterThan(0);
    if (forgery.compress) return; // What only decompression shows is found when it is imported.
    expect(await codeOf(() => restore(fixture, id))).toBe('snapshot.damaged');
    expect(readTree(place)).toEqual(before);
    expect(existsSync(path.join(fixture.volumes.directory, 'escaped'))).toBe(false);
  });

  it('puts back what was there when decompression shows it only while writing', async () => {
    const fixture = await storeFixture();
    const place = await fixture.volumes.make('data');
    writeFileSync(path.join(place, 'text'), 'precious');
    const before = readTree(place);
    const id = await forgeSnapshot(fixture.directory, { lines: [root, { ...file, path: 'a' }], compress: bomb });
    expect(await codeOf(() => restore(fixture, id))).toBe('snapshot.damaged');
    expect(readTree(place)).toEqual(before);
  });

  it('is accepted by the same means when it is harmless', async () => {
    const fixture = await storeFixture();
    const place = await fixture.volumes.make('data');
    const id = await forgeSnapshot(fixture.directory, { lines: [root, { ...file, path: 'a' }] });
    expect((await fixture.store.verify(id)).damaged).toEqual([]);
    await restore(fixture, id);
    expect(readFileSync(path.join(place, 'a'), 'utf8')).toBe('content');
  });
});

describe('a store that holds other things', () => {
  it('says that a snapshot was made by a newer version', async () => {
    const fixture = await storeFixture();
    const id = await forgeSnapshot(fixture.directory, { artifactType: 'application/vnd.slipway.snapshot.v2' });
    expect(await codeOf(() => fixture.store.get(id))).toBe('snapshot.unsupported');
    expect(await codeOf(() => fixture.store.get('another'))).toBe('snapshot.not-found');
  });

  it('leaves an image of somebody else alone', async () => {
    const fixture = await storeFixture();
    const id = await forgeSnapshot(fixture.directory, { artifactType: 'application/vnd.example.thing' });
    expect(await fixture.store.list()).toEqual([]);
    expect(await codeOf(() => fixture.store.get(id))).toBe('snapshot.not-found');
    const before = readdirSync(path.join(fixture.directory, 'blobs/sha256')).sort();
    await fixture.store.prune();
    expect(readdirSync(path.join(fixture.directory, 'blobs/sha256')).sort()).toEqual(before);
  });

  it('refuses a layout of another version, and a folder that is no store', async () => {
    const { directory: place } = await storeFixture();
    writeFileSync(path.join(place, 'oci-layout'), '{"imageLayoutVersion":"2.0.0"}');
    expect(await codeOf(() => openSnapshotStore(place))).toBe('snapshot.unsupported');
    writeFileSync(path.join(place, 'oci-layout'), 'x');
    expect(await codeOf(() => openSnapshotStore(place))).toBe('storage.failed');
  });
});

function reopened({ directory: place }: StoreFixture) {
  return openSnapshotStore(place);
}

/** A frame of run-length blocks: 128 KiB out of four bytes each. */
function bomb(): Buffer {
  const header = Buffer.from('28b52ffd0058', 'hex');
  const block = Buffer.alloc(4);
  block.writeUIntLE((0x20000 << 3) | (1 << 1), 0, 3);
  const last = Buffer.from(block);
  last.writeUIntLE((0x20000 << 3) | (1 << 1) | 1, 0, 3);
  return Buffer.concat([header, ...Array.from({ length: 100_000 }, () => block), last]);
}

/** A frame of one raw block with as many bytes as it should have, but others. */
function otherContent(raw: Buffer): Buffer {
  const block = Buffer.alloc(3);
  block.writeUIntLE((raw.length << 3) | 1, 0, 3);
  return Buffer.concat([Buffer.from('28b52ffd0058', 'hex'), block, Buffer.alloc(raw.length, 'z')]);
}
