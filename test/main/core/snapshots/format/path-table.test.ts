import { expect, it } from 'vitest';
import { PathTable } from '../../../../../src/main/core/snapshots/format/path-table.ts';

it('keeps what paths were given, through growth, and knows each path once', () => {
  const table = new PathTable();
  const paths = Array.from({ length: 200_000 }, (_, number) => `d${Math.floor(number / 200)}/file-${number}.txt`);
  expect(paths.filter((path, number) => !table.add(path, (number % 7) + 1))).toEqual([]);
  expect(table.size).toBe(paths.length);
  expect(paths.filter((path, number) => table.get(path) !== (number % 7) + 1)).toEqual([]);
  expect(table.add('d0/file-0.txt', 5)).toBe(false);
  expect(table.get('d0/file-0.txt')).toBe(1);
  expect(table.size).toBe(paths.length);
});

it.each(['', 'a', 'ab', 'ba', 'a\0', 'ä', '\u{1f600}', 'd0/file-1', 'd1/file-0', 'a'.repeat(4096)])('tells %j from all others of its kind', (path) => {
  const table = new PathTable();
  for (const other of ['', 'a', 'ab', 'ba', 'a\0', 'ä', '\u{1f600}', 'd0/file-1', 'd1/file-0', 'a'.repeat(4096)]) if (other !== path) table.add(other, 1);
  expect(table.get(path)).toBe(0);
  expect(table.add(path, 2)).toBe(true);
  expect(table.get(path)).toBe(2);
});
