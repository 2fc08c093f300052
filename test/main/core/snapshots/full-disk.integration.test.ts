import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdirSync, readdirSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Fault } from '../../../../src/main/core/base/fault.ts';
import { recoverRestores, restoreSnapshot } from '../../../../src/main/core/snapshots/restore.ts';
import { exportSnapshot, importSnapshot } from '../../../../src/main/core/snapshots/share/snapshot-file.ts';
import { makeTempDir, removeTempDir } from '../../../support/temp.ts';
import { readTree } from './support/read-tree.ts';
import { environment, metadata, volumeToCapture } from './support/snapshot-request.ts';
import { type StoreFixture, storeFixture } from './support/store-fixture.ts';

const mebibyte = 1024 ** 2;
/** Bytes that are left when something begins: it meets the end at its first step, at its last, or not at all. */
const left = [0, 4096, 12_288, 100_000, mebibyte, 3 * mebibyte, 5 * mebibyte, 20 * mebibyte];

/** A small disk of its own, as no other one may be filled. */
let disk: string;
let filler: string;

beforeEach(async () => {
  disk = await makeTempDir('small-disk');
  execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=40m', 'tmpfs', disk]);
  filler = path.join(disk, 'filler');
});

afterEach(async () => {
  execFileSync('umount', [disk]);
  await removeTempDir(disk);
});

/** Fills the disk but for so many bytes. */
function leave(bytes: number): void {
  rmSync(filler, { force: true });
  const { bavail, bsize } = statfsSync(disk);
  writeFileSync(filler, Buffer.alloc(Math.max(0, bavail * bsize - bytes), 'x'));
}

const free = (): void => rmSync(filler, { force: true });

function fill(place: string): void {
  for (let file = 0; file < 20; file += 1) writeFileSync(path.join(place, `file ${file}`), randomBytes(1000));
  writeFileSync(path.join(place, 'big'), randomBytes(4 * mebibyte));
}

async function codeOf(action: () => Promise<unknown>): Promise<string> {
  try {
    await action();
    return 'done';
  } catch (error) {
    return error instanceof Fault ? error.problem.code : String(error);
  }
}

async function expectWhole({ store }: StoreFixture, ids: readonly string[]): Promise<void> {
  const listed = await store.list();
  expect(listed.filter(({ problem }) => problem !== undefined)).toEqual([]);
  for (const id of ids) expect(listed.map((one) => one.id)).toContain(id);
  for (const { id } of listed) expect((await store.verify(id, { deep: false })).damaged).toEqual([]);
}

async function forgetOthers({ store, directory }: StoreFixture, kept: readonly string[]): Promise<void> {
  for (const { id } of await store.list()) if (!kept.includes(id)) await store.remove(id);
  await store.prune();
  expect(readdirSync(path.join(directory, 'slipway/tmp'))).toEqual([]);
}

