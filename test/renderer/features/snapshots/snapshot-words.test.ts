import { describe, expect, it } from 'vitest';
import { byDay, databaseWords, modeWords, oldestFirst, scheduleWords, storeWords, volumeWords } from '../../../../src/renderer/features/snapshots/snapshot-words.ts';
import { snapshotOf } from '../../support/fake-environments.ts';

it('names each volume with its size, the largest first', () => {
  const volumes = [
    { key: 'uploads', name: 'p_uploads', bytes: 0, files: 0 },
    { key: 'db', name: 'p_db', bytes: 48_300_000, files: 3 },
  ];
  expect(volumeWords({ volumes })).toBe('db 48.3 MB, uploads 0 B');
});

it('tells what snapshots hold from what they take on disk', () => {
  const two = [snapshotOf(1, { logicalBytes: 40_000_000 }), snapshotOf(2, { logicalBytes: 60_000_000 })];
  expect(storeWords(two, undefined)).toBe('2 snapshots of 100 MB.');
  const usage = { logicalBytes: 0, storedBytes: 21_000_000, unreferencedBytes: 0, snapshots: [] };
  expect(storeWords(two.slice(0, 1), usage)).toBe('1 snapshot of 40 MB. The store takes 21 MB on disk.');
});

it('names a database, its version and where it lies', () => {
  const snapshot = { volumes: [{ key: 'db', name: 'p_db', bytes: 1, files: 1 }] };
  expect(databaseWords({ volume: 'p_db', directory: '', product: 'postgresql', version: '15' }, snapshot)).toBe('PostgreSQL 15 in db');
  expect(databaseWords({ volume: 'other', directory: '', product: 'mariadb' }, snapshot)).toBe('MariaDB in other');
});

it.each([
  [{ kind: 'daily', time: '02:00' }, 'Every day at 02:00'],
  [{ kind: 'every', minutes: 60 }, 'Every hour'],
  [{ kind: 'every', minutes: 120 }, 'Every 2 hours'],
  [{ kind: 'every', minutes: 90 }, 'Every 90 minutes'],
] as const)('says when a schedule is due: %o', (when, words) => {
  expect(scheduleWords({ when })).toBe(words);
});

describe('the timeline', () => {
  const at = (createdAt: Date, name: string) => snapshotOf(1, { name, createdAt: createdAt.toISOString() });
  const now = new Date(2026, 10, 23, 9, 0);
  const all = [
    at(new Date(2026, 10, 23, 8, 59), 'a'),
    at(new Date(2026, 10, 23, 0, 1), 'b'),
    at(new Date(2026, 10, 22, 23, 59), 'c'),
    at(new Date(2026, 10, 16, 12, 0), 'd'),
  ];

  it('puts snapshots of one day together', () => {
    const names = byDay(all, now).map(({ day, snapshots }) => [day, snapshots.map(({ name }) => name).join('')]);
    expect(names).toEqual([
      ['Today', 'ab'],
      ['Yesterday', 'c'],
      ['Monday, November 16, 2026', 'd'],
    ]);
  });

  it('knows which was first', () => {
    expect(oldestFirst(all).map(({ name }) => name).join('')).toBe('dcba');
  });
});

it.each([
  [0o100644, 'rw-r--r--'],
  [0o700, 'rwx------'],
  [0o4755, 'rwsr-xr-x'],
  [0o2640, 'rw-r-S---'],
  [0o1777, 'rwxrwxrwt'],
])('shows mode %i as %s', (mode, words) => {
  expect(modeWords(mode)).toBe(words);
});
