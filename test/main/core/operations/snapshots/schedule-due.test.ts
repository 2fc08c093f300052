import { describe, expect, it } from 'vitest';
import { dueAt } from '../../../../../src/main/core/operations/snapshots/schedule-due.ts';

const at = (local: string): string => new Date(local).toISOString();

describe('when a schedule is due', () => {
  it('counts steps from the last run, or from when it was set', () => {
    const hourly = { when: { kind: 'every', minutes: 60 } as const, since: at('2026-03-01T10:00:00') };
    expect(dueAt(hourly).toISOString()).toBe(at('2026-03-01T11:00:00'));
    expect(dueAt({ ...hourly, last: { at: at('2026-03-01T15:30:00'), outcome: 'taken' } }).toISOString()).toBe(at('2026-03-01T16:30:00'));
  });

  it.each([
    ['2026-03-01T01:00:00', '2026-03-01T03:30:00'],
    ['2026-03-01T03:30:00', '2026-03-02T03:30:00'],
    ['2026-03-31T23:00:00', '2026-04-01T03:30:00'],
  ])('set at %s, daily at 03:30 by this machine’s clock: %s', (since, due) => {
    expect(dueAt({ when: { kind: 'daily', time: '03:30' }, since: at(since) }).toISOString()).toBe(at(due));
  });
});
