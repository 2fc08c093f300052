import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chmodSync, chownSync, linkSync, lutimesSync, mkdirSync, symlinkSync, truncateSync, utimesSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { restoreSnapshot } from '../../../../src/main/core/snapshots/restore.ts';
import { readTree } from './support/read-tree.ts';
import { environment, metadata, volumeToCapture } from './support/snapshot-request.ts';
import { type StoreFixture, storeFixture } from './support/store-fixture.ts';

const isRoot = process.getuid?.() === 0;

function restore(fixture: StoreFixture, snapshotId: string, volume: string) {
  const { store, volumes, journalDirectory } = fixture;
  return restoreSnapshot({
    store,
    transport: volumes,
    reset: volumes,
    journalDirectory,
    snapshotId,
    targets: [{ from: volume, volume }],
    safety: { environment, volumes: [volumeToCapture(volume)], metadata: { ...metadata, kind: 'safety' } },
  });
}

/** A tree with everything in it that has gone wrong in some backup program. */
function makeHostileTree(root: string): void {
  const at = (name: string): string => path.join(root, name);
  writeFileSync(at('plain'), 'text');
  writeFileSync(at('empty'), '');
  writeFileSync(at('page'), randomBytes(8192).fill('x', 0, 4000));
  writeFileSync(at('pages'), Buffer.alloc(8192 * 5 + 4096, 'abc'));
  writeFileSync(at('random'), randomBytes(2_500_001));
  writeFileSync(at('log'), 'a line of a log\n'.repeat(30_000));
  writeFileSync(at('sparse'), '');
  truncateSync(at('sparse'), 5_000_000);
  mkdirSync(at('empty directory'));
  mkdirSync(at('deep/er/and/deeper'), { recursive: true });
  writeFileSync(at('deep/er/and/deeper/file'), 'x');
  writeFileSync(at(`${'long'.repeat(50)}.txt`), 'long name');
  mkdirSync(at('d'.repeat(120)));
  writeFileSync(at(`${'d'.repeat(120)}/${'e'.repeat(200)}`), 'long path');
  for (const name of ['-rf', ' ', '*', 'new\nline', 'tab\t', 'quote"\'', 'back\\slash', 'ünïcödé 😀', '.hidden', '...', 'a:b']) {
    writeFileSync(at(name), name);
  }
  writeFileSync(Buffer.concat([Buffer.from(`${root}/not utf8 `), Buffer.from([0xff, 0xfe, 0xc3, 0x28])]), 'bytes');
  linkSync(at('plain'), at('zz hard link'));
  symlinkSync('plain', at('link'));
  symlinkSync('/etc/passwd', at('absolute link'));
  symlinkSync('../../..', at('link out'));
  symlinkSync('nowhere', at('dangling'));
  symlinkSync('t'.repeat(300), at('long link'));
  chmodSync(at('page'), 0o4751);
  chmodSync(at('empty directory'), 0o1777);
  utimesSync(at('pages'), 1, 1_234_567_890.5);
  lutimesSync(at('link'), 1, 86_400);
  utimesSync(at('empty directory'), 1, 1);
  execFileSync('mkfifo', [at('fifo')]);
  if (isRoot) {
    execFileSync('mknod', [at('null'), 'c', '1', '3']);
    execFileSync('mknod', [at('block'), 'b', '7', '200']);
    chownSync(at('plain'), 999, 999);
    chownSync(at('log'), 3_000_000, 4_000_000);
    chownSync(root, 70, 71);
  }
  chmodSync(root, 0o700);
  utimesSync(root, 5, 5);
}

