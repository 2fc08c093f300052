import type { DifferentEntry, SnapshotDifference } from '../../../../shared/models/snapshot.ts';
import { Blobs } from '../store/blobs.ts';
import { findRecord } from '../store/find-record.ts';
import type { SnapshotRecord } from '../store/snapshot-record.ts';
import { SnapshotSide } from '../store/snapshot-side.ts';
import { withStoreLock } from '../store/store-lock.ts';
import { compareSides } from './compare-sides.ts';
import type { StoreJob } from './job-io.ts';

export interface DiffInput {
  readonly directory: string;
  readonly before: string;
  readonly after: string;
}

/** More than anybody reads, few enough for a message to a window. */
export const entryLimit = 5_000;

/** Compares the files of two snapshots of one store. */
export const diffJob: StoreJob<DiffInput, SnapshotDifference> = async ({ directory, before, after }, io) => {
  const blobs = new Blobs(directory);
  const compare = async (): Promise<SnapshotDifference> => {
    const old = sideOf(blobs, await findRecord(blobs, before, io));
    const now = sideOf(blobs, await findRecord(blobs, after, io));
    try {
      const found = await compareSides(old, now, io);
      const count = (kind: DifferentEntry['kind']): number => found.filter((entry) => entry.kind === kind).length;
      return {
        counts: { added: count('added'), removed: count('removed'), content: count('content'), metadata: count('metadata') },
        entries: found.slice(0, entryLimit),
        complete: found.length <= entryLimit,
      };
    } finally {
      await Promise.all([old.close(), now.close()]);
    }
  };
  return withStoreLock(directory, 'use', compare, io);
};

/** A whole snapshot, its volumes by their keys. */
function sideOf(blobs: Blobs, { manifest, config }: SnapshotRecord): SnapshotSide {
  return new SnapshotSide(blobs, manifest.layers, new Map(config.volumes.map(({ key, name }) => [name, key])));
}
