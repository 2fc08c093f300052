import { expect, test } from 'vitest';
import { summary } from '../../scripts/lib/test/summary.mjs';

const skipped = [{ name: 'a.test.ts > prints', reason: 'no printer here' }];

test('the last line counts every test, and skipped ones are listed with their reason', () => {
  const { text, exitCode } = summary({ passed: 3, failed: [], skipped }, ['unit 1.0 s', 'e2e 2.5 s']);
  expect(text.split('\n').slice(1)).toEqual([
    'skipped: a.test.ts > prints (no printer here)',
    'Durations: unit 1.0 s, e2e 2.5 s',
    '3 passed, 0 failed, 1 skipped',
  ]);
  expect(exitCode).toBe(0);
});

test.each([
  { what: 'a failure', total: { passed: 3, failed: ['b.test.ts > adds'], skipped: [] }, last: '3 passed, 1 failed, 0 skipped' },
  { what: 'a run without tests', total: { passed: 0, failed: [], skipped: [] }, last: '0 passed, 0 failed, 0 skipped' },
  { what: 'a run that skipped everything', total: { passed: 0, failed: [], skipped }, last: '0 passed, 0 failed, 1 skipped' },
])('$what ends with a non-zero code', ({ total, last }) => {
  const { text, exitCode } = summary(total, []);
  expect(text.split('\n').at(-1)).toBe(last);
  expect(exitCode).toBe(1);
});
