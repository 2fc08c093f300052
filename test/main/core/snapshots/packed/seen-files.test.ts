import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { formatEntry } from '../../../../../src/main/core/snapshots/format/index-line.ts';
import type { VolumeEntry } from '../../../../../src/main/core/snapshots/format/volume-entry.ts';
import { SeenFilesCache } from '../../../../../src/main/core/snapshots/packed/seen-files-cache.ts';
import type { SeenFiles } from '../../../../../src/main/core/snapshots/packed/seen-files.ts';
import { Blobs } from '../../../../../src/main/core/snapshots/store/blobs.ts';
import { parseEntry } from '../../../../../src/main/core/snapshots/store/index-reader.ts';
import { IndexWriter } from '../../../../../src/main/core/snapshots/store/index-writer.ts';
import type { SnapshotRecord } from '../../../../../src/main/core/snapshots/store/snapshot-record.ts';
import { openSnapshotStore } from '../../../../../src/main/core/snapshots/open-snapshot-store.ts';
import { tempDir } from '../../../../support/temp.ts';

const common = { mode: 0o644, uid: 0, gid: 0, mtime: 1, nanos: 0 };
const directory = (name: string): VolumeEntry => ({ type: 'directory', path: name, ...common });
const file = (name: string, size: number): VolumeEntry => ({ type: 'file', path: name, size, ...common });
const digest = `sha256:${'a'.repeat(64)}`;
const packDigest = `sha256:${'b'.repeat(64)}`;
/** So long that it takes further lines. */
const longList = Array.from({ length: 9000 }, (_, at) => [0, at * 2, 1]).flat();

/** A store with the index of two volumes, of whose second three of four files are remembered. */
async function remembered(): Promise<{ blobs: Blobs; cache: SeenFilesCache; records: readonly SnapshotRecord[]; place: string }> {
  const place = path.join(await tempDir('seen'), 'store');
  await openSnapshotStore(place);
  const blobs = new Blobs(place);
  const index = new IndexWriter(blobs);
  index.startVolume('other');
  index.addEntry(directory(''), { chunks: [], offset: 0 });
  index.addEntry(file('a', 9), { chunks: [0, 9, 1], offset: 0 });
  index.startVolume('data');
  index.addEntry(directory(''), { chunks: [], offset: 0 });
  index.addEntry(file('a', 1), { chunks: [0, 1, 1], offset: 0 });
  index.addEntry({ type: 'symlink', path: 'b', target: 'a', ...common }, { chunks: [], offset: 0 });
  index.addEntry(file('c', 2), { chunks: longList, offset: 0 });
  index.addEntry(file('d', 3), { chunks: [0, 3, 1], offset: 5 });
  index.addEntry(file('e', 4), { chunks: [], offset: 0 });
  const layer = await index.finish();
  const cache = new SeenFilesCache(blobs);
  await cache.write('environment', 'data', digest, { records: Buffer.alloc(3 * 48, 7), positions: new Uint32Array([0, 1, 3]) });
  const record = { descriptor: { digest }, manifest: { layers: [layer, { digest: packDigest, size: 1 }] } };
  return { blobs, cache, records: [record as unknown as SnapshotRecord], place };
}

/** A file that is told by its lines. */
function parsed(seen: SeenFiles, position: number) {
  const file = seen.file(position);
  if (!('text' in file)) throw new Error('not told by its lines');
  const { entry, chunks, offset } = parseEntry('data', file.text);
  return { entry, chunks, offset, packs: file.packs };
}

describe('the files that a snapshot saw', () => {
  it('are found by their records’ positions, in whatever order they are asked for', async () => {
    const { cache, records } = await remembered();
    const seen = await cache.read('environment', 'data', records);
    expect(seen.records).toEqual(Buffer.alloc(3 * 48, 7));
    const names = [0, 1, 2, 0, 2, 1].map((position) => parsed(seen, position).entry.path);
    expect(names).toEqual(['a', 'c', 'e', 'a', 'e', 'c']);
    expect(parsed(seen, 0)).toEqual({ entry: file('a', 1), chunks: [0, 1, 1], offset: 0, packs: [packDigest] });
    expect(parsed(seen, 1)).toEqual({ entry: file('c', 2), chunks: longList, offset: 0, packs: [packDigest] });
    expect(() => seen.file(3)).toThrow('not seen before');
  });

  it('are told by their lines', async () => {
    const { cache, records } = await remembered();
    const seen = await cache.read('environment', 'data', records);
    const linesOf = (name: string, size: number, chunks: readonly number[]): string => formatEntry(file(name, size), { chunks, offset: 0 }).join('').trimEnd();
    expect(seen.file(1)).toEqual({ text: linesOf('c', 2, longList), packs: [packDigest] });
    expect(seen.file(0)).toEqual({ text: linesOf('a', 1, [0, 1, 1]), packs: [packDigest] });
  });

  it.each([
    ['its snapshot is gone', (): void => undefined, []],
    [
      'what is remembered was changed',
      (place: string): void => {
        const folder = path.join(place, 'slipway', 'seen-files');
        const [name = ''] = readdirSync(folder);
        const bytes = readFileSync(path.join(folder, name));
        bytes[bytes.length - 1] = 9;
        writeFileSync(path.join(folder, name), bytes);
      },
      undefined,
    ],
    [
      'the index was changed',
      (place: string): void => {
        const folder = path.join(place, 'blobs', 'sha256');
        mkdirSync(folder, { recursive: true });
        for (const name of readdirSync(folder)) writeFileSync(path.join(folder, name), Buffer.alloc(readFileSync(path.join(folder, name)).length));
      },
      undefined,
    ],
  ])('are unknown when %s', async (_title, change, left) => {
    const { cache, records, place } = await remembered();
    change(place);
    const seen = await cache.read('environment', 'data', left ?? records);
    expect(seen.records).toHaveLength(0);
    expect(() => seen.file(0)).toThrow('not seen before');
  });
});
