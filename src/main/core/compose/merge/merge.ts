import type { Diagnostics } from '../source/diagnostics.ts';
import { isNull, withEntries, type MapNode, type Node } from '../source/node.ts';
import { child, pathText, type Path, type PathRules } from '../source/path.ts';
import { mergeRules, type MergeRule } from './merge-rules.ts';

/** What a merge rule gets to work with. */
export interface MergeContext {
  readonly path: Path | undefined;
  readonly diagnostics: Diagnostics;
  /** The entries of both mappings, merged one by one by the rules below this place. */
  mappings(base: MapNode, over: MapNode): MapNode;
}

/**
 * `over` laid on `base`: mappings merge, lists append, anything else is replaced, except where the table says
 * otherwise. Null in `over` changes nothing. (Compose Specification, "Merge".)
 */
export function merge(base: MapNode, over: MapNode, diagnostics: Diagnostics): MapNode {
  return mergeMappings(base, over, mergeRules, undefined, diagnostics);
}

/** As `merge`, for one service laid on the service that it extends. */
export function mergeService(base: MapNode, over: MapNode, name: string, diagnostics: Diagnostics): MapNode {
  const path = child(child(undefined, 'services'), name);
  return mergeMappings(base, over, mergeRules.key('services')?.key(name), path, diagnostics);
}

function mergeNodes(
  base: Node,
  over: Node,
  rules: PathRules<MergeRule> | undefined,
  path: Path,
  diagnostics: Diagnostics,
): Node {
  if (over.override) return over;
  if (rules?.rule) {
    return rules.rule(withoutReset(base, over), over, {
      path,
      diagnostics,
      mappings: (a, b) => mergeMappings(a, b, rules, path, diagnostics),
    });
  }
  if (isNull(over)) return base;
  if (base.kind === 'map') {
    if (over.kind === 'map') return mergeMappings(base, over, rules, path, diagnostics);
  } else if (base.kind === 'list') {
    if (over.kind === 'list') return { ...over, items: [...base.items, ...over.items] };
  } else {
    return over;
  }
  diagnostics.error(
    over.at,
    `${pathText(path)} cannot be merged: it is a ${base.kind === 'map' ? 'mapping' : 'list'} before and something else here.`,
    'Write it in the same form in both places, or mark it with !override.',
    path,
  );
  return base;
}

/** The mapping without the keys that `over` resets. */
function withoutReset(base: Node, over: Node): Node {
  if (base.kind !== 'map' || over.kind !== 'map' || !over.reset) return base;
  return withEntries(base, Object.fromEntries(over.reset.map((key) => [key, undefined])));
}

function mergeMappings(
  base: MapNode,
  over: MapNode,
  rules: PathRules<MergeRule> | undefined,
  path: Path | undefined,
  diagnostics: Diagnostics,
): MapNode {
  const entries = new Map(base.entries);
  for (const key of over.reset ?? []) entries.delete(key);
  for (const [key, value] of over.entries) {
    const before = entries.get(key);
    const merged = before ? mergeNodes(before, value, rules?.key(key), child(path, key), diagnostics) : value;
    entries.set(key, merged);
  }
  return { ...over, entries };
}
