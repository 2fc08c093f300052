import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { VolumeEntry } from '../../../../../src/main/core/snapshots/format/volume-entry.ts';
import { tarEnd, tarHeader, tarPadding } from '../../../../../src/main/core/snapshots/tar/tar-header.ts';
import { TarParser } from '../../../../../src/main/core/snapshots/tar/tar-parser.ts';
import { tempDir } from '../../../../support/temp.ts';

const plain = { path: 'dir/name', mode: 0o644, uid: 0, gid: 0, mtime: 1_700_000_000, nanos: 0 };

const entries: readonly (readonly [string, VolumeEntry])[] = [
  ['the root', { type: 'directory', ...plain, path: '' }],
  ['a directory', { type: 'directory', ...plain, mode: 0o1777 }],
  ['a file over 8 GiB', { type: 'file', ...plain, size: 9_000_000_000 }],
  ['a name of 100 bytes', { type: 'file', ...plain, path: 'x'.repeat(98), size: 0 }],
  ['a name of 5,000 bytes', { type: 'file', ...plain, path: 'x/'.repeat(2500) + 'x', size: 0 }],
  ['a name that is no UTF-8', { type: 'file', ...plain, path: 'a\udcff\udcc3(', size: 0 }],
  ['a name in UTF-8 with a surrogate pair', { type: 'file', ...plain, path: '😀\udc80ü', size: 0 }],
  ['a name with a line feed and an equals sign', { type: 'file', ...plain, path: 'a\n12 path=b\n', size: 0 }],
  ['a long symbolic link', { type: 'symlink', ...plain, target: '../'.repeat(60) }],
  ['a symbolic link to bytes', { type: 'symlink', ...plain, target: '\udcff' }],
  ['a hard link', { type: 'hardlink', ...plain, target: 'dir/other' }],
  ['a fifo', { type: 'fifo', ...plain }],
  ['a device', { type: 'character', ...plain, device: [1, 3] }],
  ['large owners', { type: 'file', ...plain, uid: 4_000_000_000, gid: 2_097_152, size: 0 }],
  ['a time with nanoseconds', { type: 'file', ...plain, nanos: 123_456_789, size: 0 }],
  ['a time before 1970', { type: 'file', ...plain, mtime: -5, nanos: 0, size: 0 }],
  ['a fraction of a second before 1970', { type: 'file', ...plain, mtime: -1, nanos: 250_000_000, size: 0 }],
  [
    'extended attributes of any bytes',
    {
      type: 'file',
      ...plain,
      size: 0,
      xattrs: { 'user.odd': Buffer.from([0, 10, 255, 61, 10]).toString('base64'), 'security.capability': 'AQAAAgAAAAA=' },
    },
  ],
];

function parse(pieces: readonly Buffer[]): { entries: VolumeEntry[]; content: Buffer } {
  const parsed: VolumeEntry[] = [];
  const content: Buffer[] = [];
  const parser = new TarParser({ entry: (entry) => parsed.push(entry), data: (bytes) => content.push(Buffer.from(bytes)) });
  for (const piece of pieces) parser.write(piece);
  parser.end();
  return { entries: parsed, content: Buffer.concat(content) };
}

/** As written below the root `v`. */
function belowRoot(entry: VolumeEntry): VolumeEntry {
  const below = { ...entry, path: entry.path === '' ? 'v' : `v/${entry.path}` };
  return below.type === 'hardlink' ? { ...below, target: `v/${below.target}` } : below;
}

describe('tar', () => {
  it.each(entries)('reads back %s as it was written', (_title, entry) => {
    const content = entry.type === 'file' && entry.size > 0 ? [] : [tarEnd];
    const parsed: VolumeEntry[] = [];
    const parser = new TarParser({ entry: (one) => parsed.push(one), data: () => undefined });
    for (const bytes of [tarHeader(entry, 'v'), ...content]) parser.write(bytes);
    expect(parsed).toEqual([belowRoot(entry)]);
  });

  it('reads an archive cut into any pieces', () => {
    const body = Buffer.from('content of the file');
    const archive = Buffer.concat([
      tarHeader({ type: 'directory', ...plain, path: '' }, 'v'),
      tarHeader({ type: 'file', ...plain, path: 'ü'.repeat(200), size: body.length }, 'v'),
      body,
      tarPadding(body.length),
      tarHeader({ type: 'fifo', ...plain }, 'v'),
      tarEnd,
    ]);
    const whole = parse([archive]);
    expect(whole.entries).toHaveLength(3);
    expect(whole.content).toEqual(body);
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: archive.length - 1 }), { maxLength: 40 }), (cuts) => {
        const bounds = [0, ...cuts.sort((a, b) => a - b), archive.length];
        expect(parse(bounds.slice(1).map((end, index) => archive.subarray(bounds[index], end)))).toEqual(whole);
      }),
    );
  });

  it.each([
    ['cut off', (archive: Buffer) => archive.subarray(0, archive.length - 1024), /ended early/],
    ['changed in a header', (archive: Buffer) => flip(archive, 100), /damaged header/],
  ])('refuses an archive that is %s', (_title, damage, message) => {
    const archive = Buffer.concat([tarHeader({ type: 'fifo', ...plain }, 'v'), tarEnd]);
    expect(() => parse([damage(archive)])).toThrow(message);
  });

  it.each(['ustar', 'gnu', 'v7', 'oldgnu', 'pax'])('reads what GNU tar writes in the %s format', async (format) => {
    const directory = await tempDir('tar');
    writeFileSync(path.join(directory, 'file'), 'x'.repeat(1000));
    const archive = execFileSync('tar', ['-C', directory, `--format=${format}`, '--mtime=@1000000000', '-cf', '-', 'file']);
    const { entries: parsed, content } = parse([archive]);
    expect(parsed).toMatchObject([{ type: 'file', path: 'file', size: 1000, mtime: 1_000_000_000 }]);
    expect(content.toString()).toBe('x'.repeat(1000));
  });
});

function flip(bytes: Buffer, at: number): Buffer {
  const copy = Buffer.from(bytes);
  copy.writeUInt8(copy.readUInt8(at) ^ 1, at);
  return copy;
}
