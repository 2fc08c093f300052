import { createHash, type Hash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { type FileHandle, mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import type { Readable } from 'node:stream';
import type { Cancellable } from '../../base/abort.ts';
import { abortReason } from '../../base/abort-reason.ts';
import { isNoSpace } from '../../base/errno.ts';
import { Fault } from '../../base/fault.ts';
import type { BlobDescriptor } from '../client/remote-image.ts';

/** Half a download that nobody went on with for so long is thrown away. */
const staleMs = 7 * 24 * 3_600_000;

export interface BlobDownload extends Cancellable {
  /** Opens the blob at a position; tells where its bytes really begin. */
  readonly openAt: (offset: number) => Promise<{ readonly from: number; readonly bytes: Readable }>;
  /** Told how many bytes are there by now. */
  readonly onBytes: (bytes: number) => void;
}

/** Layers on their way to an engine. A download that broke off goes on where it was; only whole, checked ones are kept. */
export class BlobCache {
  readonly #directory: string;

  constructor(directory: string) {
    this.#directory = directory;
  }

  /**
   * The file with the blob. Raises `registry.unreachable` when it breaks off (call again to go on),
   * `image.digest-mismatch`, `storage.no-space`.
   */
  async download({ digest, size }: BlobDescriptor, { openAt, onBytes, signal }: BlobDownload): Promise<string> {
    const file = this.file(digest);
    if ((await sizeOf(file)) === size) {
      onBytes(size);
      return file;
    }
    await mkdir(this.#directory, { recursive: true });
    const part = `${file}.part`;
    const handle = await open(part, 'a+');
    try {
      const hash = createHash('sha256');
      const there = await this.#resume(handle, part, size, hash);
      const { from, bytes } = await openAt(there);
      if (from !== there) await handle.truncate(from);
      const total = await append(bytes, handle, { hash: from === there ? hash : createHash('sha256'), from, onBytes, signal, digest });
      if (total.bytes !== size || `sha256:${total.hash}` !== digest) {
        if (total.bytes < size) throw brokenOff(digest);
        await rm(part, { force: true });
        throw mismatch(digest);
      }
    } finally {
      await handle.close();
    }
    await rename(part, file);
    return file;
  }

  /** Lets go of blobs that the engine has taken over. */
  async release(digests: readonly string[]): Promise<void> {
    await Promise.all(digests.map((digest) => rm(this.file(digest), { force: true })));
  }

  /** Throws away what was left half done long ago. */
  async sweep(now: Date): Promise<void> {
    const names = await readdir(this.#directory).catch(() => []);
    await Promise.all(
      names.map(async (name) => {
        const file = path.join(this.#directory, name);
        const found = await stat(file).catch(() => undefined);
        if (found && found.mtimeMs + staleMs < now.getTime()) await rm(file, { force: true });
      }),
    );
  }

  file(digest: string): string {
    return path.join(this.#directory, digest.replace(':', '-'));
  }

  /** How much is there already, which goes into the hash. Too much of it is worthless. */
  async #resume(handle: FileHandle, part: string, size: number, hash: Hash): Promise<number> {
    const { size: there } = await handle.stat();
    if (there === 0 || there >= size) {
      await handle.truncate(0);
      return 0;
    }
    for await (const chunk of createReadStream(part)) hash.update(chunk as Buffer);
    return there;
  }
}

interface Appending extends Cancellable {
  readonly hash: Hash;
  readonly from: number;
  readonly onBytes: (bytes: number) => void;
  readonly digest: string;
}

async function append(bytes: Readable, handle: FileHandle, { hash, from, onBytes, signal, digest }: Appending): Promise<{ bytes: number; hash: string }> {
  let total = from;
  onBytes(total);
  try {
    for await (const chunk of bytes) {
      signal?.throwIfAborted();
      await handle.write(chunk as Buffer);
      hash.update(chunk as Buffer);
      total += (chunk as Buffer).length;
      onBytes(total);
    }
  } catch (error) {
    if (signal?.aborted) throw abortReason(signal);
    throw isNoSpace(error) ? noSpace(error) : brokenOff(digest, error);
  } finally {
    bytes.destroy();
  }
  return { bytes: total, hash: hash.digest('hex') };
}

async function sizeOf(file: string): Promise<number | undefined> {
  return (await stat(file).catch(() => undefined))?.size;
}

function brokenOff(digest: string, cause?: unknown): Fault {
  const why = cause instanceof Error ? `: ${cause.message}` : '';
  return new Fault(
    {
      code: 'registry.unreachable',
      message: 'The download of a layer broke off.',
      hint: 'Try again: it goes on where it was.',
      detail: `${digest}${why}`,
      data: { digest },
    },
    { cause },
  );
}

function mismatch(digest: string): Fault {
  return new Fault({
    code: 'image.digest-mismatch',
    message: 'A layer that was downloaded is not what its digest says.',
    hint: 'The transfer was damaged or tampered with. Try again; if it stays so, tell those who run the registry.',
    data: { digest },
  });
}

function noSpace(cause: unknown): Fault {
  return new Fault(
    {
      code: 'storage.no-space',
      message: 'There is no room on the disk for the layers on their way to the engine.',
      hint: 'Free space on the disk with Slipway\'s data and try again: the download goes on where it was.',
      detail: String(cause),
    },
    { cause },
  );
}
