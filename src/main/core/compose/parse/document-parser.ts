import type { Diagnostics } from '../source/diagnostics.ts';
import { withKey, type MapNode, type Node } from '../source/node.ts';
import type { Place, Source } from '../source/place.ts';
import { AliasBudget } from './alias-budget.ts';
import { MapBuilder, type Key } from './map-builder.ts';
import { YamlError } from './reader.ts';
import type { Scanner } from './scanner.ts';
import { overrideTag, resetTag, resolveTagged, type TagHandles } from './tags.ts';
import type { Token, TokenKind } from './token.ts';

/** Deeper nesting than this is refused, so that no later phase can run out of stack. */
const maxDepth = 500;

/** What may stand before a value. */
interface Properties {
  readonly anchor: string | undefined;
  readonly tag: string | undefined;
}

/** `reset`: the value was marked to go away. Undefined: an error was reported. */
type Parsed = Node | 'reset' | undefined;

const endsEntry = new Set<TokenKind>(['-', 'block-end']);
const endsIndentlessEntry = new Set<TokenKind>(['-', 'key', 'value', 'block-end']);
const endsPair = new Set<TokenKind>(['key', 'value', 'block-end']);
const endsFlowKey = new Set<TokenKind>(['value', ',', '}', ']']);
const endsFlowValue = new Set<TokenKind>([',', '}', ']']);

/** Reads one document's values from tokens, with their places. */
export class DocumentParser {
  readonly #scanner: Scanner;
  readonly #source: Source;
  readonly #diagnostics: Diagnostics;
  readonly #handles: TagHandles;
  readonly #budget = new AliasBudget();
  /** A name without a node stands for a value that is being read, or is none. */
  readonly #anchors = new Map<string, Node | undefined>();
  #depth = 0;

  constructor(scanner: Scanner, source: Source, diagnostics: Diagnostics, handles: TagHandles) {
    this.#scanner = scanner;
    this.#source = source;
    this.#diagnostics = diagnostics;
    this.#handles = handles;
  }

  document(): Node | undefined {
    const { kind, offset } = this.#scanner.peek();
    const isEmpty = kind === 'document-start' || kind === 'document-end' || kind === 'stream-end';
    const parsed = isEmpty ? this.#empty(offset, undefined) : this.#value(true, false, undefined);
    return parsed === 'reset' ? undefined : parsed;
  }

  #place(offset: number): Place {
    return { source: this.#source, offset };
  }

