import type { ErrorObject } from 'ajv';
import { pathText, type Path } from '../source/path.ts';

const typeNames: Readonly<Record<string, string>> = {
  string: 'a text',
  number: 'a number',
  integer: 'a whole number',
  boolean: 'true or false',
  object: 'a mapping',
  array: 'a list',
  null: 'empty',
};

/**
 * Of the errors that a choice between forms gives, those about the form that was probably meant: the deepest ones.
 * Several type errors at one place become one that names all types.
 */
export function mostSpecific(errors: readonly ErrorObject[]): ErrorObject[] {
  const [choices, leaves] = [errors.filter(isChoice), errors.filter((error) => !isChoice(error))];
  const choicePaths = new Set(choices.map(({ instancePath }) => instancePath));
  const choiceOf = (error: ErrorObject): string | undefined =>
    pathsTo(error.instancePath).find((path) => choicePaths.has(path));
  const deepest = new Map<string, number>();
  const formIsRight = new Set<string>();
  for (const leaf of leaves) {
    const choice = choiceOf(leaf);
    if (choice === undefined) continue;
    deepest.set(choice, Math.max(deepest.get(choice) ?? 0, depth(leaf)));
    if (leaf.keyword !== 'type') formIsRight.add(leaf.instancePath);
  }
  const results = new Map<string, ErrorObject>();
  for (const leaf of leaves) {
    const choice = choiceOf(leaf);
    if (choice !== undefined && depth(leaf) !== deepest.get(choice)) continue;
    // The form that is complained about in detail is the one that was meant, so the others are no news.
    if (choice !== undefined && leaf.keyword === 'type' && formIsRight.has(leaf.instancePath)) continue;
    const extra = leaf.keyword === 'additionalProperties' ? String(paramsOf(leaf)['additionalProperty']) : '';
    const key = `${leaf.instancePath} ${leaf.keyword} ${extra}`;
    const before = results.get(key);
    results.set(key, before && leaf.keyword === 'type' ? withTypes(leaf, [...typesOf(before), ...typesOf(leaf)]) : leaf);
  }
  return [...results.values(), ...choices.filter(({ instancePath }) => !deepest.has(outermost(instancePath)))];

  function outermost(path: string): string {
    return pathsTo(path).find((candidate) => choicePaths.has(candidate)) ?? path;
  }
}

function isChoice({ keyword }: ErrorObject): boolean {
  return ['oneOf', 'anyOf', 'allOf', 'if', 'not'].includes(keyword);
}

/** `/a`, `/a/b`, … up to the path itself. */
function pathsTo(path: string): string[] {
  const parts = path.split('/').slice(1);
  return parts.map((_, index) => `/${parts.slice(0, index + 1).join('/')}`);
}

/** What a person is told about one error, and what to do. */
export function describe(error: ErrorObject, path: Path | undefined): { message: string; hint?: string } {
  const place = pathText(path) || 'The file';
  const params = paramsOf(error);
  switch (error.keyword) {
    case 'additionalProperties': {
      const unknown = String(params['additionalProperty']);
      const known = Object.keys((error.parentSchema?.['properties'] as object | undefined) ?? {});
      const similar = nearest(unknown, known);
      return {
        message: `${place} has no attribute “${unknown}”.`,
        ...(similar ? { hint: `Did you mean ${similar}?` } : { hint: 'Keys of your own begin with x-.' }),
      };
    }
    case 'type': {
      const names = [...new Set(typesOf(error).map((type) => typeNames[type] ?? type))];
      return { message: `${place} must be ${names.join(' or ')}.` };
    }
    case 'required':
      return { message: `${place} lacks ${String(params['missingProperty'])}.` };
    case 'enum':
      return { message: `${place} must be one of ${(params['allowedValues'] as unknown[]).join(', ')}.` };
    case 'pattern':
      return { message: `${place} does not have the form ${String(params['pattern'])}.` };
    case 'uniqueItems':
      return { message: `${place} has the same item twice.` };
    default:
      return { message: `${place} ${error.message ?? 'does not fit'}.` };
  }
}

function paramsOf(error: ErrorObject): Record<string, unknown> {
  return error.params as Record<string, unknown>;
}

function depth({ instancePath, keyword }: ErrorObject): number {
  return instancePath.split('/').length + (keyword === 'additionalProperties' ? 1 : 0);
}

function typesOf(error: ErrorObject): string[] {
  return [paramsOf(error)['type']].flat().map(String);
}

function withTypes(error: ErrorObject, types: readonly string[]): ErrorObject {
  return { ...error, params: { type: types } };
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
