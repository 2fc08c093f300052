import type { IndexedEntry } from '../format/index-line.ts';
import { isWithin, leadsTo } from '../format/path-choice.ts';

/**
 * A volume's entries; with `paths` those chosen and the directories that lead to them, the root left out. Hard links
 * among chosen ones become files of their own, as what they link to may not be chosen.
 */
export async function* chosenEntries(
  entries: AsyncIterable<IndexedEntry>,
  { volume, paths }: { readonly volume: string; readonly paths?: readonly string[] },
): AsyncGenerator<IndexedEntry> {
  const files = new Map<string, IndexedEntry>();
  for await (const indexed of entries) {
    if (indexed.volume !== volume) continue;
    if (!paths) {
      yield indexed;
      continue;
    }
    const { entry } = indexed;
    if (entry.type !== 'directory' && entry.type !== 'hardlink') files.set(entry.path, indexed);
    if (isWithin(entry.path, paths)) yield entry.type === 'hardlink' ? asFile(indexed, files.get(entry.target)) : indexed;
    else if (entry.type === 'directory' && entry.path !== '' && leadsTo(entry.path, paths)) yield indexed;
  }
}

function asFile(link: IndexedEntry, target: IndexedEntry | undefined): IndexedEntry {
  return target ? { ...target, entry: { ...target.entry, path: link.entry.path } } : link;
}
