import { describe, expect, it } from 'vitest';
import { formatBytes } from '../../src/shared/format-bytes.ts';

describe('formatBytes', () => {
  it.each([
    [0, '0 B'],
    [999, '999 B'],
    [1_000, '1 kB'],
    [1_234, '1.23 kB'],
    [12_340, '12.3 kB'],
    [999_400, '999 kB'],
    [999_600, '1 MB'],
    [48_300_000, '48.3 MB'],
    [1_500_000_000, '1.5 GB'],
    [2e15, '2000 TB'],
  ])('%d is %s', (bytes, text) => {
    expect(formatBytes(bytes)).toBe(text);
  });
});
