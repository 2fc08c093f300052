/** A place where a text stops being YAML. */
export class YamlError extends Error {
  override readonly name = 'YamlError';
  readonly offset: number;

  constructor(offset: number, message: string) {
    super(message);
    this.offset = offset;
  }
}

const tab = 9;
const lineFeed = 10;
const carriageReturn = 13;
const space = 32;

/** Reads a text character by character and knows the line and column it is at. */
export class Reader {
  readonly text: string;
  at = 0;
  line = 0;
  #lineStart = 0;

  constructor(text: string) {
    this.text = text;
  }

  get column(): number {
    return this.at - this.#lineStart;
  }

  get atEnd(): boolean {
    return this.at >= this.text.length;
  }

  /** Code of the character `ahead` of here; -1 beyond the end. */
  code(ahead = 0): number {
    const index = this.at + ahead;
    return index < this.text.length ? this.text.charCodeAt(index) : -1;
  }

  is(character: string, ahead = 0): boolean {
    return this.text[this.at + ahead] === character;
  }

  /** White space within a line. */
  isBlank(ahead = 0): boolean {
    const code = this.code(ahead);
    return code === space || code === tab;
  }

  isTab(): boolean {
    return this.code() === tab;
  }

  isBreak(ahead = 0): boolean {
    return isBreakCode(this.code(ahead));
  }

  isBreakOrEnd(ahead = 0): boolean {
    const code = this.code(ahead);
    return code === -1 || isBreakCode(code);
  }

  isBlankOrEnd(ahead = 0): boolean {
    return this.isBlank(ahead) || this.isBreakOrEnd(ahead);
  }

  /** Whether `---` or `...` stands here at the beginning of a line. */
  isDocumentMark(mark?: '---' | '...'): boolean {
    if (this.column !== 0 || !this.isBlankOrEnd(3)) return false;
    const found = this.text.slice(this.at, this.at + 3);
    return mark ? found === mark : found === '---' || found === '...';
  }

  skip(characters = 1): void {
    this.at += characters;
  }

  skipBlanks(): void {
    while (this.isBlank()) this.at += 1;
  }

  /** Goes to the end of the line. */
  skipRestOfLine(): void {
    while (!this.isBreakOrEnd()) this.at += 1;
  }

  /** Takes a line break, and gives it as it counts in a value: every kind but Unicode's own two is `\n`. */
  takeBreak(): string {
    const code = this.code();
    this.at += code === carriageReturn && this.code(1) === lineFeed ? 2 : 1;
    this.line += 1;
    this.#lineStart = this.at;
    return code === 0x2028 || code === 0x2029 ? String.fromCharCode(code) : '\n';
  }

  fail(message: string, offset = this.at): never {
    throw new YamlError(offset, message);
  }
}

function isBreakCode(code: number): boolean {
  return code === lineFeed || code === carriageReturn || code === 0x85 || code === 0x2028 || code === 0x2029;
}
