import type { DifferentEntry } from '../../../../shared/models/snapshot.ts';
import type { IndexedEntry } from '../format/index-line.ts';
import { contentKey, metadataKey } from '../store/entry-keys.ts';
import type { SnapshotSide } from '../store/snapshot-side.ts';
import type { JobIo } from './job-io.ts';

/** Every file that differs between two states, in the order of volumes and paths. */
export async function compareSides(old: SnapshotSide, now: SnapshotSide, { signal }: Pick<JobIo, 'signal'>): Promise<readonly DifferentEntry[]> {
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
  return found.sort((a, b) => (a.volume === b.volume ? (a.path < b.path ? -1 : 1) : a.volume < b.volume ? -1 : 1));
}

async function changeOf(
  old: SnapshotSide,
  before: IndexedEntry,
  now: SnapshotSide,
  after: IndexedEntry,
): Promise<'content' | 'metadata' | undefined> {
  if (contentKey(before) !== contentKey(after) || !(await old.holdsSame(before, now, after))) return 'content';
  return metadataKey(before) === metadataKey(after) ? undefined : 'metadata';
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
