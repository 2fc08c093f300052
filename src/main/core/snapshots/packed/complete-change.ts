import { TreeRules } from '../format/tree-rules.ts';
import type { SnapshotSide } from '../store/snapshot-side.ts';
import { EntryCursor, type PlacedEntry } from './entry-cursor.ts';
import type { Differences, PlacedStep, Step, TreeChange } from './tree-change.ts';

/** Types that are looked for in entries; they stand in quotes, unless something is escaped. */
const maybeLink = /"hardlink"|\\/;
const maybeDirectory = /"directory"|\\/;
const anything = /^/;

/**
 * Makes differences into a change: adds what follows from them for entries that are the same in both states, and holds
 * them to the rules of the format, together with the directories that they lie in. Raises `snapshot.damaged`.
 */
export async function completeChange({ gone, steps }: Differences, wanted: SnapshotSide, from: string): Promise<TreeChange> {
  const removals = gone.sort((a, b) => b.position - a.position).map(({ indexed }) => indexed.entry.path);
  if (removals.length === 0 && steps.size === 0) return { removals, steps: [] };
  removals.unshift(...(await relink({ gone, steps }, wanted, from)));
  const moved = new Set([...removals, ...pathsOfNew(steps)].map(parentOf));
  const around: (PlacedEntry & Partial<Step>)[] = await surroundings({ steps, moved }, wanted, from);
  const inOrder = [...around, ...steps.values()].sort((a, b) => a.position - b.position);
  const rules = new TreeRules();
  rules.startVolume(from);
  const ordered: Step[] = [];
  for (const { indexed, kind, there } of inOrder) {
    const { entry } = indexed;
    // Where a link leads that is the same was looked at when the other state was taken.
    rules.check(kind === undefined && entry.type === 'hardlink' ? { ...entry, type: 'fifo' } : entry);
    if (kind !== undefined) ordered.push({ indexed, kind, there });
    // Making and removing names changes the time of the directory.
    else if (moved.has(entry.path)) ordered.push({ indexed, kind: 'metadata' });
  }
  return { removals, steps: ordered };
}

/**
 * What replaces a thing leaves its other names to what was there: they are made again too. Adds them to `steps` and
 * returns their paths.
 */
async function relink({ gone, steps }: Differences, wanted: SnapshotSide, from: string): Promise<readonly string[]> {
  const inTheWay = gone.filter(({ indexed: { entry } }) => entry.type !== 'directory' && steps.has(entry.path));
  const replaced = new Set(inTheWay.map(({ indexed }) => indexed.entry.path));
  const removals: string[] = [];
  if (replaced.size === 0) return removals;
  for await (const placed of scan(wanted, from, maybeLink)) {
    const { entry } = placed.indexed;
    if (entry.type !== 'hardlink' || !replaced.has(entry.target) || steps.has(entry.path)) continue;
    steps.set(entry.path, { ...placed, kind: 'new' });
    replaced.add(entry.path);
    removals.push(entry.path);
  }
  return removals;
}

/**
 * Entries that are the same but that the rules ask for: the directories above steps, the targets of links. So are
 * directories whose time changes, and any that stand under the path of a step.
 */
async function surroundings(
  { steps, moved }: { readonly steps: ReadonlyMap<string, PlacedStep>; readonly moved: ReadonlySet<string> },
  wanted: SnapshotSide,
  from: string,
): Promise<PlacedEntry[]> {
  const needed = new Set<string>();
  let needsTargets = false;
  for (const path of moved) addWithParents(needed, path);
  for (const { indexed: { entry } } of steps.values()) {
    addWithParents(needed, parentOf(entry.path));
    if (entry.type !== 'hardlink' || steps.has(entry.target)) continue;
    needsTargets = true;
    addWithParents(needed, entry.target);
  }
  const found: PlacedEntry[] = [];
  for await (const placed of scan(wanted, from, needsTargets ? anything : maybeDirectory)) {
    const { path } = placed.indexed.entry;
    const step = steps.get(path);
    if (step ? step.position !== placed.position : needed.has(path)) found.push(placed);
  }
  return found;
}

/** The entries of a volume whose lines match. */
async function* scan(side: SnapshotSide, volume: string, lines: RegExp): AsyncGenerator<PlacedEntry> {
  const cursor = new EntryCursor(side, volume);
  try {
    for (;;) {
      while (cursor.isDrained) await cursor.fill();
      const { text } = cursor;
      if (text === undefined) return;
      const placed = lines.test(text) ? cursor.placed : undefined;
      if (placed) yield placed;
      cursor.next();
    }
  } finally {
    await cursor.close();
  }
}

function pathsOfNew(steps: ReadonlyMap<string, PlacedStep>): readonly string[] {
  return [...steps.values()].filter(({ kind }) => kind === 'new').map(({ indexed }) => indexed.entry.path);
}

function addWithParents(paths: Set<string>, path: string): void {
  for (let one = path; !paths.has(one); one = parentOf(one)) paths.add(one);
}

export function parentOf(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf('/')));
}
