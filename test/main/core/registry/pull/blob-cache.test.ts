import { mkdir, readdir, utimes, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, it } from 'vitest';
import { BlobCache } from '../../../../../src/main/core/registry/pull/blob-cache.ts';
import { tempDir } from '../../../../support/temp.ts';

it('throws away downloads that nobody went on with for a week, and no others', async () => {
  const directory = path.join(await tempDir('pulls'), 'pulls');
  const now = new Date('2026-11-20T12:00:00Z');
  const cache = new BlobCache(directory);
  await cache.sweep(now);
  await mkdir(directory);
  for (const [name, day] of [['old.part', 12], ['young.part', 14]] as const) {
    await writeFile(path.join(directory, name), 'half a layer');
    const changed = new Date(Date.UTC(2026, 10, day, 12));
    await utimes(path.join(directory, name), changed, changed);
  }
  await cache.sweep(now);
  expect(await readdir(directory)).toEqual(['young.part']);
});
