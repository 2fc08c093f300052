import { createHash } from 'node:crypto';
import { Encoder } from '@toondepauw/node-zstd';
import { type FileContent, formatEntry } from '../format/index-line.ts';
import type { VolumeEntry } from '../format/volume-entry.ts';
import type { Blobs } from './blobs.ts';
import { PackWriter, type StoredPack } from './pack-writer.ts';

const pieceBytes = 256 * 1024;
/** An index is small beside the content, so it may take more effort. */
const compressionLevel = 3;

/** Takes the entries of volumes, in order. */
export interface EntrySink {
  startVolume(name: string): void;
  addEntry(entry: VolumeEntry, content: FileContent): void;
  /** The same as lines of `formatEntry`, the last one without its line feed. */
  addLines(lines: string): void;
}

/** Writes a file index: lines of JSON, in pieces that are each one chunk and one frame of a pack of its own. */
export class IndexWriter implements EntrySink {
  readonly #pack: PackWriter;
  readonly #encoder = new Encoder(compressionLevel);
  #lines: string[] = [];
  #length = 0;
  #written: Promise<void> = Promise.resolve();

  constructor(blobs: Blobs) {
    this.#pack = new PackWriter(blobs);
  }

  startVolume(name: string): void {
    this.#append(`${JSON.stringify({ type: 'volume', name })}\n`);
  }

  addEntry(entry: VolumeEntry, content: FileContent): void {
    for (const line of formatEntry(entry, content)) this.#append(line);
  }

  addLines(lines: string): void {
    if (lines.includes('\n')) for (const line of lines.split('\n')) this.#append(`${line}\n`);
    else this.#append(`${lines}\n`);
  }

  async drain(): Promise<void> {
    await this.#written;
  }

  async finish(): Promise<StoredPack> {
    this.#endPiece();
    await this.#written;
    return this.#pack.finish();
  }

  async discard(): Promise<void> {
    await this.#pack.discard();
  }

  /** Each line fits a piece of its own: long content lists come as several. */
  #append(line: string): void {
    if (this.#length + line.length > pieceBytes) this.#endPiece();
    this.#lines.push(line);
    this.#length += line.length;
  }

  #endPiece(): void {
    if (this.#lines.length === 0) return;
    const piece = Buffer.from(this.#lines.join(''), 'utf8');
    this.#lines = [];
    this.#length = 0;
    this.#pack.addChunk(createHash('sha256').update(piece).digest(), piece.length);
    this.#written = this.#pack.appendFrame(this.#encoder.encode(piece), piece.length);
    // `drain` or `finish` raises it.
    this.#written.catch(() => undefined);
  }
}
