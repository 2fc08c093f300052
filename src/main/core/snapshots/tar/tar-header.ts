import { stringToBytes } from '../format/byte-string.ts';
import type { VolumeEntry } from '../format/volume-entry.ts';
import { formatPax } from './pax.ts';

const block = 512;
const maxOctal7 = 0o7777777;
const maxOctal11 = 0o77777777777;

/** Two zero blocks end an archive. */
export const tarEnd: Buffer = Buffer.alloc(2 * block);

/** Zeros that fill a file's content of `size` bytes up to a whole block. */
export function tarPadding(size: number): Buffer {
  return tarEnd.subarray(0, (block - (size % block)) % block);
}

/**
 * The header blocks of one entry, in the pax format; whatever does not fit the plain header goes into an extended
 * one. Names and hard links' targets come out below `root`, directories with a trailing slash.
 */
export function tarHeader(entry: VolumeEntry, root: string): Buffer {
  const path = entry.path === '' ? root : `${root}/${entry.path}`;
  const name = latin1(entry.type === 'directory' ? `${path}/` : path);
  const link = entry.type === 'symlink' ? latin1(entry.target) : entry.type === 'hardlink' ? latin1(`${root}/${entry.target}`) : '';
  const size = entry.type === 'file' ? entry.size : 0;
  const extended = new Map<string, string>();
  if (!fits(name)) extended.set('path', name);
  if (!fits(link)) extended.set('linkpath', link);
  if (size > maxOctal11) extended.set('size', String(size));
  if (entry.uid > maxOctal7) extended.set('uid', String(entry.uid));
  if (entry.gid > maxOctal7) extended.set('gid', String(entry.gid));
  if (entry.nanos > 0 || entry.mtime < 0 || entry.mtime > maxOctal11) extended.set('mtime', formatTime(entry));
  for (const [key, value] of Object.entries(entry.xattrs ?? {})) {
    extended.set(`SCHILY.xattr.${latin1(key)}`, Buffer.from(value, 'base64').toString('latin1'));
  }
  const plain = ustarHeader(typeFlags[entry.type], name, link, size, entry);
  if (extended.size === 0) return plain;
  const records = formatPax(extended);
  const header = ustarHeader('x', 'PaxHeader', '', records.length, { ...entry, mode: 0o644 });
  return Buffer.concat([header, records, tarPadding(records.length), plain]);
}

const typeFlags: Readonly<Record<VolumeEntry['type'], string>> = {
  file: '0',
  hardlink: '1',
  symlink: '2',
  character: '3',
  block: '4',
  directory: '5',
  fifo: '6',
};

function ustarHeader(type: string, name: string, link: string, size: number, entry: VolumeEntry): Buffer {
  const header = Buffer.alloc(block);
  const [major, minor] = 'device' in entry ? entry.device : [0, 0];
  header.write(name, 0, 100, 'latin1');
  writeOctal(header, entry.mode, 100, 8);
  writeOctal(header, entry.uid > maxOctal7 ? 0 : entry.uid, 108, 8);
  writeOctal(header, entry.gid > maxOctal7 ? 0 : entry.gid, 116, 8);
  writeOctal(header, size > maxOctal11 ? 0 : size, 124, 12);
  writeOctal(header, entry.mtime < 0 || entry.mtime > maxOctal11 ? 0 : entry.mtime, 136, 12);
  header.write(type, 156, 'latin1');
  header.write(link, 157, 100, 'latin1');
  header.write('ustar\u000000', 257, 'latin1');
  writeOctal(header, major, 329, 8);
  writeOctal(header, minor, 337, 8);
  header.fill(' ', 148, 156);
  let sum = 0;
  for (const byte of header) sum += byte;
  writeOctal(header, sum, 148, 7);
  return header;
}

function writeOctal(header: Buffer, value: number, offset: number, length: number): void {
  header.write(value.toString(8).padStart(length - 1, '0') + '\0', offset, length, 'latin1');
}

function latin1(text: string): string {
  return stringToBytes(text).toString('latin1');
}

function fits(text: string): boolean {
  return text.length <= 100 && /^[\x20-\x7e]*$/.test(text);
}

function formatTime({ mtime, nanos }: VolumeEntry): string {
  const beforeEpoch = mtime < 0 && nanos > 0;
  const fraction = String(beforeEpoch ? 1_000_000_000 - nanos : nanos).padStart(9, '0');
  const whole = beforeEpoch ? mtime + 1 : mtime;
  return `${beforeEpoch && whole === 0 ? '-' : ''}${whole}.${fraction}`;
}
