import { substitute, TemplateError, type Lookup } from './interpolate/template.ts';

/** What is wrong on which line of an env file. */
export class DotenvError extends Error {
  override readonly name = 'DotenvError';
  readonly line: number;

  constructor(line: number, message: string) {
    super(message);
    this.line = line;
  }
}

/** White space within a line. */
const blank = /[\t\v\f\r \u0085\u00A0]/;
const nameCharacter = /[\p{L}\p{N}_.\-[\]]/u;
const escapes: Readonly<Record<string, string>> = {
  a: '\x07',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
  '"': '"',
  '\\': '\\',
};

/**
 * Reads an env file: `NAME=value`, `NAME: value`, `export NAME=value`, quoted values over several lines, `NAME` alone
 * (taken from `lookup`), comments. Values in double quotes or none have their variables replaced, by `lookup` first
 * and by `variables` then.
 *
 * Source: Compose Specification, "env_file", and the reference for what it leaves open.
 *
 * @param variables receives the names and values, replacing what is there
 * @throws DotenvError with the line
 */
export function parseDotenv(text: string, variables: Map<string, string>, lookup: Lookup): void {
  new DotenvReader(text.replace(/^\uFEFF/, ''), variables, lookup).run();
}

class DotenvReader {
  readonly #text: string;
  readonly #variables: Map<string, string>;
  readonly #lookup: Lookup;
  #at = 0;

  constructor(text: string, variables: Map<string, string>, lookup: Lookup) {
    this.#text = text;
    this.#variables = variables;
    this.#lookup = lookup;
  }

  run(): void {
    while (this.#skipToStatement()) {
      const { name, hasValue } = this.#name();
      if (hasValue) {
        this.#variables.set(name, this.#value());
        continue;
      }
      const inherited = this.#lookup(name);
      if (inherited !== undefined) this.#variables.set(name, inherited);
    }
  }

  #skipToStatement(): boolean {
    for (;;) {
      while (this.#at < this.#text.length && /[\s\u0085]/.test(this.#text[this.#at] ?? '')) this.#at += 1;
      if (this.#text[this.#at] !== '#') return this.#at < this.#text.length;
      const end = this.#text.indexOf('\n', this.#at);
      if (end < 0) return false;
      this.#at = end;
    }
  }

  #name(): { name: string; hasValue: boolean } {
    if (/^export\s/.test(this.#text.slice(this.#at, this.#at + 7))) {
      this.#at += 'export'.length;
      this.#skipBlanks();
    }
    const start = this.#at;
    let end = start;
    while (end < this.#text.length && !'=:\n'.includes(this.#text[end] ?? '')) {
      const character = String.fromCodePoint(this.#text.codePointAt(end) ?? 0);
      if (!blank.test(character) && !nameCharacter.test(character)) {
        throw this.#error(start, `“${character}” cannot stand in a variable's name.`);
      }
      end += character.length;
    }
    const name = this.#text.slice(start, end).trimEnd();
    if (end >= this.#text.length) {
      // The reference takes what no line break ends for a value without a name.
      this.#at = start;
      return { name: '', hasValue: true };
    }
    if (name.includes(' ')) throw this.#error(start, `The name “${name}” contains a space.`);
    const hasValue = this.#text[end] !== '\n';
    this.#at = end + 1;
    this.#skipBlanks();
    return { name, hasValue };
  }

  #value(): string {
    const quote = this.#text[this.#at];
    if (quote === '"' || quote === "'") return this.#quoted(quote);
    const start = this.#at;
    const newline = this.#text.indexOf('\n', this.#at);
    const end = newline < 0 ? this.#text.length : newline;
    const [value = ''] = this.#text.slice(this.#at, end).split(' #', 1);
    this.#at = Math.min(end + 1, this.#text.length);
    return this.#expand(value.trimEnd(), start);
  }

  #quoted(quote: string): string {
    const start = this.#at;
    const parts: string[] = [];
    let from = this.#at + 1;
    for (let at = from; at < this.#text.length; at += 1) {
      if (this.#text[at] === '\\') {
        if (this.#text[at + 1] === quote) {
          parts.push(this.#text.slice(from, at));
          from = at + 1;
        }
        at += 1;
      } else if (this.#text[at] === quote) {
        parts.push(this.#text.slice(from, at));
        this.#at = at + 1;
        const value = parts.join('');
        return quote === '"' ? this.#expand(withEscapes(value), start) : value;
      }
    }
    throw this.#error(start, 'A quoted value is not closed.');
  }

  #expand(value: string, start: number): string {
    try {
      return substitute(value, (name) => this.#lookup(name) ?? this.#variables.get(name), () => undefined);
    } catch (error) {
      if (error instanceof TemplateError) throw this.#error(start, error.message);
      throw error;
    }
  }

  #skipBlanks(): void {
    while (this.#at < this.#text.length && blank.test(this.#text[this.#at] ?? '')) this.#at += 1;
  }

  #error(offset: number, message: string): DotenvError {
    return new DotenvError(this.#text.slice(0, offset).split('\n').length, message);
  }
}

/** Replaces a shell's escape sequences; `\$` becomes `$$`, which interpolation turns into one dollar sign. */
function withEscapes(value: string): string {
  return value.replace(/\\([abcfnrtv$"\\]|0\d{0,3})/g, (sequence, code: string) => {
    if (code === '$') return '$$';
    if (code.startsWith('0')) {
      const octal = code.slice(1);
      return /^[0-3][0-7]{2}$/.test(octal) ? String.fromCharCode(parseInt(octal, 8)) : `\\${octal}`;
    }
    return escapes[code] ?? sequence;
  });
}
