import type { Reader } from './reader.ts';

/**
 * The three ways in which YAML writes a scalar. Each reads one from where it begins, leaves the reader behind it, and
 * gives its text. (YAML 1.2, chapters 7.3 and 8.1; corner cases as the reference's parser has them.)
 */

const escapes: Readonly<Record<string, string>> = {
  '0': '\0',
  a: '\x07',
  b: '\b',
  t: '\t',
  '\t': '\t',
  n: '\n',
  v: '\v',
  f: '\f',
  r: '\r',
  e: '\x1b',
  ' ': ' ',
  '"': '"',
  "'": "'",
  '/': '/',
  '\\': '\\',
  N: '\x85',
  _: '\xa0',
  L: '\u2028',
  P: '\u2029',
};
const hexadecimalEscapes: Readonly<Record<string, number>> = { x: 2, u: 4, U: 8 };

/** White space and line breaks inside a scalar, which fold to one space or to the breaks after the first. */
class Gap {
  #blanks = '';
  #firstBreak = '';
  #moreBreaks = '';
  #broken = false;

  get broken(): boolean {
    return this.#broken;
  }

  /** Reads what follows; false where nothing of the kind does. */
  read(reader: Reader, refuseTab?: () => void): boolean {
    const start = reader.at;
    for (;;) {
      if (reader.isBlank()) {
        if (this.#broken) {
          if (reader.isTab()) refuseTab?.();
        } else {
          this.#blanks += reader.text[reader.at] ?? '';
        }
        reader.skip();
      } else if (reader.isBreak()) {
        if (this.#broken) {
          this.#moreBreaks += reader.takeBreak();
        } else {
          this.#blanks = '';
          this.#firstBreak = reader.takeBreak();
          this.#broken = true;
        }
      } else {
        return reader.at > start;
      }
    }
  }

  /** An escaped line break: what follows continues the line. */
  escape(): void {
    this.#broken = true;
  }

  take(): string {
    let text = this.#blanks;
    if (this.#broken) {
      text = this.#firstBreak === '\n' ? this.#moreBreaks || ' ' : this.#firstBreak + this.#moreBreaks;
    }
    this.#blanks = this.#firstBreak = this.#moreBreaks = '';
    this.#broken = false;
    return text;
  }
}

/**
 * A scalar without quotes.
 *
 * @param parentIndent a line that is not indented more than this ends it, outside of brackets
 */
export function scanPlain(reader: Reader, parentIndent: number, inFlow: boolean): { text: string; multiLine: boolean } {
  const gap = new Gap();
  let text = '';
  for (;;) {
    if (reader.isDocumentMark() || reader.is('#')) break;
    const start = reader.at;
    while (!reader.isBlankOrEnd() && !endsPlain(reader, inFlow)) reader.skip();
    if (reader.at > start) text += gap.take() + reader.text.slice(start, reader.at);
    if (!reader.isBlankOrEnd()) break;
    const read = gap.read(reader, () => {
      if (reader.column <= parentIndent) reader.fail('A tab cannot indent a line.');
    });
    if (!read || (!inFlow && reader.column <= parentIndent)) break;
  }
  return { text, multiLine: gap.broken };
}

function endsPlain(reader: Reader, inFlow: boolean): boolean {
  const code = reader.code();
  // A colon ends it before white space only.
  if (code === 0x3a) return reader.isBlankOrEnd(1);
  // , ? [ ] { }
  return inFlow && (code === 0x2c || code === 0x3f || code === 0x5b || code === 0x5d || code === 0x7b || code === 0x7d);
}

/** A scalar in quotes; the reader is at the opening one. */
export function scanQuoted(reader: Reader): string {
  const start = reader.at;
  const quote = reader.is("'") ? "'" : '"';
  const gap = new Gap();
  let text = '';
  reader.skip();
  for (;;) {
    if (reader.isDocumentMark()) reader.fail('A document ends within a quoted text.', start);
    if (reader.atEnd) reader.fail('A quoted text is not closed.', start);
    while (!reader.isBlankOrEnd()) {
      if (reader.is(quote)) {
        if (quote === '"' || !reader.is("'", 1)) break;
        text += "'";
        reader.skip(2);
      } else if (quote === '"' && reader.is('\\')) {
        if (reader.isBreak(1)) {
          reader.skip();
          reader.takeBreak();
          gap.escape();
          break;
        }
        text += scanEscape(reader);
      } else {
        const from = reader.at;
        while (!reader.isBlankOrEnd() && !reader.is(quote) && !reader.is('\\')) reader.skip();
        if (reader.at === from) reader.skip();
        text += reader.text.slice(from, reader.at);
      }
    }
    if (reader.is(quote)) break;
    gap.read(reader);
    text += gap.take();
  }
  reader.skip();
  return text;
}

