import type { IndexedEntry } from '../format/index-line.ts';
import { contentKey, metadataKey } from '../store/entry-keys.ts';
import type { SnapshotSide } from '../store/snapshot-side.ts';

/** What has to happen to an entry of the wanted state. */
export type Change =
  /** It is made: nothing is there under its name by then. */
  | 'new'
  /** It is a file, there and with the right names, but with other bytes. */
  | 'content'
  /** Owner, mode, times or attributes are set. */
  | 'metadata';

export interface TreeChange {
  /** Paths to remove, what lies in a directory before the directory. */
  readonly removals: readonly string[];
  /** Wanted path → what happens to it; paths that are left out stay as they are. */
  readonly changes: ReadonlyMap<string, Change>;
  /** What is there now, by path. */
  readonly current: ReadonlyMap<string, IndexedEntry>;
}

/**
 * Compares what is there with what is wanted. `keepRest`: what isn't wanted stays, and files are made anew rather than
 * changed, as the ones that are there may have other names too.
 */
export async function treeChange(
  now: SnapshotSide,
  wanted: SnapshotSide,
  wantedEntries: () => AsyncIterable<IndexedEntry>,
  { volume, keepRest }: { readonly volume: string; readonly keepRest: boolean },
): Promise<TreeChange> {
  const current = new Map<string, IndexedEntry>();
  for await (const indexed of now.entries()) if (indexed.volume === volume) current.set(indexed.entry.path, indexed);
  const namesNow = namesOfFiles([...current.values()].map(({ entry }) => entry));
  const namesWanted = keepRest ? new Map<string, string>() : await wantedNames(wantedEntries());
  const changes = new Map<string, Change>();
  const kept = new Set<string>();
  const moved = new Set<string>();
  for await (const indexed of wantedEntries()) {
    const { entry } = indexed;
    const there = current.get(entry.path);
    if (there) kept.add(entry.path);
    const first = entry.type === 'hardlink' ? entry.target : entry.path;
    const isSameFile = namesNow.get(first) === namesWanted.get(first);
    const change = await changeOf(there, indexed, { now, wanted, isSameFile: isSameFile && !keepRest, keepRest });
    if (change === undefined) continue;
    changes.set(entry.path, change);
    if (change === 'new') {
      kept.delete(entry.path);
      moved.add(parentOf(entry.path));
    }
  }
  const removals: string[] = [];
  for (const path of [...current.keys()].reverse()) {
    if (kept.has(path) || (keepRest && !changes.has(path))) continue;
    removals.push(path);
    moved.add(parentOf(path));
  }
  // Making and removing names changes the time of the directory.
  for (const path of moved) if (current.has(path) && !changes.has(path) && kept.has(path)) changes.set(path, 'metadata');
  return { removals, changes, current };
}

async function changeOf(
  there: IndexedEntry | undefined,
  wantedEntry: IndexedEntry,
  { now, wanted, isSameFile, keepRest }: { now: SnapshotSide; wanted: SnapshotSide; isSameFile: boolean; keepRest: boolean },
): Promise<Change | undefined> {
  if (!there || there.entry.type !== wantedEntry.entry.type) return 'new';
  if (wantedEntry.entry.type === 'directory') return keepRest || hasSameMetadata(there, wantedEntry) ? undefined : 'metadata';
  if (!isSameFile) return 'new';
  if (wantedEntry.entry.type === 'file') {
    if (!(await now.holdsSame(there, wanted, wantedEntry))) return 'content';
  } else if (contentKey(there) !== contentKey(wantedEntry)) {
    return 'new';
  }
  return wantedEntry.entry.type === 'hardlink' || hasSameMetadata(there, wantedEntry) ? undefined : 'metadata';
}

function hasSameMetadata(a: IndexedEntry, b: IndexedEntry): boolean {
  return a.entry.mtime === b.entry.mtime && a.entry.nanos === b.entry.nanos && metadataKey(a) === metadataKey(b);
}

/** Path of a thing's first name → all its other names: two states of one file with the same names are one file still. */
function namesOfFiles(entries: Iterable<IndexedEntry['entry']>): Map<string, string> {
  const names = new Map<string, string>();
  for (const entry of entries) {
    if (entry.type === 'hardlink') names.set(entry.target, `${names.get(entry.target) ?? ''}\0${entry.path}`);
  }
  return names;
}

async function wantedNames(entries: AsyncIterable<IndexedEntry>): Promise<Map<string, string>> {
  const links: IndexedEntry['entry'][] = [];
  for await (const { entry } of entries) if (entry.type === 'hardlink') links.push(entry);
  return namesOfFiles(links);
}

function parentOf(path: string): string {
  const slash = path.lastIndexOf('/');
  return slash < 0 ? '' : path.slice(0, slash);
}
