import { pathText, type Path } from '../source/path.ts';
import type { SchemaFault } from './schema-check.ts';
import type { SchemaType } from './schema-rule.ts';

const typeNames: Readonly<Record<SchemaType, string>> = {
  string: 'a text',
  number: 'a number',
  integer: 'a whole number',
  boolean: 'true or false',
  object: 'a mapping',
  array: 'a list',
  null: 'empty',
};

/** What a person is told about what the schema does not allow, and what to do. */
export function describeFault(fault: SchemaFault, path: Path | undefined): { message: string; hint?: string } {
  const place = pathText(path) || 'The file';
  switch (fault.kind) {
    case 'unknown-key': {
      const similar = nearest(fault.key, fault.known);
      return {
        message: `${pathText(path?.parent) || 'The file'} has no attribute “${fault.key}”.`,
        hint: similar ? `Did you mean ${similar}?` : 'Keys of your own begin with x-.',
      };
    }
    case 'type':
      return { message: `${place} must be ${fault.types.map((type) => typeNames[type]).join(' or ')}.` };
    case 'missing-key':
      return { message: `${place} lacks ${fault.key}.` };
    case 'value':
      return { message: `${place} must be one of ${fault.allowed.join(', ')}.` };
    case 'pattern':
      return { message: `${place} does not have the form ${fault.pattern}.` };
    case 'repeated':
      return { message: `${place} has the same item twice.`, hint: 'Remove one of them.' };
    case 'range':
      return { message: `${place} must be at ${fault.bound} ${fault.limit}.` };
  }
}

function nearest(word: string, known: readonly string[]): string | undefined {
  const limit = Math.max(1, Math.floor(word.length / 3));
  const ranked = known
    .map((candidate) => ({ candidate, distance: distance(word, candidate) }))
    .filter((entry) => entry.distance <= limit)
    .sort((a, b) => a.distance - b.distance);
  return ranked[0]?.candidate;
}

/** Number of letters to insert, remove or replace. */
function distance(a: string, b: string): number {
  if (Math.abs(a.length - b.length) > 8 || a.length > 64) return Number.POSITIVE_INFINITY;
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const replaced = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(replaced, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}
