import { type FileHandle, open } from 'node:fs/promises';
import { Decoder } from '@toondepauw/node-zstd';
import { isMissing } from '../../base/errno.ts';
import { damaged } from '../format/damage.ts';
import { decodePackTable, footerBytes, type PackFrame, type PackTable, packTailBytes } from '../format/pack-table.ts';
import { isBoundedFrame } from '../format/zstd-frame.ts';
import type { Blobs } from './blobs.ts';
import type { StoredPack } from './pack-writer.ts';

const decoder = new Decoder();

/** Random access to one pack. Everything read is held to the format; what does not fit is `snapshot.damaged`. */
export class PackReader {
  readonly #what: string;
  readonly #size: number;
  readonly #file: FileHandle;
  readonly table: PackTable;

  private constructor(file: FileHandle, pack: StoredPack, table: PackTable) {
    this.#file = file;
    this.#what = packName(pack);
    this.#size = pack.size;
    this.table = table;
  }

  static async open(blobs: Blobs, pack: StoredPack): Promise<PackReader> {
    const what = packName(pack);
    const file = await openBlob(blobs, pack, what);
    try {
      const { size } = await file.stat();
      if (size !== pack.size) throw damaged(what, `it has ${size} bytes instead of ${pack.size}`);
      const footer = await readExactly(file, size - footerBytes, footerBytes, what);
      const tailBytes = packTailBytes(footer, size, what);
      const tail = await readExactly(file, size - tailBytes, tailBytes, what);
      return new PackReader(file, pack, decodePackTable(tail, size, what));
    } catch (error) {
      await file.close();
      throw error;
    }
  }

  /** The raw bytes of one frame. */
  async readFrame(frame: PackFrame): Promise<Buffer> {
    const { rawBytes } = frame;
    const compressed = await this.readCompressed(frame);
    const raw = await decoder.decode(compressed).catch((error: unknown) => {
      throw damaged(this.#what, 'a frame can’t be decompressed', { cause: error });
    });
    if (raw.length !== rawBytes) throw damaged(this.#what, 'a frame has another size than its table says');
    return raw;
  }

  /** One frame as it lies in the pack, which decompresses to no more than its table says. */
  async readCompressed({ offset, compressedBytes, rawBytes }: PackFrame): Promise<Buffer> {
    if (offset + compressedBytes > this.#size) throw damaged(this.#what, 'a frame lies outside of it');
    const compressed = await readExactly(this.#file, offset, compressedBytes, this.#what);
    if (!isBoundedFrame(compressed, rawBytes)) throw damaged(this.#what, 'a frame is malformed');
    return compressed;
  }

  async close(): Promise<void> {
    await this.#file.close();
  }
}

function packName({ digest }: StoredPack): string {
  return `Pack ${digest}`;
}

async function openBlob(blobs: Blobs, { digest }: StoredPack, what: string): Promise<FileHandle> {
  try {
    return await open(blobs.pathOf(digest), 'r');
  } catch (error) {
    if (isMissing(error)) throw damaged(what, 'it is missing', { cause: error });
    throw error;
  }
}

async function readExactly(file: FileHandle, position: number, bytes: number, what: string): Promise<Buffer> {
  if (position < 0) throw damaged(what, 'it is cut off');
  const buffer = Buffer.allocUnsafe(bytes);
  let filled = 0;
  while (filled < bytes) {
    const { bytesRead } = await file.read(buffer, filled, bytes - filled, position + filled);
    if (bytesRead === 0) throw damaged(what, 'it is cut off');
    filled += bytesRead;
  }
  return buffer;
}
