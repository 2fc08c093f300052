import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type * as Cache from '../../scripts/lib/cache.mjs';
import { makeTempDir, removeTempDir } from '../support/temp.ts';

let cacheDir: string;
let cache: typeof Cache;
const silent = (): void => undefined;

beforeEach(async () => {
  cacheDir = await makeTempDir('cache');
  vi.stubEnv('SLIPWAY_CACHE', cacheDir);
  vi.resetModules();
  cache = await import('../../scripts/lib/cache.mjs');
});

afterEach(async () => {
  vi.unstubAllEnvs();
  await removeTempDir(cacheDir);
});

test('a part is built once and found from then on', async () => {
  const build = vi.fn((directory: string) => writeFile(path.join(directory, 'file'), 'content'));
  expect(await cache.cached('part', silent, build)).toBe(false);
  expect(await cache.cached('part', silent, build)).toBe(true);
  expect(build).toHaveBeenCalledTimes(1);
  expect(await readFile(path.join(cacheDir, 'part', 'file'), 'utf8')).toBe('content');
});

test('two runs at once build a part once, and the second waits for it', async () => {
  const said: string[] = [];
  const build = vi.fn(async (directory: string) => {
    await delay(300);
    await writeFile(path.join(directory, 'file'), 'content');
  });
  const log = (text: string): void => void said.push(text);
  const outcomes = await Promise.all([cache.cached('part', log, build), cache.cached('part', log, build)]);
  expect(outcomes.sort()).toEqual([false, true]);
  expect(build).toHaveBeenCalledTimes(1);
  expect(said.join()).toContain('waiting');
});

test('a build that fails leaves nothing, and what a killed run left is removed by the next', async () => {
  const failing = cache.cached('part', silent, async (directory) => {
    await writeFile(path.join(directory, 'half'), '');
    throw new Error('no space');
  });
  await expect(failing).rejects.toThrow('no space');
  expect(await readdir(cacheDir)).toEqual([]);

  await mkdir(path.join(cacheDir, '.part-killed'));
  await cache.cached('part', silent, () => Promise.resolve());
  expect(await readdir(cacheDir)).toEqual(['part']);
});

test('the lock of a process that has died is taken over', async () => {
  const lock = path.join(cacheDir, 'part.lock');
  await mkdir(lock);
  await writeFile(path.join(lock, 'pid'), '4194305');
  expect(await cache.cached('part', silent, () => Promise.resolve())).toBe(false);
});

test('an answer is remembered for its time, and asked for again afterwards', async () => {
  const find = vi.fn(() => Promise.resolve('no'));
  expect(await cache.remembered('network', 60_000, find)).toBe('no');
  expect(await cache.remembered('network', 60_000, find)).toBe('no');
  expect(find).toHaveBeenCalledTimes(1);
  find.mockResolvedValue('yes');
  expect(await cache.remembered('network', 0, find)).toBe('yes');
});
