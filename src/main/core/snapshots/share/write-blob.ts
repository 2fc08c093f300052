import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Cancellable } from '../../base/abort.ts';
import type { Blobs } from '../store/blobs.ts';

/** A file in the store's own temporary folder, synchronised, with what its bytes turned out to be. */
export interface WrittenFile {
  readonly path: string;
  readonly digest: string;
  readonly size: number;
  remove(): Promise<void>;
}

/** Writes content to a temporary file; on failure there is none. */
export async function writeTemporary(blobs: Blobs, content: AsyncIterable<Buffer>, { signal }: Cancellable): Promise<WrittenFile> {
  const path = blobs.temporaryPath();
  const remove = (): Promise<void> => rm(path, { force: true });
  const hashed = hashing(content);
  try {
    await pipeline(Readable.from(hashed, { objectMode: false }), createWriteStream(path, { flags: 'wx', flush: true }), { signal });
    return { path, ...hashed.result(), remove };
  } catch (error) {
    await remove();
    throw error;
  }
}

/** Passes content on and knows in the end what it was. */
export function hashing(content: AsyncIterable<Buffer>): AsyncIterable<Buffer> & { result(): { readonly digest: string; readonly size: number } } {
  const hash = createHash('sha256');
  let size = 0;
  return {
    async *[Symbol.asyncIterator]() {
      for await (const piece of content) {
        hash.update(piece);
        size += piece.length;
        if (piece.length > 0) yield piece;
      }
    },
    result: () => ({ digest: `sha256:${hash.digest('hex')}`, size }),
  };
}
