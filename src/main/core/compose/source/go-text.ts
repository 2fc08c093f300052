import type { Node, ScalarNode } from './node.ts';
import { Timestamp } from './timestamp.ts';

/**
 * The text that the reference makes of a value where a text is wanted (`PORT: 1.0` → `1`). It prints values as Go
 * does: fractions in the shortest form that reads back, with an exponent of at least two digits from 1e+06 on.
 */
export function goText(node: Node): string {
  if (node.kind === 'list') return `[${node.items.map(goText).join(' ')}]`;
  if (node.kind === 'map') {
    const pairs = [...node.entries].sort(([a], [b]) => compareText(a, b));
    return `map[${pairs.map(([key, value]) => `${key}:${goText(value)}`).join(' ')}]`;
  }
  return scalarText(node);
}

function scalarText({ value, float }: ScalarNode): string {
  if (value === null) return '<nil>';
  if (value instanceof Timestamp) return value.text;
  return typeof value === 'number' && float ? floatText(value) : String(value);
}

function floatText(value: number): string {
  if (Number.isNaN(value)) return 'NaN';
  if (!Number.isFinite(value)) return value > 0 ? '+Inf' : '-Inf';
  if (Object.is(value, -0)) return '-0';
  const [mantissa = '', exponentText = ''] = value.toExponential().split('e');
  const exponent = Number(exponentText);
  if (value === 0 || (exponent >= -4 && exponent < 6)) return String(value);
  return `${mantissa}e${exponent < 0 ? '-' : '+'}${String(Math.abs(exponent)).padStart(2, '0')}`;
}

/** Order of texts by their UTF-8 bytes, which is the order of the reference's keys. */
export function compareText(a: string, b: string): number {
  if (a === b) return 0;
  const length = Math.min(a.length, b.length);
  for (let index = 0; index < length; index += 1) {
    const left = a.charCodeAt(index);
    const right = b.charCodeAt(index);
    if (left !== right) return codeUnitRank(left) - codeUnitRank(right);
  }
  return a.length - b.length;
}

/** Surrogates stand for characters beyond U+FFFF, which UTF-8 sorts after all others. */
function codeUnitRank(unit: number): number {
  if (unit >= 0xd800 && unit <= 0xdfff) return unit + 0x10000;
  return unit;
}
