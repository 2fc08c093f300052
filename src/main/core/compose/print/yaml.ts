import { project as projectShape } from '../model/project.ts';
import { isEmpty, type Field, type Shape } from '../model/shape.ts';
import type { Project } from '../project.ts';
import { toData, type MapNode } from '../source/node.ts';
import { Timestamp } from '../source/timestamp.ts';
import { compareKeys } from './yaml-order.ts';
import { printedProject } from './printed-project.ts';
import { yamlKey, yamlText } from './yaml-scalar.ts';

/** The text of `docker compose config`. Dollar signs are doubled, so that it can be loaded again. */
export function printYaml(project: Project): string {
  // Unlike its JSON, the reference's YAML leaves the name out where there is none.
  const entries = recordEntries(printedProject(project), projectShape).filter(({ key }) => key !== 'name' || project.name !== '');
  return `${writeEntries(entries, '')}\n`.replaceAll('$', '$$$$');
}

/** The text of `docker compose config --no-interpolate`. */
export function printDocumentYaml(document: MapNode): string {
  return `${writeEntries(sorted(toData(document) as object, undefined, false), '')}\n`;
}

interface Entry {
  readonly key: string;
  readonly value: unknown;
  readonly shape: Shape | undefined;
}

/** What follows a key and its colon, or an item's dash: on the same line, or indented on the next ones. */
function write(given: unknown, shape: Shape | undefined, indent: string): { inline: string } | { lines: string } {
  const value = shape?.kind === 'leaf' && shape.toYaml ? shape.toYaml(given) : given;
  if (value === null || value === undefined) return { inline: 'null' };
  if (typeof value === 'string') return { inline: yamlText(value, indent) };
  if (typeof value !== 'object') return { inline: plainText(value) };
  if (value instanceof Timestamp) return { inline: value.text };
  if (Array.isArray(value)) {
    const of = shape?.kind === 'list' ? shape.of : undefined;
    return value.length === 0 ? { inline: '[]' } : { lines: writeItems(value, of, indent) };
  }
  if (shape?.kind === 'record') {
    const short = shape.shorthand?.(value as Record<string, unknown>);
    if (short !== undefined) return write(short, undefined, indent);
  }
  const entries =
    shape?.kind === 'record'
      ? recordEntries(value, shape)
      : sorted(value, shape?.kind === 'dict' ? shape.of : undefined, shape?.kind === 'leaf' && shape.ordered === true);
  return entries.length === 0 ? { inline: '{}' } : { lines: writeEntries(entries, indent) };
}

function plainText(value: unknown): string {
  return Object.is(value, -0) ? '-0' : `${value as number | bigint | boolean}`;
}

function writeEntries(entries: readonly Entry[], indent: string): string {
  return entries
    .map(({ key, value, shape }) => {
      const written = write(value, shape, `${indent}  `);
      const start = `${indent}${yamlKey(key)}:`;
      return 'inline' in written ? `${start} ${written.inline}` : `${start}\n${written.lines}`;
    })
    .join('\n');
}

function writeItems(items: readonly unknown[], of: Shape | undefined, indent: string): string {
  return items
    .map((item) => {
      const written = write(item, of, `${indent}  `);
      return `${indent}- ${'inline' in written ? written.inline : written.lines.slice(indent.length + 2)}`;
    })
    .join('\n');
}

function recordEntries(value: object, shape: Shape & { kind: 'record' }): Entry[] {
  const given = value as Record<string, unknown>;
  const entries: Entry[] = [];
  for (const [name, field] of shape.fields) {
    if (isShown(given[name], field)) entries.push({ key: field.from, value: given[name], shape: field.shape });
  }
  const extensions = Object.fromEntries(Object.entries(given).filter(([key]) => key.startsWith('x-')));
  return [...entries, ...sorted(extensions, undefined, false)];
}

function isShown(value: unknown, { shape, shown }: Field): boolean {
  if (shown === 'always') return true;
  if (value === undefined) return false;
  if (shown === 'set') return true;
  if (shape.kind === 'leaf' && shape.empty === null) return value !== null;
  return shown === 'json' && shape.kind === 'record' ? !isBlank(value as object) : !isEmpty(value, shape);
}

/** Whether nothing in a record was given. */
function isBlank(record: object): boolean {
  return Object.values(record).every((value) => value === null);
}

function sorted(value: object, of: Shape | undefined, ordered: boolean): Entry[] {
  const entries = Object.entries(value).map(([key, entry]): Entry => ({ key, value: entry, shape: of }));
  return ordered ? entries : entries.sort((a, b) => compareKeys(a.key, b.key));
}
