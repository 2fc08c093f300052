import type { ScalarNode } from '../source/node.ts';
import { Timestamp } from '../source/timestamp.ts';

type Resolved = Pick<ScalarNode, 'value' | 'float'>;

/** No null and no boolean is longer. */
const longestWord = 5;
const nulls = new Set(['', '~', 'null', 'Null', 'NULL']);
const booleans = new Map([
  ...['true', 'True', 'TRUE'].map((text) => [text, true] as const),
  ...['false', 'False', 'FALSE'].map((text) => [text, false] as const),
]);
const infinities = new Map([
  ...['.inf', '.Inf', '.INF', '+.inf', '+.Inf', '+.INF'].map((text) => [text, Infinity] as const),
  ...['-.inf', '-.Inf', '-.INF'].map((text) => [text, -Infinity] as const),
  ...['.nan', '.NaN', '.NAN'].map((text) => [text, NaN] as const),
]);
const float = /^[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?$/;
const integer = /^([-+]?)(?:0[xX]([0-9a-fA-F]+)|0[bB]([01]+)|0[oO]([0-7]+)|0([0-7]*)|([1-9][0-9]*))$/;
const firstCharacters = /^[-+.0-9]/;
const maxUnsigned = 2n ** 64n - 1n;
const minSigned = -(2n ** 63n);
const maxSigned = 2n ** 63n - 1n;

/**
 * What an unquoted scalar means, as the reference reads YAML: 1.2's booleans (`yes` stays text) together with YAML
 * 1.1's `0644` octal, digits grouped with `_`, and dates.
 */
export function resolvePlain(text: string): Resolved {
  if (text.length <= longestWord) {
    if (nulls.has(text)) return { value: null };
    const boolean = booleans.get(text);
    if (boolean !== undefined) return { value: boolean };
  }
  if (!firstCharacters.test(text)) return { value: text };
  const infinity = infinities.get(text);
  if (infinity !== undefined) return { value: infinity, float: true };
  const timestamp = Timestamp.parse(text);
  if (timestamp) return { value: timestamp };
  return resolveNumber(text) ?? { value: text };
}

/** The number that `text` writes, or undefined. */
export function resolveNumber(text: string): Resolved | undefined {
  const digits = text.replaceAll('_', '');
  const whole = resolveInteger(digits);
  if (whole !== undefined) return { value: whole };
  if (!float.test(digits)) return undefined;
  const value = Number(digits);
  return Number.isFinite(value) ? { value, float: true } : undefined;
}

function resolveInteger(digits: string): number | bigint | undefined {
  const match = integer.exec(digits);
  if (!match) return undefined;
  const [, sign, hex, binary, octal, oldOctal, decimal] = match;
  let text = decimal ?? '0';
  if (hex !== undefined) text = `0x${hex}`;
  else if (binary !== undefined) text = `0b${binary}`;
  else if (octal !== undefined) text = `0o${octal}`;
  else if (oldOctal) text = `0o${oldOctal}`;
  const magnitude = BigInt(text);
  const value = sign === '-' ? -magnitude : magnitude;
  if (value > (sign ? maxSigned : maxUnsigned) || value < minSigned) return undefined;
  const small = Number(value);
  return Number.isSafeInteger(small) ? small : value;
}
