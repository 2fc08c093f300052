import { Blobs } from '../store/blobs.ts';
import { ChunkReader } from '../store/chunk-reader.ts';
import { findRecord } from '../store/find-record.ts';
import { storageFault } from '../store/storage-fault.ts';
import { withStoreLock } from '../store/store-lock.ts';
import { readVolumeTar } from '../store/volume-tar.ts';
import type { StoreJob } from './job-io.ts';

export interface RestoreInput {
  readonly directory: string;
  readonly snapshotId: string;
  readonly targets: readonly {
    readonly from: string;
    readonly volume: string;
    /** The only paths to write, and the directories that lead to them. */
    readonly paths?: readonly string[];
    /** The leading part of the names in the tar stream for that volume. */
    readonly root: string;
  }[];
}

/** Writes volumes of a snapshot as tar streams, one after the other, over what their targets hold. */
export const restoreJob: StoreJob<RestoreInput, void> = async ({ directory, snapshotId, targets }, io) => {
  const blobs = new Blobs(directory);
  const write = async (): Promise<void> => {
    const { manifest, config } = await findRecord(blobs, snapshotId, io);
    const [index, ...packs] = manifest.layers;
    const totalBytes = targets.reduce((sum, { from }) => sum + (config.volumes.find(({ name }) => name === from)?.bytes ?? 0), 0);
    const reader = new ChunkReader(blobs, packs);
    const done = { bytes: 0, files: 0 };
    try {
      for (const { from, volume, root, paths } of targets) {
        const onEntry = (size: number): void => {
          done.files += 1;
          done.bytes += size;
          io.progress({ phase: 'writing', volume, ...done, totalBytes, newBytes: 0 });
        };
        const source = { blobs, index, reader, volume: from, root, onEntry, signal: io.signal, ...(paths ? { paths } : {}) };
        await io.write(volume, readVolumeTar(source));
      }
    } finally {
      await reader.close();
    }
  };
  try {
    await withStoreLock(directory, 'use', write, io);
  } catch (error) {
    throw storageFault(error, directory);
  }
};
