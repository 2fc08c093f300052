import { createHash, randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, open, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import type { Cancellable } from '../../base/abort.ts';
import { isMissing } from '../../base/errno.ts';
import { damaged } from '../format/damage.ts';
import type { Descriptor } from '../format/manifest.ts';

/** JSON documents larger than this are not ours. */
const maxDocumentBytes = 64 * 1024 * 1024;

/** The content-addressed files of an OCI image layout. A blob appears under its name only when it is whole and on disk. */
export class Blobs {
  readonly directory: string;
  readonly #blobs: string;
  readonly #temporary: string;

  /** `directory` is the layout's own, the one that holds `index.json`. */
  constructor(directory: string) {
    this.directory = directory;
    this.#blobs = path.join(directory, 'blobs', 'sha256');
    this.#temporary = path.join(directory, 'slipway', 'tmp');
  }

  async makeDirectories(): Promise<void> {
    await mkdir(this.#blobs, { recursive: true });
    await mkdir(this.#temporary, { recursive: true });
  }

  pathOf(digest: string): string {
    return path.join(this.#blobs, digest.slice('sha256:'.length));
  }

  /** A name for a file being written, on the same file system as the blobs. */
  temporaryPath(): string {
    return path.join(this.#temporary, randomUUID());
  }

  /** Gives a finished and synchronised temporary file its name. */
  async adopt(temporary: string, digest: string): Promise<void> {
    await rename(temporary, this.pathOf(digest));
  }

  /** Size in bytes, or undefined when there is no such blob. */
  async sizeOf(digest: string): Promise<number | undefined> {
    try {
      return (await stat(this.pathOf(digest))).size;
    } catch (error) {
      if (isMissing(error)) return undefined;
      throw error;
    }
  }

  /** Stores a small document and says how to refer to it. */
  async writeDocument(mediaType: string, bytes: Buffer): Promise<Descriptor> {
    const digest = sha256(bytes);
    const temporary = this.temporaryPath();
    const file = await open(temporary, 'wx');
    try {
      await file.writeFile(bytes);
      await file.sync();
    } finally {
      await file.close();
    }
    await this.adopt(temporary, digest);
    return { mediaType, digest, size: bytes.length };
  }

  /** A small document's bytes, held against its digest. Raises `snapshot.damaged`; `what` names it for a person. */
  async readDocument({ digest, size }: Pick<Descriptor, 'digest' | 'size'>, what: string): Promise<Buffer> {
    if (size > maxDocumentBytes) throw damaged(what, 'it is far too large');
    if ((await this.sizeOf(digest)) !== size) throw damaged(what, 'it is missing or cut off');
    const bytes = await readFile(this.pathOf(digest));
    if (sha256(bytes) !== digest) throw damaged(what, 'its content does not match its checksum');
    return bytes;
  }

  /** Why a blob is not what its descriptor says, or undefined. Reads all of it; calls `onBytes` as it goes. */
  async findDamage(
    { digest, size }: Pick<Descriptor, 'digest' | 'size'>,
    { signal, onBytes }: Cancellable & { readonly onBytes?: (bytes: number) => void } = {},
  ): Promise<string | undefined> {
    const actual = await this.sizeOf(digest);
    if (actual === undefined) return 'it is missing';
    if (actual !== size) return `it has ${actual} bytes instead of ${size}`;
    const hash = createHash('sha256');
    const stream = createReadStream(this.pathOf(digest), { highWaterMark: 1024 * 1024, signal });
    for await (const bytes of stream as AsyncIterable<Buffer>) {
      hash.update(bytes);
      onBytes?.(bytes.length);
    }
    return `sha256:${hash.digest('hex')}` === digest ? undefined : 'its content does not match its checksum';
  }

  /** Every blob there is, with its size. */
  async list(): Promise<ReadonlyMap<string, number>> {
    const sizes = new Map<string, number>();
    for (const name of await readdir(this.#blobs)) {
      const digest = `sha256:${name}`;
      const size = await this.sizeOf(digest);
      if (size !== undefined) sizes.set(digest, size);
    }
    return sizes;
  }

  async remove(digest: string): Promise<void> {
    await rm(this.pathOf(digest), { force: true });
  }

  /** Removes what interrupted writers left. Only under the exclusive lock. */
  async removeTemporary(): Promise<void> {
    for (const name of await readdir(this.#temporary)) await rm(path.join(this.#temporary, name), { recursive: true, force: true });
  }

  /** Makes the names of adopted blobs last, as the blobs' content already does. */
  async syncNames(): Promise<void> {
    if (process.platform === 'win32') return;
    const directory = await open(this.#blobs, 'r');
    try {
      await directory.sync();
    } finally {
      await directory.close();
    }
  }
}

export function sha256(bytes: Buffer): string {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
}
