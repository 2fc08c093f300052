import { isAlias, isMap, isScalar, isSeq, parseAllDocuments } from 'yaml';
import type { Alias, Pair, Scalar, YAMLMap, YAMLSeq } from 'yaml';
import type { Diagnostics } from '../source/diagnostics.ts';
import type { ListNode, MapNode, Node, ScalarNode } from '../source/node.ts';
import type { Place, Source } from '../source/place.ts';
import { AliasBudget } from './alias-budget.ts';
import { mergeKey, withMergedKeys } from './merge-keys.ts';
import { resolveTagged } from './tags.ts';

/** Deeper nesting than this is refused, so that no later phase can run out of stack. */
const maxDepth = 500;

/**
 * The documents of a YAML text, with anchors, merge keys and tags resolved. Findings are reported; a text with errors
 * yields no documents.
 */
export function parseYaml(source: Source, diagnostics: Diagnostics): Node[] {
  try {
    return new Parsing(source, diagnostics).documents();
  } catch (error) {
    // The library descends recursively: what is nested beyond the stack is nested beyond our limit too.
    if (!(error instanceof RangeError)) throw error;
    diagnostics.error({ source, offset: 0 }, tooDeep);
    return [];
  }
}

const tooDeep = `The file nests values more than ${maxDepth} levels deep.`;

class Parsing {
  readonly #source: Source;
  readonly #diagnostics: Diagnostics;
  readonly #budget: AliasBudget;
  #anchors = new Map<string, Node | undefined>();

  constructor(source: Source, diagnostics: Diagnostics) {
    this.#source = source;
    this.#diagnostics = diagnostics;
    this.#budget = new AliasBudget();
  }

  documents(): Node[] {
    const parsed = parseAllDocuments(this.#source.text, { schema: 'failsafe', uniqueKeys: false, prettyErrors: false });
    if (!Array.isArray(parsed)) return [];
    const nodes: Node[] = [];
    let failed = false;
    for (const document of parsed) {
      for (const { message, pos } of document.errors) {
        failed = true;
        this.#diagnostics.error(this.#place(pos[0]), `The YAML is not well formed: ${firstLine(message)}`);
      }
      if (failed || document.contents === null) continue;
      this.#anchors = new Map();
      const node = this.#node(document.contents, 0);
      if (node) nodes.push(node);
    }
    return failed || this.#diagnostics.hasErrors ? [] : nodes;
  }

  #place(offset: number): Place {
    return { source: this.#source, offset };
  }

  /** Undefined for `!reset`, and where an error was reported. */
  #node(node: unknown, depth: number, keyAt?: Place): Node | undefined {
    if (depth > maxDepth) {
      this.#diagnostics.error(keyAt ?? this.#place(0), tooDeep);
      return undefined;
    }
    if (isAlias(node)) return this.#alias(node, keyAt);
    const converted = this.#convert(node, depth, keyAt);
    if (converted) this.#budget.count(1);
    const anchor = (node as { anchor?: string } | null)?.anchor;
    if (anchor) this.#anchors.set(anchor, converted);
    return converted;
  }

  #convert(node: unknown, depth: number, keyAt?: Place): Node | undefined {
    if (isMap(node)) return this.#map(node, depth, keyAt);
    if (isSeq(node)) return this.#list(node, depth, keyAt);
    if (isScalar(node)) return this.#scalar(node, keyAt);
    return { kind: 'scalar', value: null, at: keyAt ?? this.#place(0), ...(keyAt && { keyAt }) };
  }

