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
  readonly #places = new Map<string, Place>();
  readonly #reset: string[] = [];
  #merge: Node | undefined;

  constructor(at: Place, diagnostics: Diagnostics) {
    this.#at = at;
    this.#diagnostics = diagnostics;
  }

  add(key: Key, value: Node | 'reset' | undefined): void {
    const { node, at, plain } = key;
    if (!node) return;
    if (!isString(node)) {
      const written = node.kind === 'scalar' ? goText(node) : `a ${node.kind === 'map' ? 'mapping' : 'list'}`;
      const hint = node.kind === 'scalar' ? `Put it in quotes: "${written}".` : undefined;
      this.#diagnostics.error(at, `A key must be a text, but this is ${written}.`, hint);
      return;
    }
    const before = this.#places.get(node.value);
    if (before) {
      const { line } = before.source.position(before.offset);
      this.#diagnostics.error(at, `The key “${node.value}” stands twice here, first on line ${line}.`);
      return;
    }
    this.#places.set(node.value, at);
    if (value === 'reset') this.#reset.push(node.value);
    else if (value && plain && node.value === mergeKey) this.#merge = value;
    else if (value) this.#entries.set(node.value, value);
  }

  build(): MapNode {
    const reset = this.#reset.length > 0 ? { reset: this.#reset } : {};
    const own: MapNode = { kind: 'map', entries: this.#entries, at: this.#at, ...reset };
    return this.#merge ? withMergedKeys(own, this.#merge, this.#diagnostics) : own;
  }
}
