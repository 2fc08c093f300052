import type { Place } from './place.ts';
import type { Timestamp } from './timestamp.ts';

/**
 * The tree that all phases before the typed project work on. Nodes are immutable, so phases share unchanged parts;
 * each keeps the place it was written at, through merges and short-form expansion, for diagnostics.
 */
export type Node = ScalarNode | ListNode | MapNode;

export type ScalarValue = string | number | bigint | boolean | null | Timestamp;

interface Placed {
  /** Where the value stands. */
  readonly at: Place;
  /** Where the key stands under which the value was written, when it was written under one. */
  readonly keyAt?: Place;
  /** Written with `!override`: replaces, not merges with, what earlier files say. */
  readonly override?: true;
}

export interface ScalarNode extends Placed {
  readonly kind: 'scalar';
  readonly value: ScalarValue;
  /** Written with a fraction or exponent: `1.0` is not an integer although JavaScript cannot tell. */
  readonly float?: boolean;
}

export interface ListNode extends Placed {
  readonly kind: 'list';
  readonly items: readonly Node[];
}

export interface MapNode extends Placed {
  readonly kind: 'map';
  readonly entries: ReadonlyMap<string, Node>;
  /** Keys written with `!reset`: earlier files' values for them go away. */
  readonly reset?: readonly string[];
}

// Written out form by form: objects that are always made alike are made and read several times faster.

export function scalar(value: ScalarValue, { at, keyAt }: Node): ScalarNode {
  return keyAt ? { kind: 'scalar', value, at, keyAt } : { kind: 'scalar', value, at };
}

export function list(items: readonly Node[], { at, keyAt }: Node): ListNode {
  return keyAt ? { kind: 'list', items, at, keyAt } : { kind: 'list', items, at };
}

export function map(entries: ReadonlyMap<string, Node> | Readonly<Record<string, Node>>, { at, keyAt }: Node): MapNode {
  const own = entries instanceof Map ? (entries as ReadonlyMap<string, Node>) : new Map(Object.entries(entries));
  return keyAt ? { kind: 'map', entries: own, at, keyAt } : { kind: 'map', entries: own, at };
}

/** The node, as it was written under a key that stands at `keyAt`. */
export function withKey(node: Node, keyAt: Place): Node {
  const { at } = node;
  if (node.kind === 'list') return { kind: 'list', items: node.items, at, keyAt };
  if (node.kind === 'map') {
    const { entries, reset } = node;
    return reset ? { kind: 'map', entries, at, keyAt, reset } : { kind: 'map', entries, at, keyAt };
  }
  const { value, float } = node;
  return float ? { kind: 'scalar', value, float, at, keyAt } : { kind: 'scalar', value, at, keyAt };
}

/** The value under `key`; undefined where the node is no mapping or has no such key. */
export function get(node: Node | undefined, key: string): Node | undefined {
  return node?.kind === 'map' ? node.entries.get(key) : undefined;
}

/** The text of a string scalar under `key`. */
export function getString(node: Node | undefined, key: string): string | undefined {
  const value = get(node, key);
  return isString(value) ? value.value : undefined;
}

export function isString(node: Node | undefined): node is ScalarNode & { readonly value: string } {
  return node?.kind === 'scalar' && typeof node.value === 'string';
}

export function isNull(node: Node | undefined): boolean {
  return node?.kind === 'scalar' && node.value === null;
}

/** The mapping with some entries replaced or added, or removed where the new value is undefined. */
export function withEntries(node: MapNode, changes: Readonly<Record<string, Node | undefined>>): MapNode {
  const entries = new Map(node.entries);
  for (const [key, value] of Object.entries(changes)) {
    if (value) entries.set(key, value);
    else entries.delete(key);
  }
  return { ...node, entries };
}

/** The mapping with each value replaced; a value for which `change` gives undefined is dropped. */
export function mapEntries(node: MapNode, change: (value: Node, key: string) => Node | undefined): MapNode {
  let entries: Map<string, Node> | undefined;
  for (const [key, value] of node.entries) {
    const changed = change(value, key);
    if (changed === value) continue;
    entries ??= new Map(node.entries);
    if (changed) entries.set(key, changed);
    else entries.delete(key);
  }
  return entries ? { ...node, entries } : node;
}

/** The list with each item replaced; an item for which `change` gives undefined is dropped. */
export function mapItems(node: ListNode, change: (item: Node, index: number) => Node | undefined): ListNode {
  const changed = node.items.map(change);
  if (changed.every((item, index) => item === node.items[index])) return node;
  return { ...node, items: changed.filter((item) => item !== undefined) };
}

/** The plain data of a tree. Mappings become objects without a prototype, so no key is special. */
export function toData(node: Node): unknown {
  if (node.kind === 'scalar') return node.value;
  if (node.kind === 'list') return node.items.map(toData);
  const data = Object.create(null) as Record<string, unknown>;
  for (const [key, value] of node.entries) data[key] = toData(value);
  return data;
}

/** Whether two trees hold the same data, wherever written. */
export function sameData(a: Node, b: Node): boolean {
  if (a === b) return true;
  if (a.kind === 'scalar') return b.kind === 'scalar' && a.value === b.value;
  if (a.kind === 'list') {
    return (
      b.kind === 'list' &&
      a.items.length === b.items.length &&
      a.items.every((item, index) => sameData(item, b.items[index] as Node))
    );
  }
  if (b.kind !== 'map' || a.entries.size !== b.entries.size) return false;
  for (const [key, value] of a.entries) {
    const other = b.entries.get(key);
    if (!other || !sameData(value, other)) return false;
  }
  return true;
}
