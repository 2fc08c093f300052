import { project as projectShape } from '../model/project.ts';
import { isEmpty, type Shape } from '../model/shape.ts';
import type { Project } from '../project.ts';
import { compareText } from '../source/go-text.ts';
import { toData, type MapNode } from '../source/node.ts';
import { Timestamp } from '../source/timestamp.ts';
import { printedProject } from './printed-project.ts';

/** The text of `docker compose config --format json`. Dollar signs are doubled, so that it can be loaded again. */
export function printJson(project: Project): string {
  // The reference's JSON leaves models out.
  const { models: _models, ...printed } = printedProject(project);
  const entries = Object.entries(printed).sort(([a], [b]) => compareText(a, b));
  const members = entries.map(([key, value]) => `  ${quote(key)}: ${indented(value, shapeOf(key), '  ')}`);
  return `{\n${members.join(',\n')}\n}`.replaceAll('$', '$$$$');
}

/** The text of `docker compose config --no-interpolate --format json`. */
export function printDocumentJson(document: MapNode): string {
  return write(toData(document), undefined, '');
}

/** One value as the reference writes it in one line, for hashing. */
export function compactJson(value: unknown, shape: Shape): string {
  return write(value, shape, undefined);
}

function indented(value: unknown, shape: Shape | undefined, indent: string): string {
  return write(value, shape, indent);
}

function shapeOf(key: string): Shape | undefined {
  return projectShape.fields.get(key)?.shape;
}

function write(value: unknown, shape: Shape | undefined, indent: string | undefined): string {
  if (value === null || value === undefined) return 'null';
  if (shape?.kind === 'leaf' && shape.toJson) return write(shape.toJson(value), undefined, indent);
  if (shape?.kind === 'record') return writeRecord(value as Record<string, unknown>, shape, indent);
  if (Array.isArray(value)) {
    // Among a person's own data the reference prints an empty list as null.
    if (value.length === 0 && !shape) return 'null';
    const of = shape?.kind === 'list' ? shape.of : undefined;
    const inner = deeper(indent);
    return bracket('[', ']', value.map((item) => write(item, of, inner)), indent);
  }
  if (typeof value === 'object') {
    if (value instanceof Timestamp) return quote(value.text);
    const of = shape?.kind === 'dict' ? shape.of : undefined;
    return bracket('{', '}', members(Object.entries(value), () => of, indent, !(shape?.kind === 'leaf' && shape.ordered)), indent);
  }
  return writeScalar(value);
}

function writeRecord(value: Record<string, unknown>, shape: Shape & { kind: 'record' }, indent: string | undefined): string {
  const short = shape.shorthand?.(value);
  if (short !== undefined) return write(short, undefined, indent);
  const entries: [string, unknown][] = [];
  for (const [name, field] of shape.fields) {
    const given = value[name];
    if (given === undefined && field.shown !== 'json' && field.shown !== 'always') continue;
    if (field.shown === 'given' && isEmpty(given, field.shape)) continue;
    entries.push([name, given]);
  }
  return bracket('{', '}', members(entries, (name) => shape.fields.get(name)?.shape, indent, false), indent);
}

function members(
  entries: [string, unknown][],
  shapeOfKey: (key: string) => Shape | undefined,
  indent: string | undefined,
  sorted: boolean,
): string[] {
  const ordered = sorted ? entries.sort(([a], [b]) => compareText(a, b)) : entries;
  const colon = indent === undefined ? ':' : ': ';
  return ordered.map(([key, value]) => `${quote(key)}${colon}${write(value, shapeOfKey(key), deeper(indent))}`);
}

function bracket(open: string, close: string, parts: string[], indent: string | undefined): string {
  if (parts.length === 0) return open + close;
  if (indent === undefined) return open + parts.join(',') + close;
  const inner = `\n${indent}  `;
  return `${open}${inner}${parts.join(`,${inner}`)}\n${indent}${close}`;
}

function deeper(indent: string | undefined): string | undefined {
  return indent === undefined ? undefined : `${indent}  `;
}

function writeScalar(value: unknown): string {
  if (typeof value === 'string') return quote(value);
  if (Object.is(value, -0)) return '-0';
  return String(value);
}

const escapedForHtml = /[<>&\u2028\u2029]/;

/** A JSON text with the characters escaped that Go escapes for the sake of HTML. */
function quote(text: string): string {
  const quoted = JSON.stringify(text);
  if (!escapedForHtml.test(quoted)) return quoted;
  return quoted.replace(
    /[<>&\u2028\u2029]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