  #alias(node: Alias, keyAt?: Place): Node | undefined {
    const at = this.#place(node.range?.[0] ?? 0);
    if (!this.#anchors.has(node.source)) {
      this.#diagnostics.error(at, `The alias *${node.source} names no anchor that comes before it.`);
      return undefined;
    }
    const target = this.#anchors.get(node.source);
    if (!target) return undefined;
    if (!this.#budget.expand(target)) {
      this.#diagnostics.error(
        at,
        'The aliases of this file expand to far more data than it holds.',
        'Write the values out, or refer to each anchor fewer times.',
      );
      return undefined;
    }
    return keyAt ? { ...target, keyAt } : target;
  }

  #scalar(node: Scalar, keyAt?: Place): ScalarNode {
    const at = this.#place(node.range?.[0] ?? 0);
    const override = node.tag === '!override';
    const base = { kind: 'scalar', at, ...(keyAt && { keyAt }), ...(override && { override }) } as const;
    const text = typeof node.value === 'string' ? node.value : '';
    const resolved = resolveTagged(node.tag, text, node.type === 'PLAIN' || node.type === undefined);
    if (resolved) return { ...base, ...resolved };
    this.#diagnostics.error(at, `“${text}” does not fit its tag ${node.tag ?? ''}.`);
    return { ...base, value: text };
  }

  #list(node: YAMLSeq, depth: number, keyAt?: Place): ListNode {
    const items: Node[] = [];
    this.#enter(node.anchor);
    for (const item of node.items) {
      if (isReset(item)) continue;
      const converted = this.#node(item, depth + 1);
      if (converted) items.push(converted);
    }
    return { kind: 'list', items, at: this.#place(node.range?.[0] ?? 0), ...this.#marks(node, keyAt) };
  }

  #map(node: YAMLMap, depth: number, keyAt?: Place): MapNode {
    const entries = new Map<string, Node>();
    const seen = new Map<string, Place>();
    const reset: string[] = [];
    let merge: Node | undefined;
    this.#enter(node.anchor);
    for (const pair of node.items) {
      const key = this.#key(pair);
      if (!key) continue;
      const before = seen.get(key.text);
      if (before) {
        const { line } = this.#source.position(before.offset);
        this.#diagnostics.error(key.at, `The key “${key.text}” stands twice here, first on line ${line}.`);
        continue;
      }
      seen.set(key.text, key.at);
      if (isReset(pair.value)) {
        reset.push(key.text);
        continue;
      }
      const value = this.#node(pair.value, depth + 1, key.at);
      if (!value) continue;
      if (key.plain && key.text === mergeKey) merge = value;
      else entries.set(key.text, value);
    }
    const own: MapNode = {
      kind: 'map',
      entries,
      at: this.#place(node.range?.[0] ?? 0),
      ...(reset.length > 0 && { reset }),
      ...this.#marks(node, keyAt),
    };
    return merge ? withMergedKeys(own, merge, this.#diagnostics) : own;
  }

  #key(pair: Pair): { text: string; plain: boolean; at: Place } | undefined {
    let node: unknown = pair.key;
    const at = this.#place((node as { range?: readonly number[] } | null)?.range?.[0] ?? 0);
    if (isAlias(node)) {
      const target = this.#anchors.get(node.source);
      if (target?.kind === 'scalar' && typeof target.value === 'string') return { text: target.value, plain: false, at };
      node = undefined;
    }
    if (isScalar(node)) {
      const plain = node.type === 'PLAIN';
      const text = typeof node.value === 'string' ? node.value : '';
      const resolved = resolveTagged(node.tag, text, plain);
      if (typeof resolved?.value === 'string') return { text: resolved.value, plain, at };
      this.#diagnostics.error(at, `The key ${text || 'null'} is not a text.`, `Put it in quotes: "${text}".`);
      return undefined;
    }
    this.#diagnostics.error(at, 'A key must be a text, not a list or a mapping.');
    return undefined;
  }

  /** An anchor that is referred to inside its own value has no value yet. */
  #enter(anchor: string | undefined): void {
    if (anchor) this.#anchors.delete(anchor);
  }

  #marks(node: YAMLMap | YAMLSeq, keyAt?: Place): { keyAt?: Place; override?: true } {
    return { ...(keyAt && { keyAt }), ...(node.tag === '!override' && { override: true }) };
  }
}

function isReset(node: unknown): boolean {
  return (node as { tag?: string } | null)?.tag === '!reset';
}

function firstLine(message: string): string {
  return message.split('\n', 1)[0] ?? message;
}
