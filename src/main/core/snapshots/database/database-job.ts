import type { FoundDatabase } from '../../../../shared/models/snapshot-database.ts';
import type { IndexedEntry } from '../format/index-line.ts';
import type { StoreJob } from '../jobs/job-io.ts';
import { Blobs } from '../store/blobs.ts';
import { ChunkReader } from '../store/chunk-reader.ts';
import { findRecord } from '../store/find-record.ts';
import { readIndex } from '../store/index-reader.ts';
import { storageFault } from '../store/storage-fault.ts';
import { withStoreLock } from '../store/store-lock.ts';
import { Evidence, isEvidence } from './evidence.ts';

export interface DatabasesInput {
  readonly directory: string;
  readonly snapshotId: string;
}

/** So much of a file is enough to tell a version, in bytes. */
const headBytes = 256;

/** The databases whose data a snapshot holds, found by their own files. Raises `snapshot.damaged`. */
export const databasesJob: StoreJob<DatabasesInput, readonly FoundDatabase[]> = async ({ directory, snapshotId }, io) => {
  const blobs = new Blobs(directory);
  try {
    return await withStoreLock(directory, 'use', () => find(blobs, snapshotId, io.signal), io);
  } catch (error) {
    throw storageFault(error, directory);
  }
};

async function find(blobs: Blobs, snapshotId: string, signal: AbortSignal): Promise<readonly FoundDatabase[]> {
  const { manifest } = await findRecord(blobs, snapshotId, { signal });
  const [index, ...packs] = manifest.layers;
  const reader = new ChunkReader(blobs, packs);
  const volumes = new Map<string, Evidence>();
  try {
    for await (const indexed of readIndex(blobs, index)) {
      const { volume, entry } = indexed;
      signal.throwIfAborted();
      if (entry.type !== 'file' || !isEvidence(entry.path)) continue;
      const evidence = volumes.get(volume) ?? new Evidence();
      volumes.set(volume, evidence);
      evidence.add(entry.path, await headOf(reader, indexed));
    }
  } finally {
    await reader.close();
  }
  return [...volumes].flatMap(([volume, evidence]) => evidence.databases().map((database) => ({ ...database, volume })));
}

async function headOf(reader: ChunkReader, file: IndexedEntry): Promise<Buffer> {
  for await (const segment of reader.segments(file)) return (await reader.read(segment)).subarray(0, headBytes);
  return Buffer.alloc(0);
}
