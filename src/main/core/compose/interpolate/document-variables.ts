import { compareText } from '../source/go-text.ts';
import type { Node } from '../source/node.ts';
import { TemplateError, variableUses } from './template.ts';

/** A variable that a person can set, as the files use it. */
export interface DocumentVariable {
  readonly name: string;
  /** Some place of the files cannot do without it. */
  readonly required: boolean;
  /** What stands for it where it is not set; the first of several defaults in the order of the files. */
  readonly defaultValue: string;
  /** What stands for it where it is set. */
  readonly presenceValue: string;
}

/** The variables of a document that was not interpolated, by name. Malformed expressions have none. */
export function documentVariables(document: Node): DocumentVariable[] {
  const variables = new Map<string, DocumentVariable>();
  walk(document);
  return [...variables.values()].sort((a, b) => compareText(a.name, b.name));

  function walk(node: Node): void {
    if (node.kind === 'map') for (const value of node.entries.values()) walk(value);
    else if (node.kind === 'list') node.items.forEach(walk);
    else if (typeof node.value === 'string' && node.value.includes('$')) add(node.value);
  }

  function add(text: string): void {
    for (const { name, sign, operand } of usesIn(text)) {
      const known = variables.get(name) ?? { name, required: false, defaultValue: '', presenceValue: '' };
      variables.set(name, {
        name,
        required: known.required || sign.endsWith('?'),
        defaultValue: known.defaultValue || (sign.endsWith('-') ? operand : ''),
        presenceValue: known.presenceValue || (sign.endsWith('+') ? operand : ''),
      });
    }
  }
}

function usesIn(text: string): ReturnType<typeof variableUses> {
  try {
    return variableUses(text);
  } catch (error) {
    if (error instanceof TemplateError) return [];
    throw error;
  }
}
