import { expect, test } from 'vitest';
import { Rate } from '../../../../src/main/core/base/rate.ts';

/** What the rate says at each moment (ms) with each amount. */
function follow(points: readonly (readonly [at: number, amount: number])[]): (number | undefined)[] {
  let now = 0;
  const rate = new Rate(() => now);
  return points.map(([at, amount]) => {
    now = at;
    return rate.update(amount);
  });
}

test('says nothing at first, then how fast it grows a second', () => {
  expect(follow([[0, 0], [300, 30], [1000, 100], [2000, 200]])).toEqual([undefined, undefined, 100, 100]);
});

test('forgets what was long ago', () => {
  const speeds = follow([[0, 0], [1000, 1000], [2000, 2000], [6000, 2000], [9000, 2000], [10_500, 2000]]);
  expect(speeds[2]).toBe(1000);
  expect(speeds.at(-1)).toBe(0);
});

test('what was there when it began is not counted', () => {
  expect(follow([[0, 5000], [1000, 5100]]).at(-1)).toBe(100);
});