describe('capture and restore', () => {
  it('brings back every thing that a file system can hold', async () => {
    const fixture = await storeFixture();
    const root = await fixture.volumes.make('data');
    makeHostileTree(root);
    const before = readTree(root);

    const snapshot = await fixture.capture(['data']);
    await fixture.volumes.clear('data');
    writeFileSync(path.join(root, 'later'), 'not in the snapshot');
    chmodSync(root, 0o755);
    await restore(fixture, snapshot.id, 'data');

    expect(readTree(root)).toEqual(before);
    expect(fixture.volumes.openSessions).toBe(0);
  });

  it('restores any history of writes bit by bit, from every point of it', { timeout: 180_000 }, async () => {
    const write = fc.record({
      file: fc.integer({ min: 0, max: 3 }),
      at: fc.integer({ min: 0, max: 400_000 }),
      bytes: fc.uint8Array({ minLength: 1, maxLength: 20_000 }),
      cut: fc.option(fc.integer({ min: 0, max: 400_000 })),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(fc.array(write, { maxLength: 4 }), { minLength: 1, maxLength: 4 }), async (history) => {
        const fixture = await storeFixture();
        const root = await fixture.volumes.make('data');
        const contents = new Map<number, Buffer>();
        const points: { id: string; tree: readonly string[] }[] = [];
        for (const writes of history) {
          for (const { file, at, bytes, cut } of writes) {
            const old = contents.get(file) ?? Buffer.alloc(0);
            const grown = Buffer.alloc(Math.max(old.length, at + bytes.length));
            old.copy(grown);
            grown.set(bytes, at);
            const content = cut === null ? grown : grown.subarray(0, cut);
            contents.set(file, content);
            writeFileSync(path.join(root, `file-${file}`), content);
          }
          points.push({ id: (await fixture.capture(['data'])).id, tree: readTree(root) });
        }
        for (const { id, tree } of points) {
          await restore(fixture, id, 'data');
          expect(readTree(root)).toEqual(tree);
        }
      }),
      { numRuns: 6 },
    );
  });

  it('stores content once, however often and wherever it occurs', async () => {
    const fixture = await storeFixture();
    const content = randomBytes(3_000_000);
    writeFileSync(path.join(await fixture.volumes.make('one'), 'file'), content);
    writeFileSync(path.join(await fixture.volumes.make('two'), 'copy'), content);

    const first = await fixture.capture(['one', 'two']);
    const second = await fixture.capture(['two']);

    expect(first.logicalBytes).toBe(6_000_000);
    expect(first.newBytes).toBeLessThan(3_100_000);
    expect(second.newBytes).toBeLessThan(2_000);
    expect(second.parent).toBe(first.id);
  });

  it('stores little more than the changed pages of a database file', async () => {
    const fixture = await storeFixture();
    const file = path.join(await fixture.volumes.make('db'), '16384');
    const pages = Buffer.alloc(8192 * 512);
    for (let page = 0; page < 512; page += 1) pages.fill(`row ${page} `, page * 8192, page * 8192 + 4096).set(randomBytes(2048), page * 8192 + 4096);
    writeFileSync(file, pages);
    const first = await fixture.capture(['db']);
    for (let page = 0; page < 512; page += 16) pages.set(randomBytes(64), page * 8192 + 128);
    writeFileSync(file, pages);
    const second = await fixture.capture(['db']);
    expect(second.newBytes).toBeLessThan(first.newBytes / 8);
  });

  it('undoes a restore by restoring its safety snapshot', async () => {
    const fixture = await storeFixture();
    const root = await fixture.volumes.make('data');
    writeFileSync(path.join(root, 'a'), 'old');
    const { id } = await fixture.capture(['data']);
    writeFileSync(path.join(root, 'a'), 'new');
    writeFileSync(path.join(root, 'b'), 'more');
    const current = readTree(root);
    const { safetySnapshotId = '' } = await restore(fixture, id, 'data');
    expect(readTree(root)).not.toEqual(current);
    await restore(fixture, safetySnapshotId, 'data');
    expect(readTree(root)).toEqual(current);
  });

  it('writes one volume into another of a different name', async () => {
    const fixture = await storeFixture();
    const from = await fixture.volumes.make('from');
    writeFileSync(path.join(from, 'file'), 'content');
    linkSync(path.join(from, 'file'), path.join(from, 'linked'));
    const { id } = await fixture.capture(['from']);
    const to = await fixture.volumes.make('to');
    const { store, volumes, journalDirectory } = fixture;
    await restoreSnapshot({ store, transport: volumes, reset: volumes, journalDirectory, snapshotId: id, targets: [{ from: 'from', volume: 'to' }] });
    expect(readTree(to)).toEqual(readTree(from));
  });
});
