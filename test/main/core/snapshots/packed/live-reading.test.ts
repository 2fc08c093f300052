import { describe, expect, it } from 'vitest';
import { pathOfFileLines } from '../../../../../src/main/core/snapshots/format/index-line.ts';
import { LiveReading } from '../../../../../src/main/core/snapshots/packed/live-reading.ts';
import type { PackedEntry } from '../../../../../src/main/core/snapshots/packed/packed-entry.ts';
import { nothingSeen, type SeenFiles } from '../../../../../src/main/core/snapshots/packed/seen-files.ts';
import { Blobs } from '../../../../../src/main/core/snapshots/store/blobs.ts';
import { ChunkWriter } from '../../../../../src/main/core/snapshots/store/chunk-writer.ts';
import { openSnapshotStore } from '../../../../../src/main/core/snapshots/open-snapshot-store.ts';
import { tempDir } from '../../../../support/temp.ts';

const beganAt = 1_000n;

/** As WIRE.md lays an entry out; `changedAt`: its ctime in seconds. */
function entry(type: string, name: string, { size = 0, changedAt = 1n } = {}): PackedEntry {
  const bytes = Buffer.alloc(39 + 48 + 2 + name.length + 2);
  bytes.write(type, 'latin1');
  bytes.writeUInt16LE(0o600, 1);
  bytes.writeBigUInt64LE(BigInt(size), 23);
  bytes.writeBigUInt64LE(BigInt(size), 39 + 16);
  bytes.writeBigUInt64LE(changedAt * 1_000_000_000n, 39 + 32);
  bytes.writeUInt16LE(name.length, 39 + 48);
  bytes.write(name, 39 + 48 + 2);
  return { bytes, start: 0, end: bytes.length };
}

async function reading(before: SeenFiles = nothingSeen): Promise<LiveReading> {
  const place = `${await tempDir('live')}/store`;
  await openSnapshotStore(place);
  const live = new LiveReading({ chunks: new ChunkWriter(new Blobs(place)), before });
  live.begin(beganAt);
  return live;
}

const hash = (fill: number): Buffer => Buffer.alloc(32, fill);
const namesIn = (seen: SeenFiles): readonly string[] =>
  Array.from({ length: seen.records.length / 48 }, (_, position) => {
    const file = seen.file(position);
    return 'entry' in file ? file.entry.path : pathOfFileLines(file.text);
  });

describe('the first of two readings', () => {
  it('remembers files with their content, shared or their own, and counts everything', async () => {
    const live = await reading();
    live.entry(entry('d', ''));
    live.entry(entry('f', 'large', { size: 20 }));
    live.chunk(hash(1), 8, true);
    live.chunk(hash(2), 8, true);
    live.entry(entry('f', 'small', { size: 3 }));
    live.part(0);
    live.entry(entry('l', 'link'));
    live.entry(entry('f', 'other', { size: 4 }));
    live.part(3);
    live.group(hash(3), 7, true);
    live.entry(entry('f', 'empty'));
    const seen = live.end();
    expect(live.totals).toEqual({ bytes: 27, files: 5, entries: 6 });
    expect(namesIn(seen)).toEqual(['large', 'small', 'other', 'empty']);
    expect(seen.file(0)).toMatchObject({ chunks: [0, 0, 2], offset: 0, entry: { size: 20, mode: 0o600 } });
    expect(seen.file(1)).toMatchObject({ chunks: [0, 2, 1], offset: 0 });
    expect(seen.file(2)).toMatchObject({ chunks: [0, 2, 1], offset: 3 });
    expect(seen.file(3)).toMatchObject({ chunks: [], offset: 0 });
    expect(() => seen.file(4)).toThrow('not seen before');
  });

  it('forgets files that changed so late that their time could not tell of a further change', async () => {
    const live = await reading();
    live.entry(entry('f', 'late', { size: 1, changedAt: beganAt - 1n }));
    live.chunk(hash(1), 1, true);
    live.entry(entry('f', 'settled', { size: 1, changedAt: beganAt - 3n }));
    live.chunk(hash(1), 1, false);
    expect(namesIn(live.end())).toEqual(['settled']);
  });

  it('hands on what an earlier reading saw', async () => {
    const earlier = await reading();
    earlier.entry(entry('f', 'one', { size: 1 }));
    earlier.chunk(hash(1), 1, true);
    earlier.entry(entry('f', 'two', { size: 2 }));
    earlier.chunk(hash(2), 2, true);
    const before = earlier.end();
    const live = await reading(before);
    live.entry(entry('f', 'new', { size: 5 }));
    live.chunk(hash(5), 5, true);
    live.unchanged(1);
    const seen = live.end();
    expect(live.totals).toEqual({ bytes: 7, files: 2, entries: 2 });
    expect(namesIn(seen)).toEqual(['new', 'two']);
    expect(seen.file(1)).toEqual(before.file(1));
    expect(() => live.unchanged(2)).toThrow('not seen before');
  });

  it('is broken off where a group’s chunk never comes', async () => {
    const live = await reading();
    live.entry(entry('f', 'small', { size: 3 }));
    live.part(0);
    expect(() => live.end()).toThrow('within a group');
  });
});
