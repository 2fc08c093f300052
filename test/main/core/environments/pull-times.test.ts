import { expect, test } from 'vitest';
import { PullTimes } from '../../../../src/main/core/environments/pull-times.ts';
import { StateStore } from '../../../../src/main/core/environments/state-store.ts';

function pullTimes(): { readonly times: PullTimes; readonly setClock: (ms: number) => void } {
  let now = new Date(0);
  const file = { store: {} as Record<string, unknown>, onDidAnyChange: () => () => undefined };
  const state = new StateStore({ path: 'state.json', open: () => file });
  return { times: new PullTimes({ state, clock: { now: () => now } }), setClock: (ms) => (now = new Date(ms)) };
}

test('the last pull of an image is remembered for each engine apart', () => {
  const made = pullTimes();
  made.times.record('unix:///a', 'app:1');
  made.setClock(5_000);
  made.times.record('unix:///a', 'app:1');
  made.times.record('unix:///ab', 'app:2');
  expect([...made.times.on('unix:///a')]).toEqual([['app:1', new Date(5_000)]]);
  expect([...made.times.on('unix:///b')]).toEqual([]);
});

test('the oldest are forgotten first', () => {
  const made = pullTimes();
  for (let second = 0; second <= 500; second += 1) {
    made.setClock(second * 1000);
    made.times.record('e', `app:${second}`);
  }
  const kept = made.times.on('e');
  expect(kept.size).toBe(500);
  expect(kept.has('app:0')).toBe(false);
  expect(kept.has('app:500')).toBe(true);
});
