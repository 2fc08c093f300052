import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { open, rename, rm } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { pack } from 'tar-stream';
import { Fault } from '../../base/fault.ts';
import { type FileRange, readRange } from '../../base/file-range.ts';
import { damaged, isDamage } from '../format/damage.ts';
import { type Descriptor, mediaTypes } from '../format/manifest.ts';
import { Blobs } from '../store/blobs.ts';
import { findRecord } from '../store/find-record.ts';
import { changeImageIndex } from '../store/layout.ts';
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

const layoutName = 'oci-layout';
const indexName = 'index.json';

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

interface BlobPlace extends FileRange {
  readonly digest: string;
}

export interface TakeInInput {
  readonly directory: string;
  /** The file that holds the blobs, each as it is from `offset` on. */
  readonly file: string;
  readonly descriptor: Descriptor;
  readonly blobs: readonly BlobPlace[];
}

/**
 * Takes a snapshot in whose blobs lie in a larger file, and returns its id. Everything is held against its checksums and
 * decompressed once before the snapshot exists; on failure the list of snapshots is as before. Blobs that the store has
 * already are read only where the store's own turn out to be damaged.
 */
export const takeInJob: StoreJob<TakeInInput, string> = async (input, io) => {
  const blobs = new Blobs(input.directory);
  try {
    return await withStoreLock(input.directory, 'use', () => takeIn(blobs, input, io), io);
  } catch (error) {
    throw storageFault(error, input.directory);
  }
};

async function takeIn(blobs: Blobs, { file, descriptor, blobs: places }: TakeInInput, io: JobIo): Promise<string> {
  const reused: BlobPlace[] = [];
  let bytes = 0;
  for (const place of places) {
    if ((await blobs.sizeOf(place.digest)) === place.size) reused.push(place);
    else await storePlace(blobs, file, place, io);
    bytes += place.size;
    io.progress({ phase: 'writing', bytes, files: 0, newBytes: bytes });
  }
  try {
    await check(blobs, descriptor, file, io);
  } catch (error) {
    if (!isDamage(error) || reused.length === 0) throw error;
    for (const place of reused) await storePlace(blobs, file, place, io);
    await check(blobs, descriptor, file, io);
  }
  await blobs.syncNames();
  await withStoreLock(blobs.directory, 'index', () =>
    changeImageIndex(blobs.directory, (held) => [...held.filter(({ digest }) => digest !== descriptor.digest), descriptor]),
  );
  return descriptor.digest;
}

/** Holds a snapshot whose blobs are all stored against its checksums, to the last chunk. Raises `snapshot.damaged`. */
async function check(blobs: Blobs, descriptor: Descriptor, file: string, io: JobIo): Promise<void> {
  const record = await readRecord(blobs, descriptor);
  if (!record) throw new Fault({ code: 'snapshot.unsupported', message: `${file} holds no snapshot.`, hint: 'Check the file’s name, or export the snapshot again.' });
  const [found] = await findDamage(blobs, record, { deep: true, io });
  if (found) throw damaged(`${file}, blob ${found.blob}`, found.reason);
}

async function storePlace(blobs: Blobs, file: string, place: BlobPlace, { signal }: JobIo): Promise<void> {
  await storeBlob(blobs, place.digest, readRange(file, place, { signal }));
}

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
