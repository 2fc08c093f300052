import type { Diagnostics } from '../source/diagnostics.ts';
import { goText } from '../source/go-text.ts';
import { isNull, toData, type MapNode, type Node } from '../source/node.ts';
import { child, pathText, type Path } from '../source/path.ts';
import { valueKey } from '../source/value-key.ts';

/**
 * How one value of the canonical project is read from a document and printed. Shapes say at the same time which
 * attributes exist, in which order they are printed, and when a value is too empty to be printed at all.
 */
export type Shape = LeafShape | RecordShape | ListShape | DictShape;

export interface LeafShape {
  readonly kind: 'leaf';
  /** The value; undefined after reporting that there is none. */
  readonly decode: (node: Node, context: DecodeContext) => unknown;
  /** What an attribute left out stands for. */
  readonly empty: unknown;
  /** What YAML output shows, where it differs from the value. */
  readonly toYaml?: (value: unknown) => unknown;
  /** What JSON output shows, where it differs from the value. */
  readonly toJson?: (value: unknown) => unknown;
  /** A mapping among the values keeps its order in output; others are sorted. */
  readonly ordered?: true;
}

export interface RecordShape {
  readonly kind: 'record';
  readonly fields: ReadonlyMap<string, Field>;
  /** What output shows instead of the mapping; undefined where it shows the mapping. */
  readonly shorthand?: (value: Readonly<Record<string, unknown>>) => unknown;
}

export interface ListShape {
  readonly kind: 'list';
  readonly of: Shape;
}

export interface DictShape {
  readonly kind: 'dict';
  readonly of: Shape;
  /** A key may stand for itself: its value is null. */
  readonly nullable: boolean;
}

export interface Field {
  readonly shape: Shape;
  /**
   * When the attribute is printed: `given` – when not empty; `set` – when written, even if empty; `always`; `json` –
   * always in JSON, in YAML when not empty.
   */
  readonly shown: 'given' | 'set' | 'always' | 'json';
  /** The key in documents and YAML output, where it is not the one of JSON output. */
  readonly from: string;
}

export interface DecodeContext {
  readonly path: Path | undefined;
  readonly diagnostics: Diagnostics;
}

export function record(fields: Readonly<Record<string, Shape | Field>>): RecordShape {
  return {
    kind: 'record',
    fields: new Map(
      Object.entries(fields).map(([name, field]) => [
        name,
        'shown' in field ? { ...field, from: field.from || name } : { shape: field, shown: 'given', from: name },
      ]),
    ),
  };
}

export const list = (of: Shape): ListShape => ({ kind: 'list', of });
export const dict = (of: Shape, nullable = false): DictShape => ({ kind: 'dict', of, nullable });
export const whenSet = (shape: Shape): Field => ({ shape, shown: 'set', from: '' });
export const always = (shape: Shape, from = ''): Field => ({ shape, shown: 'always', from });
export const alwaysInJson = (shape: Shape): Field => ({ shape, shown: 'json', from: '' });

/** The value of `node` in the shape; undefined where it is empty, or after reporting that it does not fit. */
export function decode(node: Node, shape: Shape, context: DecodeContext): unknown {
  switch (shape.kind) {
    case 'leaf':
      return shape.decode(node, context);
    case 'record':
      if (node.kind !== 'map') return isNull(node) ? undefined : misfit(node, 'a mapping', context);
      return decodeRecord(node, shape, context);
    case 'list':
      if (node.kind !== 'list') return isNull(node) ? undefined : misfit(node, 'a list', context);
      return node.items.map((item, index) => decode(item, shape.of, below(context, index)) ?? emptyOf(shape.of));
    case 'dict':
      if (node.kind !== 'map') return isNull(node) ? undefined : misfit(node, 'a mapping', context);
      return decodeDict(node, shape, context);
  }
}

/** The value that an attribute has when it is left out but always shown. */
export function emptyOf(shape: Shape): unknown {
  if (shape.kind === 'record') {
    const empty: Record<string, unknown> = {};
    for (const [name, field] of shape.fields) if (isAlways(field)) empty[name] = emptyOf(field.shape);
    return empty;
  }
  if (shape.kind === 'leaf') return shape.empty;
  return shape.kind === 'list' ? [] : {};
}

/** Reports that a value has the wrong form, and gives undefined. */
export function misfit(node: Node, wanted: string, { diagnostics, path }: DecodeContext): unknown {
  const found = node.kind === 'map' ? 'a mapping' : node.kind === 'list' ? 'a list' : `“${goText(node)}”`;
  diagnostics.error(node.at, `${pathText(path)} must be ${wanted}, but is ${found}.`, undefined, path);
  return undefined;
}

function decodeRecord(node: MapNode, shape: RecordShape, context: DecodeContext): Record<string, unknown> {
  const result: Record<string, unknown> = {};
  for (const [name, field] of shape.fields) {
    const value = node.entries.get(field.from);
    if (field.shown === 'set' && isNull(value)) continue;
    const decoded = value && decode(value, field.shape, below(context, name));
    if (decoded === undefined || (decoded === null && !isAlways(field))) {
      if (isAlways(field)) result[name] = emptyOf(field.shape);
    } else if (field.shown !== 'given' || !isEmpty(decoded, field.shape)) {
      result[name] = decoded;
    }
  }
  for (const [key, value] of node.entries) {
    if (key.startsWith('x-') && key !== valueKey) result[key] = toData(value);
  }
  return result;
}

function decodeDict(node: MapNode, shape: DictShape, context: DecodeContext): Record<string, unknown> {
  const result = Object.create(null) as Record<string, unknown>;
  for (const [key, value] of node.entries) {
    const decoded = shape.nullable && isNull(value) ? null : decode(value, shape.of, below(context, key));
    result[key] = decoded ?? (shape.nullable ? null : emptyOf(shape.of));
  }
  return result;
}

export function isEmpty(value: unknown, shape: Shape): boolean {
  if (shape.kind === 'leaf') {
    return Array.isArray(value) && shape.empty !== null ? value.length === 0 : value === shape.empty;
  }
  if (shape.kind === 'record') return false;
  return shape.kind === 'list' ? (value as unknown[]).length === 0 : Object.keys(value as object).length === 0;
}

function isAlways({ shown }: Field): boolean {
  return shown === 'always' || shown === 'json';
}

function below(context: DecodeContext, key: string | number): DecodeContext {
  return { path: child(context.path, key), diagnostics: context.diagnostics };
}
