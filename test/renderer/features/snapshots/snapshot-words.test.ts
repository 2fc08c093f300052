import { expect, it } from 'vitest';
import { volumeWords } from '../../../../src/renderer/features/snapshots/snapshot-words.ts';

it('names each volume with its size, the largest first', () => {
  const volumes = [
    { key: 'uploads', name: 'p_uploads', bytes: 0, files: 0 },
    { key: 'db', name: 'p_db', bytes: 48_300_000, files: 3 },
  ];
  expect(volumeWords({ volumes })).toBe('db 48.3 MB, uploads 0 B');
});
