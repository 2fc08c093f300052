import { Reader } from './reader.ts';
import { scanBlock, scanPlain, scanQuoted } from './scan-scalar.ts';
import { scanAnchor, scanDirective, scanTag } from './scan-properties.ts';

/** A piece of YAML syntax. Beginnings and ends of blocks, which indentation shows, are tokens as well. */
export type TokenKind =
  | 'stream-end'
  | 'directive'
  | 'document-start'
  | 'document-end'
  | 'sequence-start'
  | 'mapping-start'
  | 'block-end'
  | '['
  | ']'
  | '{'
  | '}'
  | ','
  | '-'
  | 'key'
  | 'value'
  | 'alias'
  | 'anchor'
  | 'tag'
  | 'scalar';

export interface Token {
  readonly kind: TokenKind;
  readonly offset: number;
  readonly text: string;
  /** A scalar without quotes. */
  readonly plain: boolean;
}

/** What was scanned may turn out to be a key once its `:` is found. */
interface PossibleKey {
  readonly number: number;
  readonly offset: number;
  readonly line: number;
  readonly column: number;
  /** Nothing else can stand here. */
  readonly required: boolean;
}

const maxKeyLength = 1024;
const notPlain = new Set('-?:,[]{}#&*!|>\'"%@`');

/**
 * Cuts a text into tokens. Keys are recognised late, as in the reference's parser: a key's token is put in before
 * tokens that were scanned already, which is why tokens wait in a queue.
 */
export class Scanner {
  readonly #reader: Reader;
  readonly #queue: Token[] = [];
  #taken = 0;
  #indent = -1;
  readonly #indents: number[] = [];
  #keyAllowed = true;
  /** One for each level of brackets, the outermost first. */
  readonly #possibleKeys: (PossibleKey | undefined)[] = [undefined];
  #ended = false;

  constructor(text: string) {
    this.#reader = new Reader(text);
  }

  /** The next token, which stays next. */
  peek(): Token {
    while (this.#needsMore()) this.#fetch();
    return this.#queue[0] as Token;
  }

  /** The next token, which is gone then. */
  take(): Token {
    const token = this.peek();
    this.#queue.shift();
    this.#taken += 1;
    return token;
  }

  get #flowLevel(): number {
    return this.#possibleKeys.length - 1;
  }

  #needsMore(): boolean {
    if (this.#ended) return false;
    if (this.#queue.length === 0) return true;
    this.#dropStaleKeys();
    return this.#possibleKeys.some((key) => key?.number === this.#taken);
  }

  #fetch(): void {
    this.#skipToToken();
    this.#dropStaleKeys();
    this.#unrollTo(this.#reader.column);
    this.#scannerOfNext()();
  }

  /** What reads the token that begins here. */
  #scannerOfNext(): () => void {
    const reader = this.#reader;
    if (reader.atEnd) return () => this.#fetchEnd();
    if (reader.column === 0 && reader.is('%')) return () => this.#fetchDirective();
    if (reader.isDocumentMark('---')) return () => this.#fetchDocumentMark('document-start');
    if (reader.isDocumentMark('...')) return () => this.#fetchDocumentMark('document-end');
    const character = reader.text[reader.at] ?? '';
    const inFlow = this.#flowLevel > 0;
    if (character === '[' || character === '{') return () => this.#fetchOpening(character);
    if (character === ']' || character === '}') return () => this.#fetchClosing(character);
    if (character === ',') return () => this.#fetchComma();
    if (character === '-' && reader.isBlankOrEnd(1)) return () => this.#fetchEntry();
    if (character === '?' && (inFlow || reader.isBlankOrEnd(1))) return () => this.#fetchKey();
    if (character === ':' && (inFlow || reader.isBlankOrEnd(1))) return () => this.#fetchValue();
    if (character === '*' || character === '&') return () => this.#fetchAnchor(character);
    if (character === '!') return () => this.#fetchTag();
    if ((character === '|' || character === '>') && !inFlow) return () => this.#fetchBlock();
    if (character === "'" || character === '"') return () => this.#fetchQuoted();
    const startsPlain =
      !notPlain.has(character) ||
      (character === '-' && !reader.isBlank(1)) ||
      (!inFlow && (character === '?' || character === ':') && !reader.isBlankOrEnd(1));
    if (startsPlain) return () => this.#fetchPlain();
    return reader.fail(`No value can begin with ${character === '`' ? 'a backtick' : character}; put it in quotes.`);
  }

