import type { Diagnostics } from '../source/diagnostics.ts';
import { mapEntries, mapItems, type Node, type ScalarNode } from '../source/node.ts';
import { child, pathText, type Path, type PathRules } from '../source/path.ts';
import { casts, toBoolean, toFloat, type Cast } from './casts.ts';
import { substitute, TemplateError, type Lookup } from './template.ts';

/** Replaces variables in every text of a document (keys stay as they are) and gives the results their types. */
export function interpolate(document: Node, lookup: Lookup, diagnostics: Diagnostics): Node {
  const unset = new Set<string>();
  return walk(document, casts, undefined);

  function walk(node: Node, rules: PathRules<Cast> | undefined, path: Path | undefined): Node {
    if (node.kind === 'map') {
      return mapEntries(node, (value, key) => walk(value, rules?.key(key), child(path, key)));
    }
    if (node.kind === 'list') {
      return mapItems(node, (item, index) => walk(item, rules?.item(), child(path, index)));
    }
    return typeof node.value === 'string' ? text(node, node.value, rules?.rule, path) : node;
  }

  function text(node: ScalarNode, written: string, cast: Cast | undefined, path: Path | undefined): Node {
    if (!cast && !written.includes('$')) return node;
    try {
      const value = substitute(written, lookup, (name) => {
        if (unset.has(name)) return;
        unset.add(name);
        diagnostics.warn(
          node.at,
          `The variable ${name} is not set; it becomes an empty text.`,
          `Set it, or write \${${name}:-default}.`,
          path,
        );
      });
      return cast ? typed(node, value, cast, path) : { ...node, value };
    } catch (error) {
      if (!(error instanceof TemplateError)) throw error;
      diagnostics.error(node.at, error.message, error.hint, path);
      return node;
    }
  }

  function typed(node: ScalarNode, value: string, cast: Cast, path: Path | undefined): ScalarNode {
    const result = cast(value);
    if (!result) {
      const wanted = cast === toBoolean ? 'true or false' : cast === toFloat ? 'a number' : 'a whole number';
      diagnostics.error(node.at, `${pathText(path)} must be ${wanted}, but is “${value}”.`, undefined, path);
      return node;
    }
    if (cast === toBoolean && !['true', 'false'].includes(value.toLowerCase())) {
      diagnostics.warn(node.at, `“${value}” is no boolean in YAML 1.2.`, `Write ${result.value === true ? 'true' : 'false'}.`, path);
    }
    return { ...node, ...result };
  }
}
