import { toBoolean, toFloat, toInteger, type Cast } from '../interpolate/casts.ts';
import { goText } from '../source/go-text.ts';
import { isNull, isString, type Node } from '../source/node.ts';
import { parseBytes } from '../values/bytes.ts';
import { formatDuration, parseDuration } from '../values/duration.ts';
import { splitWords } from '../values/shell-words.ts';
import { dict, list, misfit, type DecodeContext, type LeafShape } from './shape.ts';

type Decode = (node: Node, context: DecodeContext) => unknown;

function leaf(empty: unknown, decode: Decode): LeafShape {
  return { kind: 'leaf', empty, decode: (node, context) => (isNull(node) ? empty : decode(node, context)) };
}

export const text = leaf('', (node, context) => {
  if (isString(node)) return node.value;
  return isWhole(node) ? goText(node) : misfit(node, 'a text', context);
});

export const flag = leaf(false, (node, context) => cast(node, toBoolean, 'true or false', context));

export const integer = leaf(0, (node, context) => {
  const value = cast(node, toInteger, 'a whole number', context);
  return typeof value === 'number' ? Math.trunc(value) : value;
});

/** Small fractions are kept as the reference keeps them, in 32 bits. */
export const fraction = leaf(0, (node, context) => {
  const value = cast(node, toFloat, 'a number', context);
  return typeof value === 'number' ? shortestSingle(value) : value;
});

export const bytes = leaf('0', (node, context) => {
  if (isWhole(node)) return goText(node);
  if (!isString(node)) return '0';
  return parseBytes(node.value)?.toString() ?? misfit(node, 'a size such as 512m', context);
});

export const duration = leaf('', (node, context) => {
  const value = parseDuration(goText(node));
  return value === undefined ? misfit(node, 'a duration such as 1m30s', context) : formatDuration(value);
});

/** A duration that equals one left out when it is zero. */
export const span: LeafShape = { ...duration, empty: '0s' };

export const fileMode = leaf('', (node, context) => {
  if (isString(node) && /^[0-7]+$/.test(node.value)) return `0${BigInt(`0o${node.value}`).toString(8)}`;
  return isWhole(node) ? `0${BigInt(goText(node)).toString(8)}` : misfit(node, 'an octal mode such as 0440', context);
});

/** Null: left to the image; an empty list: explicitly nothing. */
export const command = leaf(null, (node, context) => {
  if (isString(node)) return splitWords(node.value) ?? misfit(node, 'a command line with all quotes closed', context);
  return node.kind === 'list' ? textItems(node.items, context) : misfit(node, 'a text or a list of texts', context);
});

export const healthTest = leaf([], (node, context) => {
  if (isString(node)) return ['CMD-SHELL', node.value];
  return node.kind === 'list' ? textItems(node.items, context) : misfit(node, 'a text or a list of texts', context);
});

export const textOrList = leaf([], (node, context) => {
  if (isString(node)) return [node.value];
  return node.kind === 'list' ? textItems(node.items, context) : misfit(node, 'a text or a list of texts', context);
});

export const printedList = leaf([], (node, context) => {
  if (isString(node)) return [node.value];
  return node.kind === 'list' ? node.items.map(goText) : misfit(node, 'a text or a list', context);
});

/** A device count; -1 stands for all. */
export const deviceCount = leaf(0, (node, context) => {
  if (isString(node) && node.value.toLowerCase() === 'all') return -1;
  return cast(node, toInteger, '“all” or a whole number', context);
});

/** `host=address` texts, sorted. */
export const hosts = leaf([], (node, context) => {
  const pairs: [Node, string, string][] = [];
  if (node.kind === 'map') {
    for (const [host, value] of node.entries) {
      for (const address of value.kind === 'list' ? value.items : [value]) {
        pairs.push([value, host, isNull(address) ? '' : goText(address)]);
      }
    }
  } else if (node.kind === 'list') {
    for (const item of node.items) {
      const [, host, addresses] = /^([^=]*)=(.*)$/s.exec(goText(item)) ?? /^([^:]*):(.*)$/s.exec(goText(item)) ?? [];
      if (host === undefined || addresses === undefined) misfit(item, 'a text HOST=ADDRESS', context);
      else for (const address of addresses.split(',')) pairs.push([item, host, address]);
    }
  } else {
    return misfit(node, 'a list or a mapping', context);
  }
  const lines: string[] = [];
  for (const [at, host, address] of pairs) {
    if (host === '' || /[:=]/.test(host)) misfit(at, 'the name of a host with its address', context);
    else lines.push(`${host}=${/^\[(.+)\]$/.exec(address)?.[1] ?? address}`);
  }
  return lines.sort();
});

export const texts = list(text);
export const textMap = dict(text);

/** `KEY=VALUE` lists and mappings as one mapping; what has no value gets `missing`. */
export function keyValues(missing: '' | null): LeafShape {
  return leaf({}, (node, context) => {
    const result = Object.create(null) as Record<string, string | null>;
    if (node.kind === 'map') {
      for (const [key, value] of node.entries) result[key] = isNull(value) ? missing : goText(value);
      return result;
    }
    if (node.kind !== 'list') return misfit(node, 'a mapping or a list of KEY=VALUE', context);
    for (const item of node.items) {
      const written = goText(item);
      const at = written.indexOf('=');
      const key = at < 0 ? written : written.slice(0, at);
      if (missing === null && /\s$/.test(key)) {
        misfit(item, 'a variable whose name does not end in a space', context);
        continue;
      }
      result[key] = at < 0 ? missing : written.slice(at + 1);
    }
    return result;
  });
}

/** Options that may be given several times. */
export const multiOptions = leaf({}, (node, context) => {
  if (node.kind !== 'map') return misfit(node, 'a mapping', context);
  const result = Object.create(null) as Record<string, string[]>;
  for (const [key, value] of node.entries) {
    result[key] = value.kind === 'list' ? value.items.map(goText) : [goText(value)];
  }
  return result;
});

export function isWhole(node: Node): boolean {
  return node.kind === 'scalar' && (typeof node.value === 'bigint' || (typeof node.value === 'number' && !node.float));
}

function cast(node: Node, to: Cast, wanted: string, context: DecodeContext): unknown {
  if (node.kind === 'scalar') {
    const { value } = node;
    if (to === toBoolean ? typeof value === 'boolean' : typeof value === 'number' || typeof value === 'bigint') return value;
    const result = typeof value === 'string' ? to(value) : undefined;
    if (result) return result.value;
  }
  return misfit(node, wanted, context);
}

/** The shortest decimal number that is the same in 32 bits. */
function shortestSingle(value: number): number {
  const single = Math.fround(value);
  for (let digits = 1; digits < 9; digits += 1) {
    const candidate = Number(single.toPrecision(digits));
    if (Math.fround(candidate) === single) return candidate;
  }
  return Number(single.toPrecision(9));
}

function textItems(items: readonly Node[], context: DecodeContext): string[] {
  return items.flatMap((item) => {
    if (isString(item)) return [item.value];
    misfit(item, 'a text', context);
    return [];
  });
}