  #add(kind: TokenKind, offset: number, text = '', plain = false): void {
    this.#queue.push({ kind, offset, text, plain });
  }

  #skipToToken(): void {
    const reader = this.#reader;
    for (;;) {
      while (reader.is(' ') || (reader.isTab() && (this.#flowLevel > 0 || !this.#keyAllowed))) reader.skip();
      if (reader.is('#')) reader.skipRestOfLine();
      if (!reader.isBreak()) return;
      reader.takeBreak();
      if (this.#flowLevel === 0) this.#keyAllowed = true;
    }
  }

  /** A key ends on the line where it begins, and is not long. */
  #dropStaleKeys(): void {
    const { line, at } = this.#reader;
    this.#possibleKeys.forEach((key, level) => {
      if (!key || (key.line === line && key.offset + maxKeyLength >= at)) return;
      if (key.required) this.#lacksColon(key);
      this.#possibleKeys[level] = undefined;
    });
  }

  #saveKey(): void {
    if (!this.#keyAllowed) return;
    this.#removeKey();
    const { at, line, column } = this.#reader;
    this.#possibleKeys[this.#flowLevel] = {
      number: this.#taken + this.#queue.length,
      offset: at,
      line,
      column,
      required: this.#flowLevel === 0 && this.#indent === column,
    };
  }

  #removeKey(): void {
    const key = this.#possibleKeys[this.#flowLevel];
    if (key?.required) this.#lacksColon(key);
    this.#possibleKeys[this.#flowLevel] = undefined;
  }

  #lacksColon(key: PossibleKey): never {
    this.#reader.fail('This stands where a key must stand, but no “:” follows it.', key.offset);
  }

  #rollTo(column: number, kind: 'sequence-start' | 'mapping-start', offset: number, number?: number): void {
    if (this.#flowLevel > 0 || this.#indent >= column) return;
    this.#indents.push(this.#indent);
    this.#indent = column;
    const token: Token = { kind, offset, text: '', plain: false };
    this.#queue.splice(number === undefined ? this.#queue.length : number - this.#taken, 0, token);
  }

  #unrollTo(column: number): void {
    if (this.#flowLevel > 0) return;
    while (this.#indent > column) {
      this.#add('block-end', this.#reader.at);
      this.#indent = this.#indents.pop() ?? -1;
    }
  }

  #fetchEnd(): void {
    this.#unrollTo(-1);
    this.#removeKey();
    this.#keyAllowed = false;
    this.#add('stream-end', this.#reader.at);
    this.#ended = true;
  }

  #fetchDirective(): void {
    this.#unrollTo(-1);
    this.#removeKey();
    this.#keyAllowed = false;
    const offset = this.#reader.at;
    this.#add('directive', offset, scanDirective(this.#reader));
  }

  #fetchDocumentMark(kind: 'document-start' | 'document-end'): void {
    this.#unrollTo(-1);
    this.#removeKey();
    this.#keyAllowed = false;
    this.#add(kind, this.#reader.at);
    this.#reader.skip(3);
  }

  #fetchOpening(character: '[' | '{'): void {
    this.#saveKey();
    this.#possibleKeys.push(undefined);
    this.#keyAllowed = true;
    this.#add(character, this.#reader.at);
    this.#reader.skip();
  }

  #fetchClosing(character: ']' | '}'): void {
    this.#removeKey();
    if (this.#flowLevel > 0) this.#possibleKeys.pop();
    this.#keyAllowed = false;
    this.#add(character, this.#reader.at);
    this.#reader.skip();
  }

  #fetchComma(): void {
    this.#removeKey();
    this.#keyAllowed = true;
    this.#add(',', this.#reader.at);
    this.#reader.skip();
  }

  #fetchEntry(): void {
    if (this.#flowLevel === 0) {
      if (!this.#keyAllowed) this.#reader.fail('An item “- ” cannot stand here.');
      this.#rollTo(this.#reader.column, 'sequence-start', this.#reader.at);
    }
    this.#removeKey();
    this.#keyAllowed = true;
    this.#add('-', this.#reader.at);
    this.#reader.skip();
  }

  #fetchKey(): void {
    if (this.#flowLevel === 0) {
      if (!this.#keyAllowed) this.#reader.fail('A key “? ” cannot stand here.');
      this.#rollTo(this.#reader.column, 'mapping-start', this.#reader.at);
    }
    this.#removeKey();
    this.#keyAllowed = this.#flowLevel === 0;
    this.#add('key', this.#reader.at);
    this.#reader.skip();
  }

  #fetchValue(): void {
    const key = this.#possibleKeys[this.#flowLevel];
    if (key) {
      this.#queue.splice(key.number - this.#taken, 0, { kind: 'key', offset: key.offset, text: '', plain: false });
      this.#rollTo(key.column, 'mapping-start', key.offset, key.number);
      this.#possibleKeys[this.#flowLevel] = undefined;
      this.#keyAllowed = false;
    } else {
      if (this.#flowLevel === 0) {
        if (!this.#keyAllowed) {
          this.#reader.fail('A second “: ” cannot stand here; put a text that contains “: ” in quotes.');
        }
        this.#rollTo(this.#reader.column, 'mapping-start', this.#reader.at);
      }
      this.#keyAllowed = this.#flowLevel === 0;
    }
    this.#add('value', this.#reader.at);
    this.#reader.skip();
  }

  #fetchAnchor(character: '*' | '&'): void {
    this.#saveKey();
    this.#keyAllowed = false;
    const offset = this.#reader.at;
    this.#add(character === '*' ? 'alias' : 'anchor', offset, scanAnchor(this.#reader));
  }

  #fetchTag(): void {
    this.#saveKey();
    this.#keyAllowed = false;
    const offset = this.#reader.at;
    this.#add('tag', offset, scanTag(this.#reader));
  }

  #fetchBlock(): void {
    this.#removeKey();
    this.#keyAllowed = true;
    const offset = this.#reader.at;
    this.#add('scalar', offset, scanBlock(this.#reader, this.#indent));
  }

  #fetchQuoted(): void {
    this.#saveKey();
    this.#keyAllowed = false;
    const offset = this.#reader.at;
    this.#add('scalar', offset, scanQuoted(this.#reader));
  }

  #fetchPlain(): void {
    this.#saveKey();
    this.#keyAllowed = false;
    const offset = this.#reader.at;
    const { text, multiLine } = scanPlain(this.#reader, this.#indent, this.#flowLevel > 0);
    this.#add('scalar', offset, text, true);
    if (multiLine) this.#keyAllowed = true;
  }
}
