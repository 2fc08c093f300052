import { describe, expect, it } from 'vitest';
import type { SnapshotSummary } from '../../../../src/shared/models/snapshot.ts';
import { chooseExpired, type RetentionPolicy } from '../../../../src/main/core/snapshots/retention.ts';

function snapshot(createdAt: string, change: Partial<SnapshotSummary> = {}): SnapshotSummary {
  return {
    id: createdAt,
    name: createdAt,
    environmentId: 'env-1',
    environmentName: 'shop',
    createdAt,
    kind: 'scheduled',
    consistency: 'paused',
    tags: [],
    volumes: [],
    logicalBytes: 0,
    newBytes: 0,
    images: {},
    ...change,
  };
}

/** Monday 2 March 2026 is the first day of a week. */
const times = [
  '2026-03-10T09:00:00Z',
  '2026-03-10T08:00:00Z',
  '2026-03-09T08:00:00Z',
  '2026-03-08T08:00:00Z',
  '2026-03-07T08:00:00Z',
  '2026-03-01T08:00:00Z',
  '2026-02-25T08:00:00Z',
];

describe('retention', () => {
  it.each<[string, RetentionPolicy, readonly string[]]>([
    ['nothing', {}, []],
    ['the last two', { last: 2 }, times.slice(0, 2)],
    ['one a day for three days', { daily: 3 }, [times[0] ?? '', times[2] ?? '', times[3] ?? '']],
    ['one a week for two weeks', { weekly: 2 }, [times[0] ?? '', times[3] ?? '']],
    ['more weeks than there are', { weekly: 9 }, [times[0] ?? '', times[3] ?? '', times[5] ?? '']],
    ['what any rule keeps', { last: 2, weekly: 3 }, [times[0] ?? '', times[1] ?? '', times[3] ?? '', times[5] ?? '']],
  ])('keeps %s', (_title, policy, kept) => {
    const snapshots = times.map((at) => snapshot(at));
    const expired = new Set(chooseExpired([...snapshots].reverse(), policy));
    expect(snapshots.filter((one) => !expired.has(one)).map(({ id }) => id)).toEqual(kept);
  });

  it('counts each environment for itself', () => {
    const mine = snapshot('2026-03-10T09:00:00Z');
    const other = snapshot('2026-03-01T09:00:00Z', { environmentId: 'env-2' });
    expect(chooseExpired([mine, other], { last: 1 })).toEqual([]);
  });

  it.each<Partial<SnapshotSummary>>([{ kind: 'manual' }, { kind: 'seed' }, { tags: ['keep'] }])('never lets go of %j', (change) => {
    expect(chooseExpired([snapshot('2026-03-01T09:00:00Z', change)], {})).toEqual([]);
  });
});