describe('a disk that is full', { timeout: 120_000 }, () => {
  it('ends a capture with a Problem, and the store stays whole', async () => {
    const fixture = await storeFixture({ base: disk });
    const place = await fixture.volumes.make('data');
    fill(place);
    const { id } = await fixture.capture(['data']);
    const codes: string[] = [];
    for (const bytes of left) {
      fill(place);
      leave(bytes);
      codes.push(await codeOf(() => fixture.capture(['data'])));
      free();
      await expectWhole(fixture, [id]);
      await forgetOthers(fixture, [id]);
    }
    expect(new Set(codes)).toEqual(new Set(['snapshot.no-space', 'done']));
    expect(codes[0]).toBe('snapshot.no-space');
  });

  it('can be cleared by removing snapshots though nothing is left', async () => {
    const fixture = await storeFixture({ base: disk });
    const { store } = fixture;
    const place = await fixture.volumes.make('data');
    fill(place);
    const { id } = await fixture.capture(['data']);
    fill(place);
    const kept = await fixture.capture(['data']);
    leave(0);
    expect(await codeOf(() => fixture.capture(['data']))).toBe('snapshot.no-space');
    await store.remove(id);
    expect((await store.prune()).freedBytes).toBeGreaterThan(4 * mebibyte);
    await expectWhole(fixture, [kept.id]);
    expect((await store.list()).map((one) => one.id)).toEqual([kept.id]);
  });

  it('ends an import with a Problem, and it can be done again', async () => {
    const source = await storeFixture();
    fill(await source.volumes.make('data'));
    const { id } = await source.capture(['data']);
    const file = path.join(source.directory, '../carried.tar');
    await exportSnapshot(source.store, { snapshotId: id, file });
    const fixture = await storeFixture({ base: disk });
    writeFileSync(path.join(await fixture.volumes.make('data'), 'own'), 'own');
    const own = await fixture.capture(['data']);
    const codes: string[] = [];
    for (const bytes of left) {
      leave(bytes);
      codes.push(await codeOf(() => importSnapshot(fixture.store, { file })));
      free();
      await expectWhole(fixture, [own.id]);
      expect(await importSnapshot(fixture.store, { file })).toBe(id);
      await forgetOthers(fixture, [own.id]);
    }
    expect(new Set(codes)).toEqual(new Set(['snapshot.no-space', 'done']));
  });

  it('ends an export with a Problem and leaves no half file', async () => {
    const source = await storeFixture();
    fill(await source.volumes.make('data'));
    const { id } = await source.capture(['data']);
    leave(mebibyte);
    const file = path.join(disk, 'exported.tar');
    expect(await codeOf(() => exportSnapshot(source.store, { snapshotId: id, file }))).toBe('snapshot.no-space');
    const seal = { contentKey: randomBytes(32), envelope: randomBytes(100) };
    expect(await codeOf(() => exportSnapshot(source.store, { snapshotId: id, file, seal }))).toBe('snapshot.no-space');
    expect(readdirSync(disk)).toEqual(['filler']);
  });

  it.each([
    ['the store’s', true],
    ['the volume’s', false],
  ])('of %s ends a restore with what was there, or with what was wanted', async (_title, storeIsFull) => {
    const base = storeIsFull ? disk : await makeTempDir('roomy');
    const fixture = await storeFixture({ base });
    const { store, volumes, journalDirectory } = fixture;
    const real = storeIsFull ? await makeTempDir('roomy') : disk;
    rmSync(volumes.directory, { recursive: true, force: true });
    mkdirSync(path.join(real, 'volumes'), { recursive: true });
    execFileSync('ln', ['-s', path.join(real, 'volumes'), volumes.directory]);
    const place = await volumes.make('data');
    fill(place);
    const { id } = await fixture.capture(['data']);
    const wanted = readTree(place);
    for (const bytes of left) {
      await volumes.clear('data');
      writeFileSync(path.join(place, 'precious'), randomBytes(2 * mebibyte));
      const before = readTree(place);
      leave(bytes);
      const outcome = await codeOf(() =>
        restoreSnapshot({
          store,
          transport: volumes,
          reset: volumes,
          journalDirectory,
          snapshotId: id,
          targets: [{ from: 'data', volume: 'data' }],
          safety: { environment, volumes: [volumeToCapture('data')], metadata: { ...metadata, kind: 'safety' } },
        }),
      );
      expect(outcome, `${bytes} left`).not.toMatch(/^internal|ENOSPC/);
      free();
      await recoverRestores({ store, transport: volumes, reset: volumes, journalDirectory, beforeWriting: () => Promise.resolve() });
      expect([before, wanted], `${bytes} left: ${outcome}`).toContainEqual(readTree(place));
      if (outcome === 'done') expect(readTree(place)).toEqual(wanted);
      await expectWhole(fixture, [id]);
      expect(readdirSync(journalDirectory).filter((name) => name.endsWith('.json'))).toEqual([]);
      await forgetOthers(fixture, [id]);
    }
    await removeTempDir(storeIsFull ? real : base);
  });
});
