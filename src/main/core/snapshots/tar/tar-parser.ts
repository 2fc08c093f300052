import { bytesToString } from '../format/byte-string.ts';
import type { VolumeEntry } from '../format/volume-entry.ts';
import { parsePax } from './pax.ts';

/** Receives a tar stream's content in order. A file's bytes follow its entry, in pieces that add up to its size. */
export interface TarSink {
  entry(entry: VolumeEntry): void;
  data(bytes: Buffer): void;
}

const block = 512;
/** Room for many extended attributes; more than that is no real archive. */
const maxMetadataBytes = 8 * 1024 * 1024;

/**
 * Reads a tar stream (POSIX ustar and pax, GNU long names and base-256 numbers) pushed into it piece by piece.
 *
 * It works on bytes, because general tar libraries decode names and extended attributes as UTF-8 and so lose what is
 * not. Names are handed on as the archive has them, without a directory's trailing slash. `write` and `end` throw an
 * Error that says what is wrong with the stream.
 */
export class TarParser {
  readonly #sink: TarSink;
  readonly #header = Buffer.alloc(block);
  #headerFilled = 0;
  #remaining = 0;
  #padding = 0;
  #metadata: { readonly type: string; readonly parts: Buffer[] } | undefined;
  #zeroBlocks = 0;
  #globals = new Map<string, string>();
  #records = new Map<string, string>();

  constructor(sink: TarSink) {
    this.#sink = sink;
  }

