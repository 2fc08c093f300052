import type { IndexedEntry } from '../format/index-line.ts';
import type { VolumeEntry } from '../format/volume-entry.ts';
import type { SnapshotSide } from '../store/snapshot-side.ts';
import { parentOf } from './complete-change.ts';
import type { Step, TreeChange } from './tree-change.ts';

/**
 * How a volume gets some entries of a snapshot, and keeps all the rest: files are made anew rather than changed, as the
 * ones that are there may have other names too.
 */
export async function partChange(now: SnapshotSide, chosen: AsyncIterable<IndexedEntry>, volume: string): Promise<TreeChange> {
  const wanted = new Map<string, IndexedEntry>();
  for await (const indexed of chosen) wanted.set(indexed.entry.path, indexed);
  const there = new Map<string, VolumeEntry['type']>();
  for await (const { volume: holder, entry } of now.entries()) {
    if (holder === volume && wanted.has(entry.path)) there.set(entry.path, entry.type);
  }
  const isNew = ({ entry }: IndexedEntry): boolean => entry.type !== 'directory' || there.get(entry.path) !== 'directory';
  const made = [...wanted.values()].filter(isNew).map(({ entry }) => entry.path);
  const moved = new Set(made.map(parentOf));
  const steps = [...wanted.values()].flatMap((indexed): Step[] => {
    if (isNew(indexed)) return [{ indexed, kind: 'new' }];
    return moved.has(indexed.entry.path) ? [{ indexed, kind: 'metadata' }] : [];
  });
  const makes = new Set(made);
  return { removals: [...there.keys()].reverse().filter((path) => makes.has(path)), steps };
}
