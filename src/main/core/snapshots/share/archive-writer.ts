import { type FileHandle, open, rename, rm } from 'node:fs/promises';
import type { Cancellable } from '../../base/abort.ts';
import { paddingOf, writeTarHeader } from '../../base/tar-header.ts';
import { mediaTypes } from '../format/manifest.ts';
import { sha256 } from '../store/blobs.ts';
import { archiveNames } from './snapshot-archive.ts';
import type { BlobName, ReadPart, RemoteManifest, SnapshotTarget } from './snapshot-remote.ts';

const partBytes = 1024 * 1024;

/** Writes a snapshot that is sent to it into one file, an `oci-archive`. Blobs may be sent side by side. */
export class ArchiveWriter implements SnapshotTarget {
  readonly #handle: FileHandle;
  readonly #sent = new Set<string>();
  #position = 0;
  /** The blob that is being written; each waits for the one before. */
  #last: Promise<void> = Promise.resolve();

  private constructor(handle: FileHandle) {
    this.#handle = handle;
  }

  /** Calls `fill` with a writer for `file`, which appears when it is whole and on disk. */
  static async write(file: string, fill: (writer: ArchiveWriter) => Promise<void>): Promise<void> {
    const partial = `${file}.part`;
    try {
      const handle = await open(partial, 'w');
      try {
        const writer = new ArchiveWriter(handle);
        await writer.#document(archiveNames.layout, Buffer.from(JSON.stringify({ imageLayoutVersion: '1.0.0' })));
        await fill(writer);
        await writer.#write(Buffer.alloc(1024));
        await handle.sync();
      } finally {
        await handle.close();
      }
      await rename(partial, file);
    } catch (error) {
      await rm(partial, { force: true });
      throw error;
    }
  }

  has(digest: string): Promise<boolean> {
    return Promise.resolve(this.#sent.has(digest));
  }

  async send(blob: BlobName, read: ReadPart, options: Cancellable & { readonly onSent?: (bytes: number) => void }): Promise<void> {
    this.#sent.add(blob.digest);
    const turn = this.#last.then(() => this.#append(blob, read, options));
    this.#last = turn.catch(() => undefined);
    await turn;
  }

  async sendManifest(_reference: string, { mediaType, bytes }: RemoteManifest): Promise<void> {
    const digest = sha256(bytes);
    await this.#document(archiveNames.blob(digest), bytes);
    const { artifactType } = JSON.parse(bytes.toString()) as { artifactType: string };
    const list = { schemaVersion: 2, mediaType: mediaTypes.index, manifests: [{ mediaType, artifactType, digest, size: bytes.length }] };
    await this.#document(archiveNames.index, Buffer.from(JSON.stringify(list)));
  }

  async #append({ digest, size }: BlobName, read: ReadPart, { signal, onSent }: Cancellable & { readonly onSent?: (bytes: number) => void }): Promise<void> {
    await this.#write(writeTarHeader({ name: archiveNames.blob(digest), size }));
    let done = 0;
    while (done < size) {
      signal?.throwIfAborted();
      const part = await read(done, Math.min(partBytes, size - done));
      if (part.length === 0) throw new Error(`blob ${digest} ends early`);
      await this.#write(part);
      done += part.length;
      onSent?.(done);
    }
    await this.#write(Buffer.alloc(paddingOf(size)));
  }

  #document(name: string, bytes: Buffer): Promise<void> {
    return this.#write(Buffer.concat([writeTarHeader({ name, size: bytes.length }), bytes, Buffer.alloc(paddingOf(bytes.length))]));
  }

  async #write(bytes: Buffer): Promise<void> {
    await this.#handle.write(bytes, 0, bytes.length, this.#position);
    this.#position += bytes.length;
  }
}
