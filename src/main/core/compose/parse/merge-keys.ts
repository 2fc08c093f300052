import type { Diagnostics } from '../source/diagnostics.ts';
import type { MapNode, Node } from '../source/node.ts';

export const mergeKey = '<<';

/**
 * The mapping with the entries that `<<` brings in. Its own entries win over merged ones, earlier mappings of a list
 * over later ones (YAML merge key, https://yaml.org/type/merge.html).
 */
export function withMergedKeys(own: MapNode, merge: Node, diagnostics: Diagnostics): MapNode {
  const entries = new Map(own.entries);
  const reset = new Set(own.reset);
  for (const source of merge.kind === 'list' ? merge.items : [merge]) {
    if (source.kind !== 'map') {
      diagnostics.error(merge.keyAt ?? merge.at, 'A merge key “<<” takes a mapping or a list of mappings.');
      continue;
    }
    for (const [key, value] of source.entries) if (!entries.has(key)) entries.set(key, value);
    for (const key of source.reset ?? []) reset.add(key);
  }
  return { ...own, entries, ...(reset.size > 0 && { reset: [...reset] }) };
}
