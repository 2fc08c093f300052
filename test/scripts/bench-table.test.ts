import { expect, test } from 'vitest';
import { benchTable, median } from '../../scripts/lib/bench-table.mjs';

test.each([
  [[3, 1, 2], 2],
  [[4, 1, 2, 3], 2.5],
  [[7], 7],
])('the median of %j is %d', (values, expected) => {
  expect(median(values)).toBe(expected);
});

test('peers stand side by side with their ratio to the first', () => {
  expect(benchTable({ title: 'Start', unit: 's', peers: { compose: [10, 12, 11], slipway: [5, 5.5, 6] } })).toBe(
    `
Start
           median        range  runs  ratio
  compose  11.0 s  10.0 … 12.0     3   1.00
  slipway  5.50 s  5.00 … 6.00     3   0.50`.trim(),
  );
});
