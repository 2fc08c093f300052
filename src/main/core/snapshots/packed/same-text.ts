import type { StoredPack } from '../store/pack-writer.ts';

/** In a line as `formatEntry` writes it, quotes within strings are escaped: it is the content list and nothing else. */
const contentLists = /,"chunks":\[([\d,]+)\]/g;
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
  const renumbered = (_list: string, runs: string): string => {
    const fields = runs.split(',').map((field, at) => (at % 3 === 0 ? (numbers[Number(field)] ?? nowhere) : field));
    return `,"chunks":[${fields.join()}]`;
  };
  return (text, other) => text.replace(contentLists, renumbered) === other;
}