  write(bytes: Buffer): void {
    let at = 0;
    while (at < bytes.length) {
      if (this.#remaining > 0) {
        const piece = bytes.subarray(at, at + this.#remaining);
        at += piece.length;
        this.#remaining -= piece.length;
        if (this.#metadata) this.#metadata.parts.push(Buffer.from(piece));
        else this.#sink.data(piece);
        if (this.#remaining === 0) this.#finishMetadata();
      } else if (this.#padding > 0) {
        const skipped = Math.min(this.#padding, bytes.length - at);
        at += skipped;
        this.#padding -= skipped;
      } else {
        const copied = bytes.copy(this.#header, this.#headerFilled, at, at + block - this.#headerFilled);
        at += copied;
        this.#headerFilled += copied;
        if (this.#headerFilled === block) this.#readHeader();
      }
    }
  }

  /** Raises an Error when the stream ended before its end mark: its sender broke off. */
  end(): void {
    if (this.#zeroBlocks < 2) throw new Error('the archive ended early');
  }

  #readHeader(): void {
    this.#headerFilled = 0;
    if (this.#zeroBlocks >= 2) return;
    const header = this.#header;
    if (header[0] === 0 && header.every((byte) => byte === 0)) {
      this.#zeroBlocks += 1;
      return;
    }
    this.#zeroBlocks = 0;
    if (readNumber(header, 148, 8) !== checksum(header)) throw new Error('the archive has a damaged header');
    const type = String.fromCharCode(header.readUInt8(156));
    const size = readNumber(header, 124, 12);
    if ('xgLK'.includes(type)) {
      if (size > maxMetadataBytes) throw new Error('the archive has an oversized header');
      this.#metadata = { type, parts: [] };
      this.#expect(size);
      if (size === 0) this.#finishMetadata();
      return;
    }
    const entry = this.#entry(type, header, size);
    this.#records = new Map();
    this.#expect(entry.type === 'file' ? entry.size : 0);
    this.#sink.entry(entry);
  }

  #expect(bytes: number): void {
    this.#remaining = bytes;
    this.#padding = (block - (bytes % block)) % block;
  }

  #finishMetadata(): void {
    if (!this.#metadata) return;
    const { type, parts } = this.#metadata;
    const data = Buffer.concat(parts);
    this.#metadata = undefined;
    if (type === 'x') for (const [key, value] of parsePax(data)) this.#records.set(key, value);
    else if (type === 'g') this.#globals = parsePax(data);
    else this.#records.set(type === 'L' ? 'path' : 'linkpath', data.toString('latin1').replace(/\0.*$/s, ''));
  }

  #entry(type: string, header: Buffer, headerSize: number): VolumeEntry {
    const records = this.#records;
    const record = (key: string): string | undefined => records.get(key) ?? this.#globals.get(key);
    if (type === 'S' || [...records.keys()].some((key) => key.startsWith('GNU.sparse.'))) {
      throw new Error('the archive holds a sparse file in a form that is not understood');
    }
    const number = (key: string, offset: number, length: number): number => {
      const text = record(key);
      return text === undefined ? readNumber(header, offset, length) : Number(text);
    };
    const name = record('path') ?? ustarName(header);
    const xattrs = [...records]
      .filter(([key]) => key.startsWith(xattrPrefix))
      .map(([key, value]) => [latin1ToString(key.slice(xattrPrefix.length)), Buffer.from(value, 'latin1').toString('base64')] as const);
    const common = {
      path: latin1ToString(name.replace(/\/+$/, '')),
      mode: readNumber(header, 100, 8) & 0o7777,
      uid: number('uid', 108, 8),
      gid: number('gid', 116, 8),
      ...parseTime(record('mtime') ?? String(readNumber(header, 136, 12))),
      ...(xattrs.length > 0 ? { xattrs: Object.fromEntries(xattrs) } : {}),
    };
    const target = latin1ToString(record('linkpath') ?? cString(header, 157, 100));
    const size = record('size');
    switch (type) {
      case '0':
      case '\0':
      case '7':
        // Archives older than POSIX mark a directory by its name alone.
        if (name.endsWith('/')) return { type: 'directory', ...common };
        return { type: 'file', ...common, size: size === undefined ? headerSize : Number(size) };
      case '1':
        return { type: 'hardlink', ...common, target };
      case '2':
        return { type: 'symlink', ...common, target };
      case '3':
      case '4':
        return {
          type: type === '3' ? 'character' : 'block',
          ...common,
          device: [readNumber(header, 329, 8), readNumber(header, 337, 8)],
        };
      case '5':
        return { type: 'directory', ...common };
      case '6':
        return { type: 'fifo', ...common };
      default:
        throw new Error(`the archive holds an entry of unknown type ${JSON.stringify(type)}`);
    }
  }
}

const xattrPrefix = 'SCHILY.xattr.';

function latin1ToString(text: string): string {
  return bytesToString(Buffer.from(text, 'latin1'));
}

function cString(header: Buffer, offset: number, length: number): string {
  const end = header.indexOf(0, offset);
  return header.toString('latin1', offset, end < 0 ? offset + length : Math.min(end, offset + length));
}

function ustarName(header: Buffer): string {
  const name = cString(header, 0, 100);
  const isPosix = header.toString('latin1', 257, 263) === 'ustar\0';
  const prefix = isPosix ? cString(header, 345, 155) : '';
  return prefix === '' ? name : `${prefix}/${name}`;
}

function checksum(header: Buffer): number {
  let sum = 8 * 0x20;
  for (let index = 0; index < block; index += 1) {
    if (index < 148 || index >= 156) sum += header[index] ?? 0;
  }
  return sum;
}

/** Octal text, or base-256 where the first bit is set (GNU). */
function readNumber(header: Buffer, offset: number, length: number): number {
  const first = header[offset] ?? 0;
  if (first < 0x80) return Number.parseInt(cString(header, offset, length).trim() || '0', 8);
  const negative = first === 0xff;
  let value = negative ? 0 : first & 0x7f;
  for (let index = offset + 1; index < offset + length; index += 1) {
    value = value * 256 + (negative ? 255 - (header[index] ?? 0) : (header[index] ?? 0));
  }
  return negative ? -value - 1 : value;
}

/** Exact split of a decimal time, which a floating point number would round. */
function parseTime(text: string): { mtime: number; nanos: number } {
  const [whole = '0', fraction = ''] = text.split('.');
  const seconds = Number(whole);
  const nanos = Number(fraction.slice(0, 9).padEnd(9, '0'));
  return whole.startsWith('-') && nanos > 0
    ? { mtime: seconds - 1, nanos: 1_000_000_000 - nanos }
    : { mtime: seconds, nanos };
}
