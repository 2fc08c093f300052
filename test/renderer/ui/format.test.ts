import { describe, expect, it } from 'vitest';
import { count, formatAgo, formatDuration } from '../../../src/renderer/ui/format.ts';

describe('formatDuration', () => {
  it.each([
    [0, '0.0 s'],
    [-5, '0.0 s'],
    [420, '0.4 s'],
    [9_949, '9.9 s'],
    [9_950, '10 s'],
    [59_400, '59 s'],
    [60_000, '1 min'],
    [185_000, '3 min 5 s'],
    [7_440_000, '2 h 4 min'],
  ])('%d ms are %s', (ms, text) => {
    expect(formatDuration(ms)).toBe(text);
  });
});

describe('formatAgo', () => {
  const now = Date.parse('2026-03-10T12:00:00Z');
  it.each([
    ['2026-03-10T12:00:05Z', 'just now'],
    ['2026-03-10T11:59:30Z', 'just now'],
    ['2026-03-10T11:59:10Z', '1 minute ago'],
    ['2026-03-10T11:30:00Z', '30 minutes ago'],
    ['2026-03-10T09:00:00Z', '3 hours ago'],
    ['2026-03-09T11:00:00Z', 'yesterday'],
    ['2026-01-02T12:00:00Z', 'Jan 2, 2026'],
  ])('%s was %s', (at, text) => {
    expect(formatAgo(at, now)).toBe(text);
  });
});

describe('count', () => {
  it('knows one from many', () => {
    expect([count(0, 'line'), count(1, 'line'), count(2, 'line')]).toEqual(['0 lines', '1 line', '2 lines']);
  });
});
