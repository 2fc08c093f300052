import type { DifferentEntry, RestorePreview } from '../../../../shared/models/snapshot.ts';
import type { Logger } from '../../base/logger.ts';
import { isWithin } from '../format/path-choice.ts';
import { Blobs } from '../store/blobs.ts';
import { findRecord } from '../store/find-record.ts';
import { IndexWriter } from '../store/index-writer.ts';
import type { StoredPack } from '../store/pack-writer.ts';
import { listRecords } from '../store/snapshot-records.ts';
import { SnapshotSide } from '../store/snapshot-side.ts';
import { storageFault } from '../store/storage-fault.ts';
import { withStoreLock } from '../store/store-lock.ts';
import { compareSides } from './compare-sides.ts';
import { entryLimit } from './diff-job.ts';
import type { JobIo, StoreJob } from './job-io.ts';
import { readVolumes } from './read-volumes.ts';

export interface PreviewInput {
  readonly directory: string;
  readonly environmentId: string;
  /** Absent: the volumes would be emptied. */
  readonly snapshotId?: string;
  /** The only paths that would be restored. */
  readonly paths?: readonly string[];
  readonly format: 'tar' | 'packed';
  readonly targets: readonly { readonly key: string; readonly from: string; readonly volume: string; readonly isNew: boolean }[];
}

/** Reads the volumes as they are and says what a restore would change. What it writes nothing refers to. */
export function previewJob(logger: Logger): StoreJob<PreviewInput, Omit<RestorePreview, 'services'>> {
  return async (input, io) => {
    const blobs = new Blobs(input.directory);
    try {
      return await withStoreLock(input.directory, 'use', () => preview(blobs, input, io, logger), { signal: io.signal });
    } catch (error) {
      throw storageFault(error, input.directory);
    }
  };
}

async function preview(blobs: Blobs, input: PreviewInput, io: JobIo, logger: Logger): Promise<Omit<RestorePreview, 'services'>> {
  const { environmentId, format, targets, snapshotId } = input;
  const { records } = await listRecords(blobs, { signal: io.signal });
  const existing = targets.filter(({ isNew }) => !isNew);
  const request = { environmentId, volumes: existing.map(({ volume }) => volume), format, livePass: false };
  const { layers } = await readVolumes(blobs, request, { records, io, logger });
  const wanted = snapshotId === undefined ? undefined : (await findRecord(blobs, snapshotId, io)).manifest.layers;
  const nothing = await emptyIndex(blobs);
  const now = new SnapshotSide(blobs, layers, new Map(existing.map(({ key, volume }) => [volume, key])));
  const then = new SnapshotSide(blobs, wanted ?? [nothing], new Map(targets.map(({ key, from }) => [from, key])));
  try {
    io.progress({ phase: 'comparing', bytes: 0, files: 0, newBytes: 0 });
    const all = await compareSides(now, then, io);
    const found = all.filter((entry) => entry.path !== '' && isChosen(entry, input.paths));
    return { volumes: targets.map((target) => countsOf(target, found)), entries: found.slice(0, entryLimit), complete: found.length <= entryLimit };
  } finally {
    await Promise.all([now.close(), then.close()]);
  }
}

/** Restoring some paths only removes nothing. */
function isChosen({ kind, path }: DifferentEntry, paths: readonly string[] | undefined): boolean {
  return paths === undefined || (kind !== 'removed' && isWithin(path, paths));
}

function countsOf(
  { key, volume, isNew }: PreviewInput['targets'][number],
  found: readonly DifferentEntry[],
): RestorePreview['volumes'][number] {
  const own = found.filter((entry) => entry.volume === key);
  const count = (...kinds: DifferentEntry['kind'][]): number => own.filter(({ kind }) => kinds.includes(kind)).length;
  const written = own.filter(({ kind }) => kind === 'added' || kind === 'content');
  return {
    key,
    volume,
    isNew,
    added: count('added'),
    removed: count('removed'),
    changed: count('content', 'metadata'),
    bytes: written.reduce((sum, { sizeAfter = 0 }) => sum + sizeAfter, 0),
  };
}

function emptyIndex(blobs: Blobs): Promise<StoredPack> {
  return new IndexWriter(blobs).finish();
}
