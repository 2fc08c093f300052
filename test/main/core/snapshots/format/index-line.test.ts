import { describe, expect, it } from 'vitest';
import { areFileLines, formatEntry, pathOfFileLines, renumberedLines } from '../../../../../src/main/core/snapshots/format/index-line.ts';
import { parseIndexLine } from '../../../../../src/main/core/snapshots/format/parse-index-line.ts';
import type { VolumeEntry } from '../../../../../src/main/core/snapshots/format/volume-entry.ts';

const common = { mode: 0o4755, uid: 70, gid: 4_294_967_294, mtime: -5, nanos: 7 };
const entries: readonly VolumeEntry[] = [
  { type: 'directory', path: '', ...common },
  { type: 'file', path: 'quote " back \\ line \n name \udc80 ü', ...common, nanos: 0, size: 5_000_000_000 },
  { type: 'file', path: 'a', ...common, size: 3, xattrs: { 'user.one': 'AQI=', 'user."two"': '' } },
  { type: 'symlink', path: 'b', ...common, target: '/etc/"passwd"' },
  { type: 'hardlink', path: 'c', ...common, target: 'a' },
  { type: 'fifo', path: 'd', ...common },
  { type: 'character', path: 'e', ...common, device: [1, 3] },
  { type: 'block', path: 'f', ...common, device: [4_294_967_295, 0] },
];

describe('a line of the file index', () => {
  it.each(entries)('gives back the entry that it was made of: $type', (entry) => {
    const content = entry.type === 'file' ? { chunks: [0, 4, 1], offset: 12 } : { chunks: [], offset: 0 };
    const [line = ''] = formatEntry(entry, content);
    expect(line.endsWith('\n')).toBe(true);
    expect(parseIndexLine(line)).toEqual({ kind: 'entry', entry, ...content });
  });

  it.each(['a', 'with "quotes"', 'back\\slash', 'line\nfeed', 'ü', 'raw \udcff', '","mode":1', ',"chunks":[1,2,3]'])('tells the path %j without being parsed', (path) => {
    const [line = ''] = formatEntry({ type: 'file', path, ...common, size: 1 }, { chunks: [0, 4, 1], offset: 0 });
    expect(pathOfFileLines(line)).toBe(path);
  });

  it.each(entries)('tells whether it is a file’s: $type', (entry) => {
    expect(areFileLines(formatEntry(entry, { chunks: [], offset: 0 })[0] ?? '')).toBe(entry.type === 'file');
  });

  it('gets other numbers of the packs, further lines too, and nothing else changes', () => {
    const chunks = Array.from({ length: 10_000 }, (_, at) => [at % 3, at, 1]).flat();
    const numbers = [7, 0, 1];
    const entry: VolumeEntry = { type: 'file', path: ',"chunks":[1,2,3]', ...common, size: 1 };
    const expected = chunks.map((number, at) => (at % 3 === 0 ? (numbers[number] ?? 0) : number));
    const [before, after] = [chunks, expected].map((list) => formatEntry(entry, { chunks: list, offset: 9 }).join('')) as [string, string];
    expect(renumberedLines(before, (pack) => numbers[pack] ?? '')).toBe(after);
  });

  it('goes on in further lines where the content list is long', () => {
    const chunks = Array.from({ length: 30_000 }, (_, at) => [at % 7, at, 1]).flat();
    const lines = formatEntry({ type: 'file', path: 'long', ...common, size: 1 }, { chunks, offset: 0 });
    const read = lines.map((line) => parseIndexLine(line));
    expect(read.map(({ kind }) => kind)).toEqual(['entry', 'more', 'more', 'more']);
    expect(read.flatMap((line) => (line.kind === 'volume' ? [] : line.chunks))).toEqual(chunks);
  });

  it('may lack what has a default and hold what the format does not name', () => {
    const line = '{"type":"file","path":"x","mode":0,"uid":0,"gid":0,"mtime":0,"size":0,"colour":"blue"}';
    const entry = { type: 'file', path: 'x', mode: 0, uid: 0, gid: 0, mtime: 0, nanos: 0, size: 0 };
    expect(parseIndexLine(line)).toEqual({ kind: 'entry', entry, chunks: [], offset: 0 });
    expect(parseIndexLine('{"type":"volume","name":"shop_db"}')).toEqual({ kind: 'volume', name: 'shop_db' });
  });

  const file = { type: 'file', path: 'x', mode: 0, uid: 0, gid: 0, mtime: 0, size: 1, chunks: [0, 0, 1] };
  it.each([
    ['no object', '[]'],
    ['nothing', 'null'],
    ['cut off', JSON.stringify(file).slice(0, -1)],
    ['of an unknown type', JSON.stringify({ ...file, type: 'socket' })],
    ['without a path', JSON.stringify({ ...file, path: undefined })],
    ['of a mode that is too large', JSON.stringify({ ...file, mode: 0o10000 })],
    ['of a negative owner', JSON.stringify({ ...file, uid: -1 })],
    ['of a time that is no number', JSON.stringify({ ...file, mtime: '0' })],
    ['of a fraction', JSON.stringify({ ...file, mtime: 0.5 })],
    ['of too many nanoseconds', JSON.stringify({ ...file, nanos: 1_000_000_000 })],
    ['of a size beyond what is exact', JSON.stringify({ ...file, size: 2 ** 53 })],
    ['of a content list that is not of triples', JSON.stringify({ ...file, chunks: [0, 0] })],
    ['of a negative chunk', JSON.stringify({ ...file, chunks: [0, -1, 1] })],
    ['of a pack beyond 32 bits', JSON.stringify({ ...file, chunks: [2 ** 32, 0, 1] })],
    ['of attributes that are not base64', JSON.stringify({ ...file, xattrs: { 'user.a': '%' } })],
    ['of a link to nowhere', JSON.stringify({ ...file, type: 'symlink' })],
    ['of a device with one number', JSON.stringify({ ...file, type: 'block', device: [1] })],
    ['of more chunks without any', '{"type":"more"}'],
  ])('is refused when it is %s', (_what, line) => {
    expect(() => parseIndexLine(line)).toThrow();
  });
});
