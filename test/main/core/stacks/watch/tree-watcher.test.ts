import { mkdir, readFile, rename, rm, symlink, utimes, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { ChangeGatherer } from '../../../../../src/main/core/stacks/watch/changed-files.ts';
import { TreeWatcher } from '../../../../../src/main/core/stacks/watch/tree-watcher.ts';
import { tempDir } from '../../../../support/temp.ts';
import { waitFor } from '../../../../support/wait-for.ts';

interface Watched {
  readonly directory: string;
  /** Path below the directory of what was told since the last call, sorted; waits until `expected` are among them. */
  readonly told: (...expected: string[]) => Promise<string[]>;
}

/** A directory with `src/a`, `src/deep/b` and `ignored/c`, of which `src` is watched. */
async function watched(roots: readonly string[] = ['src']): Promise<Watched> {
  const directory = await tempDir('tree');
  for (const file of ['src/a', 'src/deep/b', 'src/ignored/c']) await write(path.join(directory, file));
  let told = new Map<string, boolean>();
  const watcher = new TreeWatcher({
    roots: roots.map((root) => path.join(directory, root)),
    skips: (one) => path.basename(one) === 'ignored',
    onChange: (file, existed) => told.set(path.relative(directory, file), existed),
    onFailure: (fault) => {
      throw fault;
    },
  });
  onTestFinished(() => watcher.close());
  await watcher.start();
  return {
    directory,
    told: async (...expected) => {
      await waitFor(`${expected.join(', ')} to be told`, 10_000, () => (expected.every((file) => told.has(file)) ? true : undefined));
      const all = [...told.keys()].sort();
      told = new Map();
      return all;
    },
  };
}

async function write(file: string, text = 'text'): Promise<void> {
  await mkdir(path.dirname(file), { recursive: true });
  await writeFile(file, text);
}

test('files that come, change and go are told; those in skipped directories are not', async () => {
  const { directory, told } = await watched();
  await write(path.join(directory, 'src/ignored/d'));
  await write(path.join(directory, 'src/a'), 'other');
  await rm(path.join(directory, 'src/deep/b'));
  await symlink('a', path.join(directory, 'src/link'));
  expect(await told('src/a', 'src/deep/b', 'src/link')).toEqual(['src/a', 'src/deep/b', 'src/link']);
});

test('a file that an editor replaces by another is told, once and again', async () => {
  const { directory, told } = await watched();
  for (const round of ['one', 'two']) {
    await write(path.join(directory, 'src/.a.tmp'), round);
    await rename(path.join(directory, 'src/.a.tmp'), path.join(directory, 'src/a'));
    expect(await told('src/a')).toContain('src/a');
    expect(await readFile(path.join(directory, 'src/a'), 'utf8')).toBe(round);
  }
});

test('a directory that is made deep at once, or moved in, is told with all its files, and followed from then on', async () => {
  const { directory, told } = await watched();
  await write(path.join(directory, 'src/x/y/z/new'));
  await told('src/x/y/z/new');
  await write(path.join(directory, 'outside/p'));
  await write(path.join(directory, 'outside/q/r'));
  await rename(path.join(directory, 'outside'), path.join(directory, 'src/inside'));
  await told('src/inside/p', 'src/inside/q/r');
  await write(path.join(directory, 'src/inside/q/later'));
  await told('src/inside/q/later');
});

test('a directory that goes, or moves away, is told with all that was in it', async () => {
  const { directory, told } = await watched();
  await rename(path.join(directory, 'src/deep'), path.join(directory, 'elsewhere'));
  expect(await told('src/deep', 'src/deep/b')).toEqual(['src/deep', 'src/deep/b']);
  await write(path.join(directory, 'elsewhere/unseen'));
  await write(path.join(directory, 'src/seen'));
  expect(await told('src/seen')).not.toContain('src/deep/unseen');
});

test('a directory that takes the place of another is compared with it and followed', async () => {
  const { directory, told } = await watched();
  await write(path.join(directory, 'fresh/new'));
  await rename(path.join(directory, 'src/deep'), path.join(directory, 'old'));
  await rename(path.join(directory, 'fresh'), path.join(directory, 'src/deep'));
  await told('src/deep/b', 'src/deep/new');
  await write(path.join(directory, 'src/deep/later'));
  await told('src/deep/later');
});

test('the watched path itself may be removed and come back; one that is a file may be replaced', async () => {
  const { directory, told } = await watched(['src', 'src/deep', 'settings']);
  await write(path.join(directory, 'settings'), 'now there');
  await told('settings');
  await rm(path.join(directory, 'src'), { recursive: true });
  await told('src/a', 'src/deep/b');
  await write(path.join(directory, 'src/again'));
  await told('src/again');
});

test('thousands of files at once are all told', async () => {
  const { directory, told } = await watched();
  const names = Array.from({ length: 2_000 }, (_, index) => `src/many/${String(index % 20)}/${String(index)}`);
  for (const name of names) await write(path.join(directory, name));
  await told(...names);
});

test('changes are gathered into batches that keep whether a file was there before the first', async () => {
  const gatherer = new ChangeGatherer();
  const stop = new AbortController();
  const batches = gatherer.batches({ signal: stop.signal });
  gatherer.add('a', false);
  gatherer.add('b', true);
  gatherer.add('a', true);
  expect((await batches.next()).value).toEqual(new Map([['a', false], ['b', true]]));
  gatherer.add('c', true);
  expect((await batches.next()).value).toEqual(new Map([['c', true]]));
  stop.abort();
  expect((await batches.next()).done).toBe(true);
});

test('a change of times alone is told too: it is how some tools ask for a rebuild', async () => {
  const { directory, told } = await watched();
  await utimes(path.join(directory, 'src/a'), new Date(0), new Date(0));
  await told('src/a');
});
