import type { DifferentEntry, SnapshotDifference } from '../../../../shared/models/snapshot.ts';
import { chunkHashAt } from '../format/pack-table.ts';
import type { ChunkRuns, IndexedEntry } from '../format/index-line.ts';
import { Blobs } from '../store/blobs.ts';
import { ChunkReader } from '../store/chunk-reader.ts';
import { findRecord } from '../store/find-record.ts';
import { readIndex } from '../store/index-reader.ts';
import type { SnapshotRecord } from '../store/snapshot-record.ts';
import { withStoreLock } from '../store/store-lock.ts';
import type { JobIo, StoreJob } from './job-io.ts';

export interface DiffInput {
  readonly directory: string;
  readonly before: string;
  readonly after: string;
}

/** More than anybody reads, few enough for a message to a window. */
const entryLimit = 5_000;

/** Compares the files of two snapshots of one store. */
export const diffJob: StoreJob<DiffInput, SnapshotDifference> = async ({ directory, before, after }, io) => {
  const blobs = new Blobs(directory);
  const compare = async (): Promise<SnapshotDifference> => {
    const old = new Side(blobs, await findRecord(blobs, before, io));
    const now = new Side(blobs, await findRecord(blobs, after, io));
    try {
      return await compareSides(old, now, io);
    } finally {
      await Promise.all([old.close(), now.close()]);
    }
  };
  return withStoreLock(directory, 'use', compare, io);
};

async function compareSides(old: Side, now: Side, { signal }: JobIo): Promise<SnapshotDifference> {
  const left = new Map<string, IndexedEntry>();
  for await (const indexed of old.entries()) {
    signal.throwIfAborted();
    left.set(`${indexed.volume}\0${indexed.entry.path}`, indexed);
  }
  const found: DifferentEntry[] = [];
  for await (const indexed of now.entries()) {
    signal.throwIfAborted();
    const place = `${indexed.volume}\0${indexed.entry.path}`;
    const earlier = left.get(place);
    left.delete(place);
    const kind = earlier ? await changeOf(old, earlier, now, indexed) : 'added';
    if (kind) found.push(difference(kind, earlier, indexed));
  }
  for (const earlier of left.values()) found.push(difference('removed', earlier, undefined));
  found.sort((a, b) => (a.volume === b.volume ? (a.path < b.path ? -1 : 1) : a.volume < b.volume ? -1 : 1));
  const count = (kind: DifferentEntry['kind']): number => found.filter((entry) => entry.kind === kind).length;
  return {
    counts: { added: count('added'), removed: count('removed'), content: count('content'), metadata: count('metadata') },
    entries: found.slice(0, entryLimit),
    complete: found.length <= entryLimit,
  };
}

async function changeOf(old: Side, a: IndexedEntry, now: Side, b: IndexedEntry): Promise<'content' | 'metadata' | undefined> {
  if (contentKey(a) !== contentKey(b)) return 'content';
  if (a.entry.type === 'file' && !(await hasSameContent(old, a.chunks, now, b.chunks))) return 'content';
  return metadataKey(a) === metadataKey(b) ? undefined : 'metadata';
}

function contentKey({ entry }: IndexedEntry): string {
  return JSON.stringify([
    entry.type,
    entry.type === 'file' ? entry.size : 0,
    'target' in entry ? entry.target : '',
    'device' in entry ? entry.device : [],
  ]);
}

function metadataKey({ entry: { mode, uid, gid, xattrs = {} } }: IndexedEntry): string {
  return JSON.stringify([mode, uid, gid, Object.entries(xattrs).sort()]);
}

/** Mostly both name the same chunks of the same packs; else the chunks' hashes decide. */
async function hasSameContent(old: Side, a: ChunkRuns, now: Side, b: ChunkRuns): Promise<boolean> {
  if (old.name(a) === now.name(b)) return true;
  const others = now.hashes(b)[Symbol.asyncIterator]();
  for await (const hash of old.hashes(a)) {
    const other = await others.next();
    if (other.done === true || !hash.equals(other.value)) return false;
  }
  return (await others.next()).done === true;
}

function difference(kind: DifferentEntry['kind'], before: IndexedEntry | undefined, after: IndexedEntry | undefined): DifferentEntry {
  const { volume, entry } = after ?? before ?? { volume: '', entry: { path: '' } };
  return {
    volume,
    path: entry.path,
    kind,
    ...(before?.entry.type === 'file' ? { sizeBefore: before.entry.size } : {}),
    ...(after?.entry.type === 'file' ? { sizeAfter: after.entry.size } : {}),
  };
}

/** One of the two snapshots. */
class Side {
  readonly #blobs: Blobs;
  readonly #record: SnapshotRecord;
  readonly #reader: ChunkReader;

  constructor(blobs: Blobs, record: SnapshotRecord) {
    this.#blobs = blobs;
    this.#record = record;
    this.#reader = new ChunkReader(blobs, record.manifest.layers.slice(1));
  }

  /** Its entries, each with the key of its volume instead of the name. */
  async *entries(): AsyncGenerator<IndexedEntry> {
    const keys = new Map(this.#record.config.volumes.map(({ key, name }) => [name, key]));
    for await (const indexed of readIndex(this.#blobs, this.#record.manifest.layers[0])) {
      yield { ...indexed, volume: keys.get(indexed.volume) ?? indexed.volume };
    }
  }

  /** Runs with the packs' digests in place of their numbers, which differ from snapshot to snapshot. */
  name(runs: ChunkRuns): string {
    return runs.map((number, index) => (index % 3 === 0 ? this.#record.manifest.layers[number + 1]?.digest : number)).join();
  }

  async *hashes(runs: ChunkRuns): AsyncGenerator<Buffer> {
    for (let at = 0; at < runs.length; at += 3) {
      const table = await this.#reader.table(runs[at] ?? 0);
      const first = runs[at + 1] ?? 0;
      for (let ordinal = first; ordinal < first + (runs[at + 2] ?? 0); ordinal += 1) yield chunkHashAt(table, ordinal);
    }
  }

  async close(): Promise<void> {
    await this.#reader.close();
  }
}
