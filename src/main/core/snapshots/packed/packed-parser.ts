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
  unchanged(): void;
  frame(compressed: Buffer, rawBytes: number, chunkCount: number): void;
}

/** Bytes of a file record. */
export const fileRecordBytes = 48;
const chunkRecordBytes = 37;
const headBytes = 5;
/** The largest frame and the largest entry stay far below. */
const maxRecordBytes = 8 * 1024 * 1024;

/** Reads the helper's output pushed into it piece by piece. Throws an Error that says what is wrong with it. */
export class PackedParser {
  readonly #sink: PackedSink;
  #pending: Buffer = Buffer.alloc(0);
  #ended = false;

  constructor(sink: PackedSink) {
    this.#sink = sink;
  }

  write(bytes: Buffer): void {
    const all = this.#pending.length === 0 ? bytes : Buffer.concat([this.#pending, bytes]);
    let at = 0;
    while (at + headBytes <= all.length) {
      const length = all.readUInt32LE(at + 1);
      if (length > maxRecordBytes) throw new Error('the helper sent an impossible record');
      if (at + headBytes + length > all.length) break;
      this.#record(String.fromCharCode(all.readUInt8(at)), all.subarray(at + headBytes, at + headBytes + length));
      at += headBytes + length;
    }
    // A copy, as the sender may use its memory again.
    this.#pending = Buffer.from(all.subarray(at));
  }

  /** Throws when the helper broke off. */
  end(): void {
    if (!this.#ended) throw new Error('the helper ended early');
  }

  #record(type: string, content: Buffer): void {
    switch (type) {
      case 'B':
        this.#sink.begin(content.readBigUInt64LE(0));
        break;
      case 'E':
        this.#entry(content);
        break;
      case 'C':
        for (let at = 0; at < content.length; at += chunkRecordBytes) {
          this.#sink.chunk(content.subarray(at, at + 32), content.readUInt32LE(at + 32), content[at + 36] === 1);
        }
        break;
      case 'P':
        this.#sink.part(content.readUInt32LE(0));
        break;
      case 'G':
        this.#sink.group(content.subarray(0, 32), content.readUInt32LE(32), content[36] === 1);
        break;
      case 'S':
        this.#sink.unchanged();
        break;
      case 'F':
        this.#sink.frame(Buffer.from(content.subarray(8)), content.readUInt32LE(0), content.readUInt32LE(4));
        break;
      case 'D':
        this.#ended = true;
        break;
      default:
        throw new Error('the helper sent an unknown record');
    }
  }

  #entry(content: Buffer): void {
    const cursor = new Cursor(content);
    const type = String.fromCharCode(cursor.number(1));
    const mode = cursor.number(2);
    const uid = cursor.number(4);
    const gid = cursor.number(4);
    const mtime = cursor.long();
    const nanos = cursor.number(4);
    const size = cursor.long();
    const device = [cursor.number(4), cursor.number(4)] as const;
    const record = cursor.bytes(fileRecordBytes);
    const path = bytesToString(cursor.bytes(cursor.number(2)));
    const target = bytesToString(cursor.bytes(cursor.number(2)));
    const xattrs: Record<string, string> = {};
    while (!cursor.atEnd) {
      const name = bytesToString(cursor.bytes(cursor.number(2)));
      xattrs[name] = cursor.bytes(cursor.number(4)).toString('base64');
    }
    const common = { path, mode, uid, gid, mtime, nanos, ...(Object.keys(xattrs).length > 0 ? { xattrs } : {}) };
    this.#sink.entry(entryOf(type, common, { size, device, target }), record);
  }
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

/** Reads little-endian fields one after the other. */
class Cursor {
  readonly #content: Buffer;
  #at = 0;

  constructor(content: Buffer) {
    this.#content = content;
  }

  get atEnd(): boolean {
    return this.#at >= this.#content.length;
  }

  number(bytes: 1 | 2 | 4): number {
    const value = this.#content.readUIntLE(this.#at, bytes);
    this.#at += bytes;
    return value;
  }

  /** Eight bytes, signed, of which a double keeps 53 bits. */
  long(): number {
    const value = this.#content.readInt32LE(this.#at + 4) * 0x1_0000_0000 + this.#content.readUInt32LE(this.#at);
    this.#at += 8;
    return value;
  }

  bytes(length: number): Buffer {
    const value = this.#content.subarray(this.#at, this.#at + length);
    if (value.length !== length) throw new Error('the helper sent a record that is cut off');
    this.#at += length;
    return value;
  }
}
