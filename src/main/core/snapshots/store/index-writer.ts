import { createHash } from 'node:crypto';
import { Encoder } from '@toondepauw/node-zstd';
import { type ChunkRuns, formatEntry } from '../format/index-line.ts';
import type { VolumeEntry } from '../format/volume-entry.ts';
import type { Blobs } from './blobs.ts';
import { PackWriter, type StoredPack } from './pack-writer.ts';

const pieceBytes = 256 * 1024;
/** An index is small beside the content, so it may take more effort. */
const compressionLevel = 3;

/** Writes a file index: lines of JSON, in pieces that are each one chunk and one frame of a pack of its own. */
export class IndexWriter {
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

  addEntry(entry: VolumeEntry, chunks: ChunkRuns): void {
    this.#append(formatEntry(entry, chunks));
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

  #append(lines: string): void {
    // Long content lists come as several lines; each fits a piece of its own.
    for (const line of lines.split(/(?<=\n)/)) {
      if (this.#length + line.length > pieceBytes) this.#endPiece();
      this.#lines.push(line);
      this.#length += line.length;
    }
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
