/** Gives a variable's value; undefined where it is not set. */
export type Lookup = (name: string) => string | undefined;

/** Why a text could not be interpolated, in words for a person. */
export class TemplateError extends Error {
  override readonly name = 'TemplateError';
  readonly hint: string | undefined;

  constructor(message: string, hint?: string) {
    super(message);
    this.hint = hint;
  }
}

const maxNesting = 100;
const name = /[_a-z][_a-z0-9]*/iy;
const operator = /:?[-+?]/y;

/**
 * Replaces `$VAR`, `${VAR}` and the forms with an operator (`:-` `-` `:?` `?` `:+` `+`, whose operands may hold
 * variables again); `$$` stands for one `$`. A `$` before anything else stays as it is.
 *
 * Source: Compose Specification, "Interpolation".
 *
 * @param onUnset called for a variable that has neither value nor default; it becomes an empty text.
 * @throws TemplateError for malformed expressions and for required variables without a value
 */
export function substitute(text: string, lookup: Lookup, onUnset: (name: string) => void): string {
  return text.includes('$') ? new Substitution(lookup, onUnset).run(text, 0) : text;
}

/** One use of a variable: `${name}` without a sign, or `${name:-operand}` and the like. */
export interface VariableUse {
  readonly name: string;
  /** `:-` `-` `:?` `?` `:+` `+`, or an empty text. */
  readonly sign: string;
  /** As written: it may hold variables again. */
  readonly operand: string;
}

/**
 * The variables that a text uses, those inside operands after the ones that these belong to.
 *
 * @throws TemplateError for malformed expressions
 */
export function variableUses(text: string): VariableUse[] {
  const uses: VariableUse[] = [];
  // Everything has a value, so that no variable is missed for want of one.
  new Substitution(() => 'set', () => undefined, (use) => uses.push(use)).run(text, 0);
  return uses;
}

class Substitution {
  readonly #lookup: Lookup;
  readonly #onUnset: (name: string) => void;
  readonly #onUse: ((use: VariableUse) => void) | undefined;

  constructor(lookup: Lookup, onUnset: (name: string) => void, onUse?: (use: VariableUse) => void) {
    this.#lookup = lookup;
    this.#onUnset = onUnset;
    this.#onUse = onUse;
  }

  run(text: string, depth: number): string {
    if (depth > maxNesting) throw new TemplateError(`Variables are nested more than ${maxNesting} levels deep.`);
    let result = '';
    let done = 0;
    let braces: { lineEnd: number; last: number } | undefined;
    for (let at = text.indexOf('$'); at >= 0; at = text.indexOf('$', done)) {
      result += text.slice(done, at);
      if (text[at + 1] === '$') {
        result += '$';
        done = at + 2;
      } else if (text[at + 1] === '{') {
        if (!braces || at > braces.lineEnd) braces = lastBraceOfLine(text, at);
        const end = this.#expressionEnd(text, at, braces.last);
        result += this.#expression(text.slice(at + 2, end), depth);
        done = end + 1;
      } else {
        const variable = match(name, text, at + 1);
        result += variable ? this.#value(variable) : '$';
        done = at + 1 + variable.length;
      }
    }
    return result + text.slice(done);
  }

  /** Index of the brace that closes the expression at `at`; an expression ends on the line where it begins. */
  #expressionEnd(text: string, at: number, lastBrace: number): number {
    const variable = match(name, text, at + 2);
    const after = at + 2 + variable.length;
    if (variable && text[after] === '}') return after;
    if (!variable || !match(operator, text, after) || lastBrace < after) throw malformed(text);
    return closingBrace(text, at, lastBrace) ?? lastBrace;
  }

  #expression(inner: string, depth: number): string {
    const variable = match(name, inner, 0);
    const sign = match(operator, inner, variable.length);
    if (!sign) return this.#value(variable);
    const written = inner.slice(variable.length + sign.length);
    this.#onUse?.({ name: variable, sign, operand: written });
    const operand = this.run(written, depth + 1);
    const value = this.#lookup(variable);
    const given = sign.startsWith(':') ? value !== undefined && value !== '' : value !== undefined;
    switch (sign.at(-1)) {
      case '-':
        return given ? (value ?? '') : operand;
      case '+':
        return given ? operand : (value ?? '');
      default:
        if (given) return value ?? '';
        throw new TemplateError(
          operand ? `The variable ${variable} is required: ${operand}` : `The variable ${variable} is required.`,
          `Set ${variable} in the environment or in an env file.`,
        );
    }
  }

  #value(variable: string): string {
    this.#onUse?.({ name: variable, sign: '', operand: '' });
    const value = this.#lookup(variable);
    if (value === undefined) this.#onUnset(variable);
    return value ?? '';
  }
}

/** First brace that closes as many as were opened; what follows an opening brace directly is never counted. */
function closingBrace(text: string, from: number, to: number): number | undefined {
  let open = 0;
  for (let index = from; index <= to; index += 1) {
    if (text[index] === '}') {
      open -= 1;
      if (open === 0) return index;
    } else if (text[index] === '{') {
      open += 1;
      index += 1;
    }
  }
  return undefined;
}

function lastBraceOfLine(text: string, at: number): { lineEnd: number; last: number } {
  const newline = text.indexOf('\n', at);
  const lineEnd = newline < 0 ? text.length : newline;
  return { lineEnd, last: text.lastIndexOf('}', lineEnd) };
}

function match(pattern: RegExp, text: string, at: number): string {
  pattern.lastIndex = at;
  return pattern.exec(text)?.[0] ?? '';
}

function malformed(text: string): TemplateError {
  return new TemplateError(
    `“${text}” has a malformed variable expression.`,
    'Write ${NAME} or ${NAME:-default}; write $$ where a dollar sign is meant.',
  );
}
