import { Reader } from './reader.ts';
import { scanBlock, scanPlain, scanQuoted } from './scan-scalar.ts';
import { scanAnchor, scanDirective, scanTag } from './scan-properties.ts';
import { whatBegins, type Token, type TokenKind } from './token.ts';

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
  /** What `peek` gave last, until it is taken. */
  #next: Token | undefined;

  constructor(text: string) {
    this.#reader = new Reader(text);
  }

  /** The next token, which stays next. */
  peek(): Token {
    if (this.#next) return this.#next;
    while (this.#needsMore()) this.#fetch();
    const next = this.#queue[0] as Token;
    this.#next = next;
    return next;
  }

  /** The next token, which is gone then. */
  take(): Token {
    const token = this.peek();
    this.#queue.shift();
    this.#next = undefined;
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
    for (const key of this.#possibleKeys) if (key?.number === this.#taken) return true;
    return false;
  }

  /** Scans what begins here; that may be more than one token, or none that is a whole one yet. */
  #fetch(): void {
    this.#skipToToken();
    this.#dropStaleKeys();
    this.#unrollTo(this.#reader.column);
    const kind = whatBegins(this.#reader, this.#flowLevel > 0);
    switch (kind) {
      case 'plain':
        this.#fetchPlain();
        break;
      case 'quoted':
        this.#fetchQuoted();
        break;
      case 'block':
        this.#fetchBlock();
        break;
      case '[':
      case '{':
        this.#fetchOpening(kind);
        break;
      case ']':
      case '}':
        this.#fetchClosing(kind);
        break;
      case ',':
        this.#fetchComma();
        break;
      case '-':
        this.#fetchEntry();
        break;
      case 'key':
        this.#fetchKey();
        break;
      case 'value':
        this.#fetchValue();
        break;
      case 'alias':
      case 'anchor':
        this.#fetchAnchor(kind);
        break;
      case 'tag':
        this.#fetchTag();
        break;
      case 'directive':
        this.#fetchDirective();
        break;
      case 'document-start':
      case 'document-end':
        this.#fetchDocumentMark(kind);
        break;
      case 'stream-end':
        this.#fetchEnd();
    }
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
    const keys = this.#possibleKeys;
    for (let level = 0; level < keys.length; level += 1) {
      const key = keys[level];
      if (!key || (key.line === line && key.offset + maxKeyLength >= at)) continue;
      if (key.required) this.#lacksColon(key);
      keys[level] = undefined;
    }
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

  #fetchAnchor(kind: 'alias' | 'anchor'): void {
    this.#saveKey();
    this.#keyAllowed = false;
    const offset = this.#reader.at;
    this.#add(kind, offset, scanAnchor(this.#reader));
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