  #is(kind: TokenKind): boolean {
    return this.#scanner.peek().kind === kind;
  }

  #value(inBlock: boolean, indentless: boolean, keyAt: Place | undefined): Parsed {
    const first = this.#scanner.peek();
    if (first.kind === 'alias') return this.#alias(this.#scanner.take(), keyAt);
    const properties = this.#properties();
    this.#depth += 1;
    if (this.#depth > maxDepth) throw new YamlError(first.offset, `Values are nested more than ${maxDepth} levels deep.`);
    if (properties.anchor !== undefined) this.#anchors.set(properties.anchor, undefined);
    const node = this.#content(properties, inBlock, indentless, first.offset, keyAt);
    this.#depth -= 1;
    if (node) this.#budget.count(1);
    if (properties.anchor !== undefined) this.#anchors.set(properties.anchor, node);
    return properties.tag === resetTag ? 'reset' : node;
  }

  #properties(): Properties {
    let anchor: string | undefined;
    let tag: string | undefined;
    for (;;) {
      const { kind } = this.#scanner.peek();
      if (kind === 'anchor' && anchor === undefined) anchor = this.#scanner.take().text;
      else if (kind === 'tag' && tag === undefined) tag = this.#handles.expand(this.#scanner.take());
      else return { anchor, tag };
    }
  }

  #content(
    { anchor, tag }: Properties,
    inBlock: boolean,
    indentless: boolean,
    start: number,
    keyAt: Place | undefined,
  ): Node | undefined {
    const { kind, offset } = this.#scanner.peek();
    if (kind === 'scalar') return this.#scalar(this.#scanner.take(), tag, keyAt);
    const collection = this.#collection(kind, this.#place(offset), inBlock, indentless);
    if (collection) return marked(collection, keyAt, tag);
    if (anchor !== undefined || tag !== undefined) return this.#empty(start, keyAt, tag);
    throw new YamlError(offset, 'A value is missing here.');
  }

  /** A list or mapping; undefined where none begins. */
  #collection(kind: TokenKind, at: Place, inBlock: boolean, indentless: boolean): Node | undefined {
    if (kind === '[') return { kind: 'list', items: this.#flowList(), at };
    if (kind === '{') return this.#flowMap(at);
    if (indentless && kind === '-') return { kind: 'list', items: this.#entries(endsIndentlessEntry), at };
    if (inBlock && kind === 'sequence-start') {
      this.#scanner.take();
      const items = this.#entries(endsEntry);
      this.#expect('block-end', 'An item of this list lacks its “- ”, or its indentation is off.');
      return { kind: 'list', items, at };
    }
    return inBlock && kind === 'mapping-start' ? this.#blockMap(at) : undefined;
  }

  #empty(offset: number, keyAt: Place | undefined, tag?: string): Node | undefined {
    return this.#scalar({ kind: 'scalar', offset, text: '', plain: true }, tag, keyAt);
  }

  #scalar({ text, plain, offset }: Token, tag: string | undefined, keyAt: Place | undefined): Node | undefined {
    const resolved = resolveTagged(tag, text, plain);
    const at = this.#place(offset);
    if (!resolved) {
      this.#diagnostics.error(at, `“${text}” does not fit its tag ${tag ?? ''}.`);
      return undefined;
    }
    const { value, float } = resolved;
    return marked(float ? { kind: 'scalar', value, float, at } : { kind: 'scalar', value, at }, keyAt, tag);
  }

  #alias({ text, offset }: Token, keyAt: Place | undefined): Node | undefined {
    const target = this.#anchors.get(text);
    if (!target) {
      const fault = this.#anchors.has(text) ? 'stands inside its own value' : 'names no anchor before it';
      this.#diagnostics.error(this.#place(offset), `The alias *${text} ${fault}.`);
      return undefined;
    }
    if (!this.#budget.expand(target)) {
      throw new YamlError(offset, 'The aliases of this file expand to far more data than it holds.');
    }
    return keyAt ? { ...target, keyAt } : target;
  }

  #entries(ends: ReadonlySet<TokenKind>): Node[] {
    const items: Node[] = [];
    while (this.#is('-')) {
      const { offset } = this.#scanner.take();
      const isEmpty = ends.has(this.#scanner.peek().kind);
      const item = isEmpty ? this.#empty(offset, undefined) : this.#value(true, false, undefined);
      if (item && item !== 'reset') items.push(item);
    }
    return items;
  }

  #blockMap(at: Place): MapNode {
    const builder = new MapBuilder(at, this.#diagnostics);
    this.#scanner.take();
    while (this.#is('key') || this.#is('value')) {
      const key = this.#is('key') ? this.#key(endsPair, true) : this.#emptyKey();
      builder.add(key, this.#pairValue(key, endsPair, true));
    }
    this.#expect('block-end', 'This line fits neither the mapping before it nor one around it: its indentation is off, or its key lacks “: ”.');
    return builder.build();
  }

  #flowMap(at: Place): MapNode {
    const builder = new MapBuilder(at, this.#diagnostics);
    this.#scanner.take();
    for (let first = true; !this.#is('}'); first = false) {
      if (!first) this.#expect(',', 'A “,” or “}” is missing here.');
      if (this.#is('}')) break;
      const key = this.#is('key') ? this.#key(endsFlowKey, false) : this.#bareKey();
      builder.add(key, this.#pairValue(key, endsFlowValue, false));
    }
    this.#scanner.take();
    return builder.build();
  }

  #flowList(): Node[] {
    const items: Node[] = [];
    this.#scanner.take();
    for (let first = true; !this.#is(']'); first = false) {
      if (!first) this.#expect(',', 'A “,” or “]” is missing here.');
      if (this.#is(']')) break;
      const item = this.#is('key') ? this.#singlePair() : this.#value(false, false, undefined);
      if (item && item !== 'reset') items.push(item);
    }
    this.#scanner.take();
    return items;
  }

  /** `[a: b]` is a list of one mapping. */
  #singlePair(): MapNode {
    const builder = new MapBuilder(this.#place(this.#scanner.peek().offset), this.#diagnostics);
    const key = this.#key(endsFlowKey, false);
    builder.add(key, this.#pairValue(key, endsFlowValue, false));
    return builder.build();
  }

  #key(ends: ReadonlySet<TokenKind>, inBlock: boolean): Key {
    const { offset } = this.#scanner.take();
    const next = this.#scanner.peek();
    if (ends.has(next.kind)) return this.#emptyKey(offset);
    if (next.kind === 'scalar') return this.#scalarKey(this.#scanner.take());
    const node = this.#value(inBlock, inBlock, undefined);
    return { at: this.#place(next.offset), node: node === 'reset' ? undefined : node, plain: false };
  }

  /** In braces a key may stand without a value. */
  #bareKey(): Key {
    const next = this.#scanner.peek();
    if (next.kind === 'value') return this.#emptyKey();
    if (next.kind === 'scalar') return this.#scalarKey(this.#scanner.take());
    const node = this.#value(false, false, undefined);
    return { at: this.#place(next.offset), node: node === 'reset' ? undefined : node, plain: false };
  }

  #scalarKey(token: Token): Key {
    return { at: this.#place(token.offset), node: this.#scalar(token, undefined, undefined), plain: token.plain };
  }

  #emptyKey(offset = this.#scanner.peek().offset): Key {
    return { at: this.#place(offset), node: this.#empty(offset, undefined), plain: true };
  }

  #pairValue(key: Key, ends: ReadonlySet<TokenKind>, inBlock: boolean): Parsed {
    if (!this.#is('value')) return this.#empty(key.at.offset, key.at);
    this.#scanner.take();
    if (ends.has(this.#scanner.peek().kind)) return this.#empty(key.at.offset, key.at);
    return this.#value(inBlock, inBlock, key.at);
  }

  #expect(kind: TokenKind, otherwise: string): void {
    if (!this.#is(kind)) throw new YamlError(this.#scanner.peek().offset, otherwise);
    this.#scanner.take();
  }
}

/** The node with where its key stands, and with what its tag says about merging. */
function marked(node: Node, keyAt: Place | undefined, tag: string | undefined): Node {
  const placed = keyAt ? withKey(node, keyAt) : node;
  return tag === overrideTag ? { ...placed, override: true } : placed;
}
