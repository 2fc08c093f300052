import { createHash } from 'node:crypto';
import type { SnapshotVerification } from '../../../../shared/models/snapshot.ts';
import { damaged, isDamage } from '../format/damage.ts';
import { chunkBytesAt, chunkHashAt } from '../format/pack-table.ts';
import { Blobs } from '../store/blobs.ts';
import { ChunkReader } from '../store/chunk-reader.ts';
import { findRecord } from '../store/find-record.ts';
import { readIndex } from '../store/index-reader.ts';
import { PackReader } from '../store/pack-reader.ts';
import type { SnapshotRecord } from '../store/snapshot-record.ts';
import type { StoredPack } from '../store/pack-writer.ts';
import { storageFault } from '../store/storage-fault.ts';
import { withStoreLock } from '../store/store-lock.ts';
import type { JobIo, StoreJob } from './job-io.ts';

export interface VerifyInput {
  readonly directory: string;
  readonly snapshotId: string;
  /** Also decompress everything and hash every chunk: for what came from elsewhere, or on demand. */
  readonly deep: boolean;
}

/**
 * Reads all that a snapshot needs: every blob against its digest, the file index against the rules of the format, every
 * content list against the packs. What passes can be restored without a surprise (with `deep`, even when made to harm).
 */
export const verifyJob: StoreJob<VerifyInput, SnapshotVerification> = async ({ directory, snapshotId, deep }, io) => {
  const blobs = new Blobs(directory);
  try {
    return await withStoreLock(directory, 'use', () => verify(blobs, snapshotId, deep, io), io);
  } catch (error) {
    throw storageFault(error, directory);
  }
};

async function verify(blobs: Blobs, snapshotId: string, deep: boolean, io: JobIo): Promise<SnapshotVerification> {
  const record = await findRecord(blobs, snapshotId, io);
  let checkedBytes = 0;
  const found = await findDamage(blobs, record, { deep, io, onBytes: (bytes) => (checkedBytes += bytes) });
  return { id: record.descriptor.digest, checkedBytes, damaged: [...found] };
}

/** Everything wrong with a snapshot's blobs; its two documents have been read and checked already. */
export async function findDamage(
  blobs: Blobs,
  { manifest }: SnapshotRecord,
  { deep, io, onBytes }: { readonly deep: boolean; readonly io: JobIo; readonly onBytes?: (bytes: number) => void },
): Promise<readonly { readonly blob: string; readonly reason: string }[]> {
  const [index, ...packs] = manifest.layers;
  const totalBytes = manifest.layers.reduce((sum, { size }) => sum + size, 0);
  const found: { blob: string; reason: string }[] = [];
  let checked = 0;
  const count = (bytes: number): void => {
    checked += bytes;
    onBytes?.(bytes);
    io.progress({ phase: 'verifying', bytes: checked, totalBytes, files: 0, newBytes: 0 });
  };
  for (const blob of manifest.layers) {
    const reason =
      (await blobs.findDamage(blob, { signal: io.signal, onBytes: count })) ??
      (deep ? await reasonOf(() => checkChunks(blobs, blob, io.signal)) : undefined);
    if (reason !== undefined) found.push({ blob: blob.digest, reason });
  }
  if (found.length === 0) {
    const reason = await reasonOf(() => checkIndex(blobs, index, packs, io.signal));
    if (reason !== undefined) found.push({ blob: index.digest, reason });
  }
  return found;
}

async function checkIndex(blobs: Blobs, index: StoredPack, packs: readonly StoredPack[], signal: AbortSignal): Promise<void> {
  const reader = new ChunkReader(blobs, packs);
  try {
    for await (const indexed of readIndex(blobs, index)) {
      signal.throwIfAborted();
      await reader.check(indexed);
    }
  } finally {
    await reader.close();
  }
}

async function checkChunks(blobs: Blobs, pack: StoredPack, signal: AbortSignal): Promise<void> {
  const reader = await PackReader.open(blobs, pack);
  try {
    for (const frame of reader.table.frames) {
      signal.throwIfAborted();
      const raw = await reader.readFrame(frame);
      let at = 0;
      for (let ordinal = frame.firstChunk; ordinal < frame.firstChunk + frame.chunkCount; ordinal += 1) {
        const bytes = chunkBytesAt(reader.table, ordinal);
        const hash = createHash('sha256').update(raw.subarray(at, at + bytes)).digest();
        if (!hash.equals(chunkHashAt(reader.table, ordinal))) {
          throw damaged(`Pack ${pack.digest}`, `chunk ${ordinal} does not match its checksum`);
        }
        at += bytes;
      }
    }
  } finally {
    await reader.close();
  }
}

/** What was found to be damaged; anything else that fails is raised. */
async function reasonOf(check: () => Promise<void>): Promise<string | undefined> {
  try {
    await check();
    return undefined;
  } catch (error) {
    if (isDamage(error)) return error.message;
    throw error;
  }
}
