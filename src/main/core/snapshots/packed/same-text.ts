import { renumberedLines } from '../format/index-line.ts';
import type { StoredPack } from '../store/pack-writer.ts';

/** In place of a pack that the other index does not have: equal to no number. */
const nowhere = 'nowhere';

/**
 * Tells whether an entry has the same lines in two indexes, each by its own numbers of the packs. `own` are lines that
 * we have written: what is equal to them is of the format and needs no parsing. What is not may mean the same yet.
 */
export function sameText(own: readonly StoredPack[], others: readonly StoredPack[]): (own: string, other: string) => boolean {
  const numbersOfOthers = new Map(others.map(({ digest }, number) => [digest, number]));
  const numbers = own.map(({ digest }) => numbersOfOthers.get(digest) ?? nowhere);
  if (numbers.every((number, at) => number === at)) return (text, other) => text === other;
  return (text, other) => renumberedLines(text, (pack) => numbers[pack] ?? nowhere) === other;
}
