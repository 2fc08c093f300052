import { resolvePlain } from '../parse/plain-scalar.ts';

const base60 = /^[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+(?:\.[0-9_]*)?$/;
const oldBooleans = new Set('y Y yes Yes YES on On ON n N no No NO off Off OFF'.split(' '));
const printable = /^[\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufefe\uff00-\ufffd]$/u;
const escapes: Readonly<Record<string, string>> = {
  '\0': '\\0',
  '\x07': '\\a',
  '\b': '\\b',
  '\t': '\\t',
  '\n': '\\n',
  '\v': '\\v',
  '\f': '\\f',
  '\r': '\\r',
  '\x1b': '\\e',
  '"': '\\"',
  '\\': '\\\\',
  '\x85': '\\N',
  '\xa0': '\\_',
  '\u2028': '\\L',
  '\u2029': '\\P',
};

/**
 * A text as the reference writes it in YAML: plain where it reads back as the same text, as a block where it has
 * several lines, else in quotes. `indent` is the indentation of a block's lines.
 */
export function yamlText(text: string, indent: string): string {
  const traits = analyse(text);
  if (text.includes('\n')) return traits.blockAllowed ? block(text, indent) : doubleQuoted(text);
  return yamlKey(text);
}

/** A text on one line, as keys must be. */
export function yamlKey(text: string): string {
  const traits = analyse(text);
  if (text.includes('\n') || !readsAsText(text)) return doubleQuoted(text);
  if (traits.plainAllowed) return text;
  return traits.singleAllowed ? `'${text.replaceAll("'", "''")}'` : doubleQuoted(text);
}

function readsAsText(text: string): boolean {
  return typeof resolvePlain(text).value === 'string' && !base60.test(text) && !oldBooleans.has(text);
}

interface Traits {
  readonly plainAllowed: boolean;
  readonly singleAllowed: boolean;
  readonly blockAllowed: boolean;
}

function analyse(text: string): Traits {
  const special = Array.from(text).some((character) => character !== '\t' && !printable.test(character));
  const spaceBeforeBreak = / [\n\r\x85\u2028\u2029]/.test(text);
  const spaceAfterBreak = /[\n\r\x85\u2028\u2029] /.test(text);
  const indicators =
    /^(?:---|\.\.\.|[#,[\]{}&*!|>'"%@`]|[?:](?:\s|$)|-(?:\s|$))/.test(text) || /:(?:\s|$)|\s#/.test(text);
  const edges = /^[\s\x85]|[\s\x85]$/.test(text);
  return {
    plainAllowed: !special && !indicators && !edges && !/[\n\r\t\x85\u2028\u2029]/.test(text),
    singleAllowed: !special && !spaceBeforeBreak && !spaceAfterBreak && !text.includes('\t'),
    blockAllowed: !special && !spaceBeforeBreak && !/ $/.test(text),
  };
}

function block(text: string, indent: string): string {
  const hint = /^[ \n]/.test(text) ? '2' : '';
  const chomp = !text.endsWith('\n') ? '-' : text === '\n' || text.endsWith('\n\n') ? '+' : '';
  const lines = (text.endsWith('\n') ? text.slice(0, -1) : text).split('\n');
  return `|${hint}${chomp}\n${lines.map((line) => (line === '' ? '' : indent + line)).join('\n')}`;
}

function doubleQuoted(text: string): string {
  const parts = Array.from(text, (character) => {
    const escape = escapes[character];
    if (escape !== undefined) return escape;
    if (printable.test(character)) return character;
    const code = character.codePointAt(0) ?? 0;
    const hexadecimal = code.toString(16).toUpperCase();
    if (code <= 0xff) return `\\x${hexadecimal.padStart(2, '0')}`;
    return code <= 0xffff ? `\\u${hexadecimal.padStart(4, '0')}` : `\\U${hexadecimal.padStart(8, '0')}`;
  });
  return `"${parts.join('')}"`;
}
