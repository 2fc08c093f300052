import type { IndexedEntry } from '../format/index-line.ts';
import type { SnapshotConfig } from '../format/manifest.ts';
import type { VolumeEntry } from '../format/volume-entry.ts';
import { applyStream } from '../packed/apply-stream.ts';
import { partChange } from '../packed/part-change.ts';
import { type Step, treeChange } from '../packed/tree-change.ts';
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
  const volumeOf = (from: string): Pick<SnapshotConfig['volumes'][number], 'bytes' | 'entries'> =>
    record.config.volumes.find(({ name }) => name === from) ?? { bytes: 0, entries: 0 };
  const totalBytes = targets.reduce((sum, { from }) => sum + volumeOf(from).bytes, 0);
  const done = { bytes: 0, files: 0 };
  try {
    for (const { from, volume, paths } of targets) {
      const count = (bytes: number, files: number): void => {
        done.bytes += bytes;
        done.files += files;
        io.progress({ phase: 'writing', volume, ...done, totalBytes, newBytes: 0 });
      };
      const onStep = ({ indexed: { entry } }: Step): void => count(sizeOf(entry), 1);
      const chosen = (): AsyncIterable<IndexedEntry> => chosenEntries(wanted.entries(), { volume: from, ...(paths ? { paths } : {}) });
      const now = current?.config.volumes.some(({ name }) => name === volume) ? sideOf(blobs, current) : undefined;
      const common = { now, wanted, onStep, signal: io.signal };
      const write = (stream: AsyncIterable<Buffer>): Promise<void> => io.write(volume, stream, { moves: true });
      try {
        if (!now) {
          await write(applyStream({ ...common, first: paths ? undefined : 'clear', removals: [], steps: allNew(chosen()) }));
        } else if (paths) {
          await write(applyStream({ ...common, ...(await partChange(now, chosen(), volume)) }));
        } else {
          const change = await treeChange(now, wanted, { volume, from });
          const { bytes, entries } = volumeOf(from);
          // What stays as it is has been done.
          count(Math.max(0, bytes - sum(change.steps)), Math.max(0, entries - change.steps.length));
          await write(applyStream({ ...common, ...change, first: 'remove-sockets' }));
        }
      } finally {
        await now?.close();
      }
    }
  } finally {
    await wanted.close();
  }
}

async function* allNew(entries: AsyncIterable<IndexedEntry>): AsyncGenerator<Step> {
  for await (const indexed of entries) yield { indexed, kind: 'new' };
}

function sum(steps: readonly Step[]): number {
  return steps.reduce((bytes, { indexed }) => bytes + sizeOf(indexed.entry), 0);
}

function sizeOf(entry: VolumeEntry): number {
  return entry.type === 'file' ? entry.size : 0;
}

function sideOf(blobs: Blobs, { manifest, config }: SnapshotRecord): SnapshotSide {
  return new SnapshotSide(blobs, manifest.layers, new Map(config.volumes.map(({ name }) => [name, name])));
}
