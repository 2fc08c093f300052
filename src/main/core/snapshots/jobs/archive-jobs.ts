import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { open, rename, rm } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { buffer } from 'node:stream/consumers';
import { extract, pack } from 'tar-stream';
import { Fault, isAbort } from '../../base/fault.ts';
import { damaged } from '../format/damage.ts';
import { type Descriptor, imageIndex, mediaTypes } from '../format/manifest.ts';
import { Blobs } from '../store/blobs.ts';
import { findRecord } from '../store/find-record.ts';
import { changeImageIndex, parseDocument } from '../store/layout.ts';
import { readRecord } from '../store/snapshot-record.ts';
import { storageFault } from '../store/storage-fault.ts';
import { withStoreLock } from '../store/store-lock.ts';
import type { JobIo, StoreJob } from './job-io.ts';
import { findDamage } from './verify-job.ts';

export interface ExportInput {
  readonly directory: string;
  readonly snapshotId: string;
  readonly file: string;
}

export interface ImportInput {
  readonly directory: string;
  readonly file: string;
}

const layoutName = 'oci-layout';
const indexName = 'index.json';
const blobName = /^blobs\/sha256\/([0-9a-f]{64})$/;
const maxIndexBytes = 1024 * 1024;

/** Writes one snapshot as a tar of an OCI layout: what skopeo calls an `oci-archive`. The file appears when whole. */
export const exportJob: StoreJob<ExportInput, void> = async ({ directory, snapshotId, file }, io) => {
  const blobs = new Blobs(directory);
  const partial = `${file}.part`;
  try {
    await withStoreLock(directory, 'use', () => writeArchive(blobs, snapshotId, partial, io), io);
    await rename(partial, file);
  } catch (error) {
    await rm(partial, { force: true });
    throw storageFault(error, file);
  }
};

async function writeArchive(blobs: Blobs, snapshotId: string, file: string, io: JobIo): Promise<void> {
  const { descriptor, manifest } = await findRecord(blobs, snapshotId, io);
  const needed: readonly Descriptor[] = [descriptor, manifest.config, ...manifest.layers];
  const totalBytes = needed.reduce((sum, { size }) => sum + size, 0);
  const tar = pack();
  const fill = async (): Promise<void> => {
    tar.entry({ name: layoutName }, JSON.stringify({ imageLayoutVersion: '1.0.0' }));
    tar.entry({ name: indexName }, JSON.stringify({ schemaVersion: 2, mediaType: mediaTypes.index, manifests: [descriptor] }));
    let bytes = 0;
    for (const { digest, size } of new Map(needed.map((blob) => [blob.digest, blob])).values()) {
      const entry = tar.entry({ name: `blobs/sha256/${digest.slice(7)}`, size });
      await pipeline(createReadStream(blobs.pathOf(digest)), entry, { signal: io.signal });
      bytes += size;
      io.progress({ phase: 'writing', bytes, totalBytes, files: 0, newBytes: 0 });
    }
    tar.finalize();
  };
  await Promise.all([pipeline(tar, createWriteStream(file, { flags: 'w' }), { signal: io.signal }), fill()]);
  const handle = await open(file, 'r+');
  await handle.sync().finally(() => handle.close());
}

/**
 * Takes the snapshot of an exported file into the store and returns its id. Everything is held against its checksums
 * and decompressed once before the snapshot exists; on failure the store is as before.
 */
export const importJob: StoreJob<ImportInput, string> = async ({ directory, file }, io) => {
  const blobs = new Blobs(directory);
  try {
    return await withStoreLock(directory, 'use', () => readArchive(blobs, file, io), io);
  } catch (error) {
    throw storageFault(error, directory);
  }
};

