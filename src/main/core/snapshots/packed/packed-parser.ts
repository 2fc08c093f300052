import type { PackedEntry } from './packed-entry.ts';

/** Receives what the volume helper found, in order (src/volume-helper/WIRE.md). */
export interface PackedSink {
  /** When reading began, in seconds since 1970 by the engine's clock. */
  begin(seconds: bigint): void;
  /** Nobody writes to its bytes any more. */
  entry(entry: PackedEntry): void;
  chunk(hash: Buffer, bytes: number, isNew: boolean): void;
  /** The file lies in the group being gathered, from that byte on. */
  part(offset: number): void;
  /** The chunk of all files told as parts since the last one. */
  group(hash: Buffer, bytes: number, isNew: boolean): void;
  /** A file is as it was, in all that a snapshot keeps of it: the one of the file record at that position in what was known. */
  unchanged(position: number): void;
  frame(compressed: Buffer, rawBytes: number, chunkCount: number): void;
}

const chunkRecordBytes = 37;
const headBytes = 5;
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
        this.#sink.entry({ bytes: all, start, end });
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
}
