import { mkdir, readdir, readFile, utimes, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { buildOnce, contentKey } from '../../../scripts/images/build-once.mjs';
import { tempDir } from '../../support/temp.ts';

const log = () => undefined;

describe('buildOnce', () => {
  it('builds the first time and gives the same directory from then on', async () => {
    const parent = await tempDir();
    let builds = 0;
    const build = async (directory: string) => {
      builds += 1;
      await writeFile(path.join(directory, 'made'), 'whole');
    };
    const first = await buildOnce({ parent, key: 'a', build, log });
    expect(await buildOnce({ parent, key: 'a', build, log })).toBe(first);
    expect(builds).toBe(1);
    expect(await readFile(path.join(first, 'made'), 'utf8')).toBe('whole');
  });

  it('leaves nothing of a build that failed, and builds again', async () => {
    const parent = await tempDir();
    const failing = async (directory: string) => {
      await writeFile(path.join(directory, 'half'), '');
      throw new Error('no space');
    };
    await expect(buildOnce({ parent, key: 'a', build: failing, log })).rejects.toThrow('no space');
    expect(await readdir(parent)).toEqual([]);
    await buildOnce({ parent, key: 'a', build: () => Promise.resolve(), log });
    expect(await readdir(parent)).toEqual(['a']);
  });

  it('builds once for two that ask at the same time', async () => {
    const parent = await tempDir();
    let builds = 0;
    const build = async () => {
      builds += 1;
      await new Promise((resolve) => setTimeout(resolve, 50));
    };
    await Promise.all([buildOnce({ parent, key: 'a', build, log }), buildOnce({ parent, key: 'a', build, log })]);
    expect(builds).toBe(1);
  });

  it('takes away what a killed build left and what nobody used for a month', async () => {
    const parent = await tempDir();
    for (const name of ['building-x', 'old', 'recent']) await mkdir(path.join(parent, name));
    const longAgo = new Date(Date.now() - 31 * 24 * 60 * 60 * 1000);
    await utimes(path.join(parent, 'old'), longAgo, longAgo);
    await buildOnce({ parent, key: 'a', build: () => Promise.resolve(), log });
    expect((await readdir(parent)).sort()).toEqual(['a', 'recent']);
  });
});

describe('contentKey', () => {
  it('is the same for the same content elsewhere, and another for any other name or content', async () => {
    const key = async (name: string, content: string) => {
      const folder = await tempDir();
      await mkdir(path.join(folder, 'sub'));
      await writeFile(path.join(folder, 'sub', name), content);
      return contentKey([folder]);
    };
    const original = await key('file', 'content');
    expect(await key('file', 'content')).toBe(original);
    expect(await key('other', 'content')).not.toBe(original);
    expect(await key('file', 'contents')).not.toBe(original);
  });
});