async function readArchive(blobs: Blobs, file: string, io: JobIo): Promise<string> {
  let manifests: readonly Descriptor[] = [];
  let bytes = 0;
  const entries = extract();
  const reading = pipeline(createReadStream(file), entries, { signal: io.signal });
  const taking = (async () => {
    for await (const entry of entries) {
      const { name: entryName, size } = entry.header;
      const name = entryName.replace(/^\.\//, '');
      const blob = blobName.exec(name)?.[1];
      if (name === indexName) {
        if (size > maxIndexBytes) throw notAnExport(file);
        manifests = parseDocument(await buffer(entry), 'The file', (value) => imageIndex.parse(value)).manifests;
      } else if (blob !== undefined) {
        await storeBlob(blobs, `sha256:${blob}`, entry as unknown as AsyncIterable<Buffer>);
        bytes += size;
        io.progress({ phase: 'writing', bytes, files: 0, newBytes: bytes });
      }
      entry.resume();
    }
  })();
  try {
    await Promise.all([reading, taking]);
  } catch (error) {
    // Whatever has no code of the system and is no finding of ours is the tar reader's objection.
    if (error instanceof Fault || isAbort(error) || (error instanceof Error && 'code' in error)) throw error;
    throw notAnExport(file, error);
  }
  const [descriptor] = manifests;
  if (!descriptor || manifests.length !== 1) throw notAnExport(file);
  return admit(blobs, descriptor, file, io);
}

/** Lists a snapshot whose blobs are all stored, once it has been checked to the last chunk; returns its id. */
async function admit(blobs: Blobs, descriptor: Descriptor, file: string, io: JobIo): Promise<string> {
  const record = await readRecord(blobs, descriptor);
  if (!record) throw notAnExport(file);
  const found = await findDamage(blobs, record, { deep: true, io });
  if (found[0]) throw damaged(`${file}, blob ${found[0].blob}`, found[0].reason);
  await blobs.syncNames();
  await withStoreLock(blobs.directory, 'index', () =>
    changeImageIndex(blobs.directory, (held) => [...held.filter(({ digest }) => digest !== descriptor.digest), descriptor]),
  );
  return descriptor.digest;
}

export interface TakeInInput {
  readonly directory: string;
  /** The file that holds the blobs, each as it is from `offset` on. */
  readonly file: string;
  readonly descriptor: Descriptor;
  readonly blobs: readonly { readonly digest: string; readonly offset: number; readonly size: number }[];
}

/** Takes a snapshot in whose blobs lie in a larger file. Blobs that the store has already are not read. */
export const takeInJob: StoreJob<TakeInInput, string> = async ({ directory, file, descriptor, blobs: places }, io) => {
  const blobs = new Blobs(directory);
  try {
    return await withStoreLock(
      directory,
      'use',
      async () => {
        let bytes = 0;
        for (const { digest, offset, size } of places) {
          if ((await blobs.sizeOf(digest)) !== size) {
            const range = { start: offset, end: offset + size - 1, signal: io.signal };
            await storeBlob(blobs, digest, createReadStream(file, range));
          }
          bytes += size;
          io.progress({ phase: 'writing', bytes, files: 0, newBytes: bytes });
        }
        return admit(blobs, descriptor, file, io);
      },
      io,
    );
  } catch (error) {
    throw storageFault(error, directory);
  }
};

/** Writes a blob under its name when its bytes are what the name says. */
async function storeBlob(blobs: Blobs, digest: string, content: AsyncIterable<Buffer>): Promise<void> {
  const hash = createHash('sha256');
  const temporary = blobs.temporaryPath();
  try {
    const hashed = async function* (source: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
      for await (const piece of source) {
        hash.update(piece);
        yield piece;
      }
    };
    await pipeline(content, hashed, createWriteStream(temporary, { flags: 'wx', flush: true }));
    if (`sha256:${hash.digest('hex')}` !== digest) throw damaged(`Blob ${digest}`, 'its content does not match its checksum');
    await blobs.adopt(temporary, digest);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}

function notAnExport(file: string, cause?: unknown): Fault {
  return new Fault(
    {
      code: 'snapshot.unsupported',
      message: `${file} is not a snapshot that Slipway exported, or it is cut off.`,
      hint: 'Export the snapshot again and copy the file whole.',
    },
    cause === undefined ? {} : { cause },
  );
}
