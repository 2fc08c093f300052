import { damaged } from '../format/damage.ts';
import type { IndexedEntry } from '../format/index-line.ts';
import { applyStream } from '../packed/apply-stream.ts';
import { type TreeChange, treeChange } from '../packed/tree-change.ts';
import { Blobs } from '../store/blobs.ts';
import { chosenEntries } from '../store/chosen-entries.ts';
import { findRecord } from '../store/find-record.ts';
import type { SnapshotRecord } from '../store/snapshot-record.ts';
import { SnapshotSide } from '../store/snapshot-side.ts';
import { storageFault } from '../store/storage-fault.ts';
import { withStoreLock } from '../store/store-lock.ts';
import type { JobIo, StoreJob } from './job-io.ts';

export interface ApplyInput {
  readonly directory: string;
  readonly snapshotId: string;
  /** What the volumes hold at this moment, under their own names; absent: unknown, so everything is written anew. */
  readonly currentId?: string;
  readonly targets: readonly { readonly from: string; readonly volume: string; readonly paths?: readonly string[] }[];
}

/** Gives volumes a snapshot's content by instructions to the helper, one volume after the other. */
export const applyJob: StoreJob<ApplyInput, void> = async (input, io) => {
  const blobs = new Blobs(input.directory);
  try {
    await withStoreLock(input.directory, 'use', () => apply(blobs, input, io), io);
  } catch (error) {
    throw storageFault(error, input.directory);
  }
};

async function apply(blobs: Blobs, { snapshotId, currentId, targets }: ApplyInput, io: JobIo): Promise<void> {
  const record = await findRecord(blobs, snapshotId, io);
  const current = currentId === undefined ? undefined : await findRecord(blobs, currentId, io);
  const wanted = sideOf(blobs, record);
  const totalBytes = targets.reduce((sum, { from }) => sum + (record.config.volumes.find(({ name }) => name === from)?.bytes ?? 0), 0);
  const done = { bytes: 0, files: 0 };
  try {
    for (const { from, volume, paths } of targets) {
      const choice = { volume: from, ...(paths ? { paths } : {}) };
      const entries = (): AsyncIterable<IndexedEntry> => chosenEntries(wanted.entries(), choice);
      const onEntry = (size: number): void => {
        done.files += 1;
        done.bytes += size;
        io.progress({ phase: 'writing', volume, ...done, totalBytes, newBytes: 0 });
      };
      const now = current?.config.volumes.some(({ name }) => name === volume) ? sideOf(blobs, current) : undefined;
      try {
        const change = await changeFor(now, wanted, entries, { volume, keepRest: paths !== undefined });
        await io.write(volume, applyStream({ entries, change, now, wanted, onEntry, isPart: paths !== undefined, signal: io.signal }));
      } finally {
        await now?.close();
      }
    }
  } finally {
    await wanted.close();
  }
}

/** Undefined: the volume is emptied, and everything is new. */
async function changeFor(
  now: SnapshotSide | undefined,
  wanted: SnapshotSide,
  entries: () => AsyncIterable<IndexedEntry>,
  options: { readonly volume: string; readonly keepRest: boolean },
): Promise<TreeChange | undefined> {
  if (!now) return undefined;
  const change = await treeChange(now, wanted, entries, options);
  if (!options.keepRest && !change.current.has('')) throw damaged('The file index', `it does not hold volume ${options.volume}`);
  return change;
}

function sideOf(blobs: Blobs, { manifest, config }: SnapshotRecord): SnapshotSide {
  return new SnapshotSide(blobs, manifest.layers, new Map(config.volumes.map(({ name }) => [name, name])));
}
