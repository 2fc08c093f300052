import { execFileSync } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { appendFileSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { volumeHelper } from '../../../../../scripts/lib/steps/volume-helper.mjs';
import { captureSnapshot } from '../../../../../src/main/core/snapshots/capture.ts';
import { openSnapshotStore } from '../../../../../src/main/core/snapshots/open-snapshot-store.ts';
import { entryType, fileRecord, fileRecordBytes } from '../../../../../src/main/core/snapshots/packed/packed-entry.ts';
import { PackedParser } from '../../../../../src/main/core/snapshots/packed/packed-parser.ts';
import { restoreSnapshot } from '../../../../../src/main/core/snapshots/restore.ts';
import { commandsOf, whyNotEmulated } from '../../../../support/other-processor.ts';
import { tempDir } from '../../../../support/temp.ts';
import { capture, HelperVolumes } from '../support/helper-volumes.ts';
import { describeHostileTree, makeHostileTree } from '../support/hostile-tree.ts';
import { environment, metadata, volumeToCapture } from '../support/snapshot-request.ts';

const { native, emulated } = commandsOf('volume-helper');
let missing: string | undefined;

beforeAll(async () => {
  missing = whyNotEmulated('volume-helper', await volumeHelper());
});

beforeEach(({ skip }) => skip(missing !== undefined, missing));

/** A folder with a hostile tree in `data`, and with content that takes frames of every kind. */
async function hostileVolume(): Promise<{ base: string; place: string }> {
  const base = await tempDir('processors');
  const place = path.join(base, 'data');
  mkdirSync(place);
  writeFileSync(path.join(place, 'media'), randomBytes(3_000_001));
  writeFileSync(path.join(place, 'database'), Buffer.concat([randomBytes(8192), Buffer.alloc(8192 * 300, 'rows of a table '), randomBytes(8192)]));
  for (const length of [1, 55, 56, 63, 64, 65, 119, 120, 4095, 4096, 4097, 16_383, 16_384]) writeFileSync(path.join(place, `of length ${length}`), randomBytes(length));
  await makeHostileTree(place);
  return { base, place };
}

/** The time at which reading began, which `B` tells first, is the one thing that may differ. */
function withoutTime(records: Buffer): string {
  expect(records.toString('latin1', 0, 5)).toBe('B\x08\0\0\0');
  return createHash('sha256').update(records.subarray(13)).digest('hex');
}

/** What a store would know that holds every second chunk of these records, and all of the files. */
function knownFrom(records: Buffer): Buffer {
  const chunks: Buffer[] = [];
  const files: Buffer[] = [];
  const keepChunk = (hash: Buffer): void => void chunks.push(hash.subarray(0, 8));
  const none = (): void => undefined;
  const parser = new PackedParser({
    begin: none,
    entry: (entry) => {
      const { bytes, at } = fileRecord(entry);
      if (entryType(entry) === 'f') files.push(bytes.subarray(at, at + fileRecordBytes));
    },
    chunk: keepChunk,
    part: none,
    group: keepChunk,
    unchanged: none,
    frame: none,
  });
  parser.write(records);
  parser.end();
  const held = chunks.filter((_, position) => position % 2 === 0);
  const counts = Buffer.alloc(16);
  counts.writeBigUInt64LE(BigInt(held.length), 0);
  counts.writeBigUInt64LE(BigInt(files.length), 8);
  expect(files[0]).toHaveLength(fileRecordBytes);
  return Buffer.concat([counts, ...held, ...files]);
}

describe('the volume helper for another processor', () => {
  it('tells of a hostile tree what the one for this processor tells, byte for byte', async () => {
    const { place } = await hostileVolume();
    const records = await capture(native, place);
    expect(records.length).toBeGreaterThan(3_000_000);
    expect(withoutTime(await capture(emulated, place))).toBe(withoutTime(records));
    const known = knownFrom(records);
    const [changed, changedThere] = [await capture(native, place, known), await capture(emulated, place, known)];
    expect(changed.length).toBeLessThan(records.length);
    expect(withoutTime(changedThere)).toBe(withoutTime(changed));
  });

  it.each([
    ['what the other read', native, emulated],
    ['for the other what it read', emulated, native],
  ])('restores %s bit by bit, into an empty folder and over other content', async (_title, reader, writer) => {
    const { base, place } = await hostileVolume();
    const store = await openSnapshotStore(path.join(base, 'store'));
    const { id } = await captureSnapshot({ store, transport: new HelperVolumes(base, reader), environment, volumes: [volumeToCapture('data')], metadata });
    const before = describeHostileTree(place);
    const volumes = new HelperVolumes(base, writer);
    const restore = (volume: string): Promise<unknown> =>
      restoreSnapshot({
        ...{ store, transport: volumes, reset: volumes, journalDirectory: path.join(base, 'journals'), snapshotId: id },
        targets: [{ from: 'data', volume }],
        safety: { environment, volumes: [volumeToCapture(volume)], metadata: { ...metadata, kind: 'safety' } },
      });
    const copy = await volumes.make('copy');
    await restore('copy');
    expect(describeHostileTree(copy)).toBe(before);
    appendFileSync(path.join(place, 'database'), 'more');
    rmSync(path.join(place, 'deep'), { recursive: true });
    execFileSync('chmod', ['755', place, path.join(place, 'set-user-id')]);
    await restore('data');
    expect(describeHostileTree(place)).toBe(before);
  });
});
