import type { Diagnostics } from '../source/diagnostics.ts';
import { goText } from '../source/go-text.ts';
import { isString, type MapNode, type Node } from '../source/node.ts';
import type { Place } from '../source/place.ts';
import { mergeKey, withMergedKeys } from './merge-keys.ts';

export interface Key {
  readonly at: Place;
  /** Undefined after an error was reported. */
  readonly node: Node | undefined;
  /** Written without quotes. */
  readonly plain: boolean;
}

/** Collects a mapping's entries, and reports keys that are no texts or stand twice. */
export class MapBuilder {
  readonly #at: Place;
  readonly #diagnostics: Diagnostics;
  readonly #entries = new Map<string, Node>();
  /** Keys that became no entries. */
  #others: Map<string, Place> | undefined;
  readonly #reset: string[] = [];
  #merge: Node | undefined;

  constructor(at: Place, diagnostics: Diagnostics) {
    this.#at = at;
    this.#diagnostics = diagnostics;
  }

  /** Adds an entry whose value knows where its key stands. */
  add(key: Key, value: Node | 'reset' | undefined): void {
    const { node, at, plain } = key;
    if (!node) return;
    if (!isString(node)) {
      const written = node.kind === 'scalar' ? goText(node) : `a ${node.kind === 'map' ? 'mapping' : 'list'}`;
      const hint = node.kind === 'scalar' ? `Put it in quotes: "${written}".` : undefined;
      this.#diagnostics.error(at, `A key must be a text, but this is ${written}.`, hint);
      return;
    }
    const before = this.#entries.get(node.value)?.keyAt ?? this.#others?.get(node.value);
    if (before) {
      const { line } = before.source.position(before.offset);
      this.#diagnostics.error(at, `The key “${node.value}” stands twice here, first on line ${line}.`);
      return;
    }
    if (value && value !== 'reset' && !(plain && node.value === mergeKey)) {
      this.#entries.set(node.value, value);
      return;
    }
    this.#others ??= new Map();
    this.#others.set(node.value, at);
    if (value === 'reset') this.#reset.push(node.value);
    else if (value) this.#merge = value;
  }

  build(): MapNode {
    const reset = this.#reset.length > 0 ? { reset: this.#reset } : {};
    const own: MapNode = { kind: 'map', entries: this.#entries, at: this.#at, ...reset };
    return this.#merge ? withMergedKeys(own, this.#merge, this.#diagnostics) : own;
  }
}
