import { createHash } from 'node:crypto';
import { open, rename, rm, type FileHandle } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { createGzip } from 'node:zlib';
import type { Cancellable } from '../base/abort.ts';
import { type BlobReference, type BundleManifest, bundleNames, type Descriptor, mediaTypes } from './bundle-manifest.ts';
import { paddingOf, tarBlockBytes, writeTarHeader } from '../base/tar-header.ts';

/** Quick, and most of what can be saved: better levels take three times as long for a tenth. */
const compression = { level: 3 };

export interface WrittenLayer extends BlobReference {
  /** SHA-256 of what the blob holds, uncompressed. */
  readonly diffId: string;
}

/**
 * Writes a bundle straight into its file: a blob's header is filled in once its content has been seen, and a blob that
 * turns out to be there already is written over by the next one. One thing at a time: a call begins when the one before
 * has resolved. The file appears under its name when it is whole.
 */
export class BundleWriter {
  readonly #file: string;
  readonly #handle: FileHandle;
  readonly #blobs = new Map<string, number>();
  readonly #layers = new Map<string, WrittenLayer>();
  #position = 0;

  private constructor(file: string, handle: FileHandle) {
    this.#file = file;
    this.#handle = handle;
  }

  /** Begins `file`, beside it under another name. */
  static async create(file: string): Promise<BundleWriter> {
    const writer = new BundleWriter(file, await open(`${file}.part`, 'w'));
    await writer.#entry(bundleNames.layout, Buffer.from(JSON.stringify({ imageLayoutVersion: '1.0.0' })));
    return writer;
  }

  /** Bytes written so far. */
  get bytes(): number {
    return this.#position;
  }

  async add(content: AsyncIterable<Buffer>, { signal }: Cancellable): Promise<BlobReference> {
    const hash = createHash('sha256');
    const size = await this.#write(content, (piece) => hash.update(piece), { signal });
    return this.#keep(`sha256:${hash.digest('hex')}`, size);
  }

  /** Adds an uncompressed layer, compressed. One whose `diffId` is in `skip` leaves nothing behind and has no blob. */
  async addLayer(
    content: AsyncIterable<Buffer>,
    { skip, signal }: Cancellable & { readonly skip: ReadonlySet<string> },
  ): Promise<{ readonly diffId: string; readonly blob?: BlobReference }> {
    const [outer, inner] = [createHash('sha256'), createHash('sha256')];
    const hashed = async function* (): AsyncGenerator<Buffer> {
      for await (const piece of content) {
        inner.update(piece);
        yield piece;
      }
    };
    const plain = Readable.from(hashed(), { objectMode: false });
    const gzip = createGzip(compression);
    plain.once('error', (error) => gzip.destroy(error));
    const size = await this.#write(plain.pipe(gzip) as AsyncIterable<Buffer>, (piece) => outer.update(piece), { signal });
    const diffId = `sha256:${inner.digest('hex')}`;
    if (skip.has(diffId)) return { diffId };
    const known = this.#layers.get(diffId);
    if (known) return { diffId, blob: known };
    const blob = await this.#keep(`sha256:${outer.digest('hex')}`, size);
    this.#layers.set(diffId, { diffId, ...blob });
    return { diffId, blob };
  }

  addBytes(bytes: Buffer, options: Cancellable): Promise<BlobReference> {
    return this.add(single(bytes), options);
  }

  /** Writes the two documents and gives the file its name. */
  async finish(manifest: BundleManifest, index: readonly Descriptor[]): Promise<{ readonly bytes: number; readonly id: string }> {
    const document = Buffer.from(JSON.stringify(manifest, undefined, 2));
    const layout = { schemaVersion: 2, mediaType: mediaTypes.index, manifests: index };
    await this.#entry(bundleNames.index, Buffer.from(JSON.stringify(layout)));
    await this.#entry(bundleNames.manifest, document);
    await this.#handle.write(Buffer.alloc(2 * tarBlockBytes), 0, 2 * tarBlockBytes, this.#position);
    this.#position += 2 * tarBlockBytes;
    await this.#handle.truncate(this.#position);
    await this.#handle.sync();
    await this.#handle.close();
    await rename(`${this.#file}.part`, this.#file);
    return { bytes: this.#position, id: bundleId(document) };
  }

  /** Leaves nothing behind. */
  async abandon(): Promise<void> {
    await this.#handle.close().catch(() => undefined);
    await rm(`${this.#file}.part`, { force: true });
  }

  /** Writes content where a blob's content would stand, its header left for later; returns its size. */
  async #write(content: AsyncIterable<Buffer>, seen: (piece: Buffer) => void, { signal }: Cancellable): Promise<number> {
    let size = 0;
    for await (const piece of content) {
      signal?.throwIfAborted();
      seen(piece);
      await this.#handle.write(piece, 0, piece.length, this.#position + tarBlockBytes + size);
      size += piece.length;
    }
    return size;
  }

  async #keep(digest: string, size: number): Promise<BlobReference> {
    if (!this.#blobs.has(digest)) {
      this.#blobs.set(digest, size);
      await this.#close(bundleNames.blob(digest), size);
    }
    return { digest, size };
  }

  async #entry(name: string, content: Buffer): Promise<void> {
    await this.#write(single(content), () => undefined, {});
    await this.#close(name, content.length);
  }

  async #close(name: string, size: number): Promise<void> {
    await this.#handle.write(writeTarHeader({ name, size }), 0, tarBlockBytes, this.#position);
    const padding = paddingOf(size);
    if (padding > 0) await this.#handle.write(Buffer.alloc(padding), 0, padding, this.#position + tarBlockBytes + size);
    this.#position += tarBlockBytes + size + padding;
  }
}

/** What a bundle is known by: its document names everything else by digest. */
export function bundleId(document: Buffer): string {
  return `sha256:${createHash('sha256').update(document).digest('hex')}`;
}

async function* single(bytes: Buffer): AsyncGenerator<Buffer> {
  yield await Promise.resolve(bytes);
}
