import { expect, it } from 'vitest';
import { amountText } from '../../../src/renderer/ui/amount-text.ts';
import type { Amount } from '../../../src/shared/models/job.ts';

it.each<[Amount, string]>([
  [{ current: 12_400_000, total: 96_000_000, unit: 'bytes' }, '12.4 MB of 96 MB'],
  [{ current: 12_000_000, total: 96_000_000, unit: 'bytes', perSecond: 8_400_000 }, '12 MB of 96 MB, 8.4 MB/s, 10 s left'],
  [{ current: 0, total: 9_000_000, unit: 'bytes', perSecond: 100_000 }, '0 B of 9 MB, 100 kB/s, 1 min 30 s left'],
  [{ current: 5, total: 9, unit: 'bytes', perSecond: 0 }, '5 B of 9 B, 0 B/s'],
  [{ current: 9, total: 9, unit: 'bytes', perSecond: 3 }, '9 B of 9 B'],
  [{ current: 12_400_000, unit: 'bytes' }, '12.4 MB'],
  [{ current: 3, total: 8, unit: 'items' }, '3 of 8'],
  [{ current: 3, unit: 'items' }, '3'],
  [{ current: 42, unit: 'percent' }, '42 %'],
  [{ current: 1, total: 4, unit: 'percent' }, '25 %'],
])('%o reads %s', (amount, text) => {
  expect(amountText(amount)).toBe(text);
});
