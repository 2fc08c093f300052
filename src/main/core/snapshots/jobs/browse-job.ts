import type { ListedEntry } from '../../../../shared/models/snapshot.ts';
import { Fault } from '../../base/fault.ts';
import type { IndexedEntry } from '../format/index-line.ts';
import { Blobs } from '../store/blobs.ts';
import { ChunkReader } from '../store/chunk-reader.ts';
import { findRecord } from '../store/find-record.ts';
import { readIndex } from '../store/index-reader.ts';
import type { SnapshotRecord } from '../store/snapshot-record.ts';
import { withStoreLock } from '../store/store-lock.ts';
import type { JobIo, StoreJob } from './job-io.ts';

export interface PlaceInput {
  readonly directory: string;
  readonly snapshotId: string;
  readonly volume: string;
  /** From the volume's root; the root itself is the empty string. */
  readonly path: string;
}

/** What a directory of a snapshot holds, by name. Raises `snapshot.not-found` for a place that isn't there. */
export const browseJob: StoreJob<PlaceInput, readonly ListedEntry[]> = (input, io) =>
  withRecord(input, io, async (blobs, { manifest }) => {
    const prefix = input.path === '' ? '' : `${input.path}/`;
    const listed: ListedEntry[] = [];
    let found = false;
    for await (const { volume, entry } of readIndex(blobs, manifest.layers[0])) {
      io.signal.throwIfAborted();
      if (volume !== input.volume) continue;
      if (entry.path === input.path) found = entry.type === 'directory';
      const name = entry.path.slice(prefix.length);
      if (name !== '' && entry.path.startsWith(prefix) && !name.includes('/')) listed.push(listEntry(name, entry));
    }
    if (!found) throw noSuchPlace(input, 'directory');
    return listed.sort((a, b) => (a.name < b.name ? -1 : 1));
  });

/** Hands out one file's content as `io.write` of its path. Raises `snapshot.not-found`, `snapshot.damaged`. */
export const extractJob: StoreJob<PlaceInput, void> = (input, io) =>
  withRecord(input, io, async (blobs, { manifest }) => {
    const [index, ...packs] = manifest.layers;
    const file = await findFile(blobs, input, index, io.signal);
    const reader = new ChunkReader(blobs, packs);
    const content = async function* (): AsyncGenerator<Buffer> {
      for await (const segment of reader.segments(file)) yield await reader.read(segment);
    };
    try {
      await io.write(input.path, content());
    } finally {
      await reader.close();
    }
  });

async function findFile(
  blobs: Blobs,
  input: PlaceInput,
  index: SnapshotRecord['manifest']['layers'][0],
  signal: AbortSignal,
): Promise<IndexedEntry> {
  const contents = new Map<string, IndexedEntry>();
  for await (const indexed of readIndex(blobs, index)) {
    signal.throwIfAborted();
    if (indexed.volume !== input.volume) continue;
    const { entry } = indexed;
    if (entry.type === 'file') contents.set(entry.path, indexed);
    const target = entry.type === 'hardlink' ? contents.get(entry.target) : undefined;
    if (target) contents.set(entry.path, target);
    const found = entry.path === input.path ? contents.get(entry.path) : undefined;
    if (found) return found;
  }
  throw noSuchPlace(input, 'file');
}

async function withRecord<Result>(
  { directory, snapshotId }: PlaceInput,
  io: JobIo,
  action: (blobs: Blobs, record: SnapshotRecord) => Promise<Result>,
): Promise<Result> {
  const blobs = new Blobs(directory);
  return withStoreLock(directory, 'use', async () => action(blobs, await findRecord(blobs, snapshotId, io)), io);
}

function listEntry(name: string, entry: IndexedEntry['entry']): ListedEntry {
  const { type, mode, uid, gid, mtime, nanos } = entry;
  return {
    name,
    type,
    mode,
    uid,
    gid,
    modifiedAt: new Date(mtime * 1000 + Math.floor(nanos / 1e6)).toISOString(),
    ...(entry.type === 'file' ? { size: entry.size } : {}),
    ...('target' in entry ? { target: entry.target } : {}),
  };
}

function noSuchPlace({ volume, path }: PlaceInput, kind: string): Fault {
  return new Fault({
    code: 'snapshot.not-found',
    message: `The snapshot holds no ${kind} ${path === '' ? '/' : path} in volume ${volume}.`,
    hint: 'Browse the snapshot from its root to see what it holds.',
  });
}
