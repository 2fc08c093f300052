import { createHash } from 'node:crypto';
import { type FileHandle, open, rm } from 'node:fs/promises';
import { chunkRecordBytes, encodePackTable, type PackFrame } from '../format/pack-table.ts';
import type { Blobs } from './blobs.ts';

/** A blob in the store. */
export interface StoredPack {
  readonly digest: string;
  readonly size: number;
}

/** Writes one pack. Frames are written in the order in which they were appended, whenever their compression ends. */
export class PackWriter {
  readonly #blobs: Blobs;
  readonly #path: string;
  readonly #hash = createHash('sha256');
  readonly #frames: PackFrame[] = [];
  #records = Buffer.alloc(1024 * chunkRecordBytes);
  #chunkCount = 0;
  #framedChunks = 0;
  #offset = 0;
  #file: FileHandle | undefined;
  #tail: Promise<void>;

  constructor(blobs: Blobs) {
    this.#blobs = blobs;
    this.#path = blobs.temporaryPath();
    this.#tail = open(this.#path, 'wx').then((file) => {
      this.#file = file;
    });
    // Whoever appends or finishes gets the failure; until then nobody listens.
    this.#tail.catch(() => undefined);
  }

  /** Compressed bytes written so far; those still being compressed don't count. */
  get bytesWritten(): number {
    return this.#offset;
  }

  /** Notes a chunk of the frame that is being filled and returns its ordinal. */
  addChunk(hash: Buffer, bytes: number): number {
    if ((this.#chunkCount + 1) * chunkRecordBytes > this.#records.length) {
      const larger = Buffer.alloc(this.#records.length * 2);
      this.#records.copy(larger);
      this.#records = larger;
    }
    const at = this.#chunkCount * chunkRecordBytes;
    hash.copy(this.#records, at);
    this.#records.writeUInt32LE(bytes, at + 32);
    this.#chunkCount += 1;
    return this.#chunkCount - 1;
  }

  /** Ends the frame of the chunks added since the last call. Resolves when it is written. */
  appendFrame(compressed: Promise<Buffer>, rawBytes: number): Promise<void> {
    const firstChunk = this.#framedChunks;
    const chunkCount = this.#chunkCount - firstChunk;
    this.#framedChunks = this.#chunkCount;
    const previous = this.#tail;
    this.#tail = (async () => {
      const [bytes] = await Promise.all([compressed, previous]);
      this.#frames.push({ offset: this.#offset, compressedBytes: bytes.length, rawBytes, firstChunk, chunkCount });
      await this.#write(bytes);
    })();
    return this.#tail;
  }

  /** Writes the table, waits until the disk has everything, and gives the pack its name. */
  async finish(): Promise<StoredPack> {
    await this.#tail;
    const chunks = this.#records.subarray(0, this.#chunkCount * chunkRecordBytes);
    await this.#write(encodePackTable({ frames: this.#frames, chunkCount: this.#chunkCount, chunks }));
    await this.#file?.sync();
    await this.#file?.close();
    this.#file = undefined;
    const digest = `sha256:${this.#hash.digest('hex')}`;
    await this.#blobs.adopt(this.#path, digest);
    return { digest, size: this.#offset };
  }

  /** Removes the unfinished file. */
  async discard(): Promise<void> {
    await this.#tail.catch(() => undefined);
    await this.#file?.close();
    this.#file = undefined;
    await rm(this.#path, { force: true });
  }

  async #write(bytes: Buffer): Promise<void> {
    await this.#file?.writeFile(bytes);
    this.#hash.update(bytes);
    this.#offset += bytes.length;
  }
}
