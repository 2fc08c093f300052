import { goText } from '../source/go-text.ts';
import type { MapNode, Node, ScalarNode } from '../source/node.ts';
import type { SchemaRule, SchemaType } from './schema-rule.ts';

/** One thing that a schema does not allow. */
export interface SchemaMisfit {
  readonly node: Node;
  /** Keys and indices that lead from the document to the node. */
  readonly keys: readonly (string | number)[];
  readonly fault: SchemaFault;
}

export type SchemaFault =
  | { readonly kind: 'type'; readonly types: readonly SchemaType[] }
  | { readonly kind: 'unknown-key'; readonly key: string; readonly known: readonly string[] }
  | { readonly kind: 'missing-key'; readonly key: string }
  | { readonly kind: 'repeated' }
  | { readonly kind: 'value'; readonly allowed: readonly string[] }
  | { readonly kind: 'pattern'; readonly pattern: string }
  | { readonly kind: 'range'; readonly bound: 'least' | 'most'; readonly limit: number };

/**
 * All that the rule does not allow in a document. Of forms to choose from, the one of the value's own type is taken to
 * be the one that was meant. (JSON Schema draft 7; the Compose Specification's choices are all between types.)
 */
export function checkSchema(node: Node, rule: SchemaRule): SchemaMisfit[] {
  const misfits: SchemaMisfit[] = [];
  new SchemaCheck(misfits).node(node, rule);
  return misfits;
}

class SchemaCheck {
  readonly #misfits: SchemaMisfit[];
  /** Where the walk is. */
  readonly #keys: (string | number)[] = [];

  constructor(misfits: SchemaMisfit[]) {
    this.#misfits = misfits;
  }

  node(node: Node, given: SchemaRule): void {
    const rule = chosen(node, given);
    if (!rule || !isOfType(node, rule.types)) {
      this.#refuse(node, { kind: 'type', types: typesOf(given) });
    } else if (node.kind === 'map') {
      this.#map(node, rule);
    } else if (node.kind === 'list') {
      this.#list(node, rule);
    } else {
      this.#scalar(node, rule);
    }
  }

  #refuse(node: Node, fault: SchemaFault): void {
    this.#misfits.push({ node, keys: [...this.#keys], fault });
  }

  #map(node: MapNode, rule: SchemaRule): void {
    const { properties, patterns, others, required } = rule;
    for (const key of required) if (!node.entries.has(key)) this.#refuse(node, { kind: 'missing-key', key });
    for (const [key, value] of node.entries) {
      this.#keys.push(key);
      const property = properties.get(key);
      let isKnown = property !== undefined;
      if (property) this.node(value, property);
      for (const [pattern, below] of patterns) {
        if (!pattern.test(key)) continue;
        isKnown = true;
        this.node(value, below);
      }
      if (!isKnown && typeof others === 'object') this.node(value, others);
      if (!isKnown && others === false) this.#refuse(value, { kind: 'unknown-key', key, known: [...properties.keys()] });
      this.#keys.pop();
    }
  }

  #list(node: Node & { kind: 'list' }, { items, uniqueItems }: SchemaRule): void {
    if (items) {
      node.items.forEach((item, index) => {
        this.#keys.push(index);
        this.node(item, items);
        this.#keys.pop();
      });
    }
    if (!uniqueItems) return;
    const seen = new Set<string>();
    for (const item of node.items) {
      const identity = identityOf(item);
      if (seen.has(identity)) this.#refuse(item, { kind: 'repeated' });
      seen.add(identity);
    }
  }

  #scalar(node: ScalarNode, { values, pattern, minimum, maximum }: SchemaRule): void {
    const { value } = node;
    if (values && !values.includes(value as string)) this.#refuse(node, { kind: 'value', allowed: values });
    if (typeof value === 'string') {
      if (pattern && !pattern.test(value)) this.#refuse(node, { kind: 'pattern', pattern: pattern.source });
    } else if (typeof value === 'number' || typeof value === 'bigint') {
      if (value < minimum) this.#refuse(node, { kind: 'range', bound: 'least', limit: minimum });
      if (value > maximum) this.#refuse(node, { kind: 'range', bound: 'most', limit: maximum });
    }
  }
}

/** The rule for the form that the value has; undefined where it has none of those to choose from. */
function chosen(node: Node, rule: SchemaRule): SchemaRule | undefined {
  if (rule.choices.length === 0) return rule;
  for (const choice of rule.choices) {
    const found = chosen(node, choice);
    if (found && isOfType(node, found.types)) return found;
  }
  return undefined;
}

function typesOf(rule: SchemaRule): SchemaType[] {
  return [...new Set([...(rule.types ?? []), ...rule.choices.flatMap(typesOf)])];
}

function isOfType(node: Node, types: readonly SchemaType[] | undefined): boolean {
  if (!types) return true;
  for (const type of types) if (isType(node, type)) return true;
  return false;
}

function isType(node: Node, type: SchemaType): boolean {
  if (node.kind !== 'scalar') return type === (node.kind === 'map' ? 'object' : 'array');
  const { value } = node;
  switch (type) {
    case 'integer':
      return typeof value === 'bigint' || Number.isInteger(value);
    case 'number':
      return typeof value === 'bigint' || Number.isFinite(value);
    case 'null':
      return value === null;
    case 'string':
    case 'boolean':
      return typeof value === type;
    default:
      return false;
  }
}

/** A text that two values share when they are the same data. */
function identityOf(node: Node): string {
  if (node.kind === 'list') return `[${node.items.map(identityOf).join()}]`;
  if (node.kind === 'map') {
    return `{${[...node.entries].map(([key, value]) => `${JSON.stringify(key)}:${identityOf(value)}`).sort().join()}}`;
  }
  return typeof node.value === 'string' ? JSON.stringify(node.value) : `${typeof node.value} ${goText(node)}`;
}
