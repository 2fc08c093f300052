import type { SourceLocation } from '../../../../shared/problem.ts';
import type { Node } from './node.ts';
import { child, type Path, pathText } from './path.ts';
import { toLocation } from './place.ts';

/**
 * Where in the files a value of the project stands, or the innermost part around it that a file wrote. Undefined
 * without a document: a project that was not loaded from files.
 */
export function locationOf(document: Node | undefined, keys: readonly (string | number)[]): SourceLocation | undefined {
  if (!document) return undefined;
  let node = document;
  let path: Path | undefined;
  for (const key of keys) {
    const inner = node.kind === 'map' ? node.entries.get(String(key)) : node.kind === 'list' ? node.items[Number(key)] : undefined;
    if (!inner) break;
    node = inner;
    path = child(path, key);
  }
  return toLocation(node.keyAt ?? node.at, pathText(path));
}