function scanEscape(reader: Reader): string {
  const name = reader.text[reader.at + 1] ?? '';
  const simple = Object.hasOwn(escapes, name) ? escapes[name] : undefined;
  if (simple !== undefined) {
    reader.skip(2);
    return simple;
  }
  const length = Object.hasOwn(hexadecimalEscapes, name) ? (hexadecimalEscapes[name] ?? 0) : 0;
  const digits = reader.text.slice(reader.at + 2, reader.at + 2 + length);
  const value = length > 0 && /^[0-9a-fA-F]+$/.test(digits) && digits.length === length ? parseInt(digits, 16) : -1;
  if (value < 0 || value > 0x10ffff || (value >= 0xd800 && value <= 0xdfff)) {
    reader.fail(`\\${name} is no escape in a text in double quotes; write \\\\ for a backslash, or use single quotes.`);
  }
  reader.skip(2 + length);
  return String.fromCodePoint(value);
}

/** A block after `|` or `>`; the reader is at that. */
export function scanBlock(reader: Reader, parentIndent: number): string {
  const literal = reader.is('|');
  reader.skip();
  const { chomp, increment } = scanHeader(reader);
  const indentation = { width: increment > 0 ? Math.max(parentIndent, 0) + increment : 0 };
  let breaks = scanBlockBreaks(reader, indentation, parentIndent);
  let text = '';
  let lastBreak = '';
  let afterBlank = false;
  while (reader.column === indentation.width && !reader.atEnd) {
    const startsBlank = reader.isBlank();
    if (!literal && lastBreak === '\n' && !afterBlank && !startsBlank) text += breaks === '' ? ' ' : '';
    else text += lastBreak;
    text += breaks;
    afterBlank = startsBlank;
    const start = reader.at;
    reader.skipRestOfLine();
    text += reader.text.slice(start, reader.at);
    lastBreak = reader.isBreak() ? reader.takeBreak() : '';
    breaks = scanBlockBreaks(reader, indentation, parentIndent);
  }
  if (chomp !== '-') text += lastBreak;
  return chomp === '+' ? text + breaks : text;
}

function scanHeader(reader: Reader): { chomp: string; increment: number } {
  let chomp = '';
  let increment = 0;
  for (let index = 0; index < 2; index += 1) {
    if (chomp === '' && (reader.is('+') || reader.is('-'))) {
      chomp = reader.text[reader.at] ?? '';
      reader.skip();
    } else if (increment === 0 && /^[0-9]$/.test(reader.text[reader.at] ?? '')) {
      increment = Number(reader.text[reader.at]);
      if (increment === 0) reader.fail('A block cannot be indented by 0.');
      reader.skip();
    }
  }
  reader.skipBlanks();
  if (reader.is('#')) reader.skipRestOfLine();
  if (!reader.isBreakOrEnd()) reader.fail('A block begins on the line after | or >.');
  if (!reader.atEnd) reader.takeBreak();
  return { chomp, increment };
}

/** Empty lines; finds out the block's indentation where its header does not say it. */
function scanBlockBreaks(reader: Reader, indentation: { width: number }, parentIndent: number): string {
  let breaks = '';
  let widest = 0;
  const { width } = indentation;
  for (;;) {
    while ((width === 0 || reader.column < width) && reader.is(' ')) reader.skip();
    widest = Math.max(widest, reader.column);
    if ((width === 0 || reader.column < width) && reader.isTab()) reader.fail('A tab cannot indent a line.');
    if (!reader.isBreak()) break;
    breaks += reader.takeBreak();
  }
  if (width === 0) indentation.width = Math.max(widest, parentIndent + 1, 1);
  return breaks;
}
