import { bytesToString } from '../format/byte-string.ts';
import type { VolumeEntry } from '../format/volume-entry.ts';

/** Receives what the volume helper found, in order (src/volume-helper/WIRE.md). */
export interface PackedSink {
  /** When reading began, in seconds since 1970 by the engine's clock. */
  begin(seconds: bigint): void;
  /** `record` recognises the file when it is unchanged next time. */
  entry(entry: VolumeEntry, record: Buffer): void;
  chunk(hash: Buffer, bytes: number, isNew: boolean): void;
  /** The file lies in the group being gathered, from that byte on. */
  part(offset: number): void;
  /** The chunk of all files told as parts since the last one. */
  group(hash: Buffer, bytes: number, isNew: boolean): void;
  /** A file is as it was, in all that a snapshot keeps of it: the one of the file record at that position in what was known. */
  unchanged(position: number): void;
  frame(compressed: Buffer, rawBytes: number, chunkCount: number): void;
}

/** Bytes of a file record. */
export const fileRecordBytes = 48;
const chunkRecordBytes = 37;
const headBytes = 5;
/** Of an entry: where its file record lies, and how long it is before its path. */
const recordOffset = 39;
const fixedEntryBytes = recordOffset + fileRecordBytes + 2;
/** The largest frame and the largest entry stay far below. */
const maxRecordBytes = 8 * 1024 * 1024;

/** Reads the helper's output pushed into it piece by piece. Throws an Error that says what is wrong with it. */
export class PackedParser {
  readonly #sink: PackedSink;
  /** What came of a record that is not whole, how long that is, and how long it must be to go on. */
  #pending: Buffer[] = [];
  #length = 0;
  #needed = headBytes;
  #ended = false;

  constructor(sink: PackedSink) {
    this.#sink = sink;
  }

  /** `bytes` are the parser's from then on. */
  write(bytes: Buffer): void {
    this.#pending.push(bytes);
    this.#length += bytes.length;
    if (this.#length < this.#needed) return;
    const all = this.#pending.length === 1 ? bytes : Buffer.concat(this.#pending, this.#length);
    let at = 0;
    this.#needed = headBytes;
    while (at + headBytes <= all.length) {
      const length = all.readUInt32LE(at + 1);
      if (length > maxRecordBytes) throw new Error('the helper sent an impossible record');
      const end = at + headBytes + length;
      if (end > all.length) {
        this.#needed = headBytes + length;
        break;
      }
      this.#record(String.fromCharCode(all.readUInt8(at)), all, at + headBytes, end);
      at = end;
    }
    this.#pending = [all.subarray(at)];
    this.#length = all.length - at;
  }

  /** Throws when the helper broke off. */
  end(): void {
    if (!this.#ended) throw new Error('the helper ended early');
  }

  /** The record whose content goes from `start` to `end`: most are so short that a Buffer of their own would cost more. */
  #record(type: string, all: Buffer, start: number, end: number): void {
    switch (type) {
      case 'B':
        this.#sink.begin(all.readBigUInt64LE(start));
        break;
      case 'E':
        this.#entry(all, start, end);
        break;
      case 'C':
        for (let at = start; at < end; at += chunkRecordBytes) {
          this.#sink.chunk(all.subarray(at, at + 32), all.readUInt32LE(at + 32), all[at + 36] === 1);
        }
        break;
      case 'P':
        this.#sink.part(all.readUInt32LE(start));
        break;
      case 'G':
        this.#sink.group(all.subarray(start, start + 32), all.readUInt32LE(start + 32), all[start + 36] === 1);
        break;
      case 'U':
        this.#sink.unchanged(all.readUInt32LE(start));
        break;
      case 'F':
        this.#sink.frame(all.subarray(start + 8, end), all.readUInt32LE(start), all.readUInt32LE(start + 4));
        break;
      case 'D':
        this.#ended = true;
        break;
      default:
        throw new Error('the helper sent an unknown record');
    }
  }

  #entry(all: Buffer, start: number, end: number): void {
    if (end - start < fixedEntryBytes) throw cutOff();
    const pathStart = start + fixedEntryBytes;
    const pathEnd = pathStart + all.readUInt16LE(pathStart - 2);
    if (pathEnd + 2 > end) throw cutOff();
    const targetEnd = pathEnd + 2 + all.readUInt16LE(pathEnd);
    if (targetEnd > end) throw cutOff();
    const xattrs = targetEnd === end ? undefined : readAttributes(all, targetEnd, end);
    const common = {
      path: bytesToString(all, pathStart, pathEnd),
      mode: all.readUInt16LE(start + 1),
      uid: all.readUInt32LE(start + 3),
      gid: all.readUInt32LE(start + 7),
      mtime: readLong(all, start + 11),
      nanos: all.readUInt32LE(start + 19),
      ...(xattrs ? { xattrs } : {}),
    };
    const entry = entryOf(String.fromCharCode(all.readUInt8(start)), common, {
      size: readLong(all, start + 23),
      device: [all.readUInt32LE(start + 31), all.readUInt32LE(start + 35)],
      target: bytesToString(all, pathEnd + 2, targetEnd),
    });
    this.#sink.entry(entry, all.subarray(start + recordOffset, start + recordOffset + fileRecordBytes));
  }
}

/** Names and values to the end of an entry's record. */
function readAttributes(all: Buffer, start: number, end: number): Record<string, string> {
  const xattrs: Record<string, string> = {};
  for (let at = start; at < end; ) {
    const nameEnd = at + 2 + (at + 2 <= end ? all.readUInt16LE(at) : end);
    const valueEnd = nameEnd + 4 + (nameEnd + 4 <= end ? all.readUInt32LE(nameEnd) : end);
    if (valueEnd > end) throw cutOff();
    xattrs[bytesToString(all, at + 2, nameEnd)] = all.toString('base64', nameEnd + 4, valueEnd);
    at = valueEnd;
  }
  return xattrs;
}

/** Eight bytes, signed, of which a double keeps 53 bits. */
function readLong(all: Buffer, at: number): number {
  return all.readInt32LE(at + 4) * 0x1_0000_0000 + all.readUInt32LE(at);
}

function cutOff(): Error {
  return new Error('the helper sent a record that is cut off');
}

function entryOf(
  type: string,
  common: Omit<Extract<VolumeEntry, { type: 'fifo' }>, 'type'>,
  { size, device, target }: { readonly size: number; readonly device: readonly [number, number]; readonly target: string },
): VolumeEntry {
  switch (type) {
    case 'd':
      return { type: 'directory', ...common };
    case 'f':
      return { type: 'file', ...common, size };
    case 'l':
      return { type: 'symlink', ...common, target };
    case 'h':
      return { type: 'hardlink', ...common, target };
    case 'p':
      return { type: 'fifo', ...common };
    case 'c':
    case 'b':
      return { type: type === 'c' ? 'character' : 'block', ...common, device };
    default:
      throw new Error('the helper sent an entry of an unknown type');
  }
}
