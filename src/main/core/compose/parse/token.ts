import type { Reader } from './reader.ts';

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

const notPlain = new Set('-?:,[]{}#&*!|>\'"%@`');

/** What a character begins, of tokens and of the forms of scalars. */
export type Begun = Exclude<TokenKind, 'sequence-start' | 'mapping-start' | 'block-end' | 'scalar'> | 'plain' | 'quoted' | 'block';

/** Characters that begin the same everywhere. */
const begun: ReadonlyMap<string, Begun> = new Map<string, Begun>([
  ['[', '['],
  [']', ']'],
  ['{', '{'],
  ['}', '}'],
  [',', ','],
  ['*', 'alias'],
  ['&', 'anchor'],
  ['!', 'tag'],
  ["'", 'quoted'],
  ['"', 'quoted'],
]);

/**
 * What begins where the reader is.
 *
 * @throws YamlError where nothing can
 */
export function whatBegins(reader: Reader, inFlow: boolean): Begun {
  if (reader.atEnd) return 'stream-end';
  if (reader.column === 0) {
    if (reader.is('%')) return 'directive';
    if (reader.isDocumentMark('---')) return 'document-start';
    if (reader.isDocumentMark('...')) return 'document-end';
  }
  const character = reader.text[reader.at] ?? '';
  const always = begun.get(character);
  if (always) return always;
  if (!notPlain.has(character)) return 'plain';
  if (character === '-') return reader.isBlankOrEnd(1) ? '-' : 'plain';
  if (character === '?' || character === ':') {
    if (!inFlow && !reader.isBlankOrEnd(1)) return 'plain';
    return character === '?' ? 'key' : 'value';
  }
  if ((character === '|' || character === '>') && !inFlow) return 'block';
  return reader.fail(`No value can begin with ${character === '`' ? 'a backtick' : character}; put it in quotes.`);
}
