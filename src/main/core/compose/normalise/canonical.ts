import type { Diagnostics } from '../source/diagnostics.ts';
import { mapEntries, mapItems, type MapNode, type Node } from '../source/node.ts';
import type { PathRules } from '../source/path.ts';
import { child, type Path } from '../source/path.ts';
import { canonicalRules, type CanonicalRule } from './canonical-rules.ts';

/** What a rule of the canonical form gets to work with. */
export interface CanonicalContext {
  readonly path: Path;
  readonly diagnostics: Diagnostics;
  /** Variables are still in the texts: what cannot be read yet stays as written. */
  readonly lenient: boolean;
  /** The node with its children in canonical form. */
  children(node: Node): Node;
}

/** The document with every short form written out, so that later phases know one form only. */
export function canonical(document: MapNode, diagnostics: Diagnostics, lenient: boolean): MapNode {
  const walk = (node: Node, rules: PathRules<CanonicalRule> | undefined, path: Path | undefined): Node | undefined => {
    if (!rules) return node;
    const children = (parent: Node): Node => {
      if (parent.kind === 'map') {
        return mapEntries(parent, (value, key) => walk(value, rules.key(key), child(path, key)));
      }
      if (parent.kind === 'list') {
        return mapItems(parent, (item, index) => walk(item, rules.item(), child(path, index)));
      }
      return parent;
    };
    return rules.rule && path ? rules.rule(node, { path, diagnostics, lenient, children }) : children(node);
  };
  const result = walk(document, canonicalRules, undefined);
  return result?.kind === 'map' ? result : document;
}
