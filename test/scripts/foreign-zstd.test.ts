import { chmod, mkdir, readdir, readFile, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type * as ForeignZstd from '../../scripts/lib/foreign-zstd.mjs';
import { makeTempDir, removeTempDir } from '../support/temp.ts';

/** A processor that no machine has libraries for, so that what is installed here does not matter. */
const processor = 'mips64';
let base: string;
let module: typeof ForeignZstd;
const silent = (): void => undefined;

beforeEach(async () => {
  base = await makeTempDir('foreign');
  await mkdir(path.join(base, 'bin'));
  await mkdir(path.join(base, 'cache'));
  vi.stubEnv('SLIPWAY_CACHE', path.join(base, 'cache'));
  vi.stubEnv('PATH', path.join(base, 'bin'));
  vi.resetModules();
  module = await import('../../scripts/lib/foreign-zstd.mjs');
});

afterEach(async () => {
  vi.unstubAllEnvs();
  await removeTempDir(base);
});

/** A PATH with programs that note how they were called and then do what the script says. */
async function machineWith(scripts: Readonly<Record<string, string>>): Promise<() => Promise<readonly string[]>> {
  const calls = path.join(base, 'calls');
  await writeFile(calls, '');
  for (const [name, script] of Object.entries(scripts)) {
    const program = path.join(base, 'bin', name);
    await writeFile(program, `#!/bin/sh\necho "${name} $*" >> '${calls}'\n${script}\n`);
    await chmod(program, 0o755);
  }
  await symlink('/bin/mkdir', path.join(base, 'bin/mkdir'));
  return async () => (await readFile(calls, 'utf8')).trim().split('\n');
}

const dpkgQuery = 'printf 1.5';

test('the library is fetched once, by apt’s own means, and what apt needed for it is gone', async () => {
  const calls = await machineWith({
    'dpkg-query': dpkgQuery,
    'apt-get': 'case "$*" in *download*) > libzstd-dev.deb;; esac',
    dpkg: 'mkdir -p "$3/usr/lib"',
  });
  const cache = path.join(base, 'cache', `libzstd-${processor}-1.5`);
  const options = await module.foreignZstd(processor, silent);
  expect(options[0]).toBe(`-I${cache}/usr/include`);
  expect(options[1]).toMatch(new RegExp(`^-L${cache}/usr/lib/`));
  expect(await module.foreignZstd(processor, silent)).toEqual(options);
  expect(await readdir(cache)).toEqual(['usr']);
  const apt = (await calls()).filter((line) => line.startsWith('apt-get'));
  expect(apt.map((line) => line.split(' ').at(-1))).toEqual(['update', `libzstd-dev:${processor}`]);
  for (const line of apt) expect(line).toMatch(/ -o Dir::State::status=\S+\/cache\/\S+/);
});

test('where apt can’t fetch it the reason is said, and not asked for again at once', async () => {
  const calls = await machineWith({ 'dpkg-query': dpkgQuery, dpkg: '', 'apt-get': 'echo "E: no network" >&2; exit 100' });
  for (const _time of [1, 2]) {
    await expect(module.foreignZstd(processor, silent)).rejects.toThrow(`apt could not fetch libzstd-dev for ${processor}: E: no network`);
  }
  expect((await calls()).filter((line) => line.startsWith('apt-get'))).toHaveLength(1);
  expect((await readdir(path.join(base, 'cache'))).filter((name) => name.startsWith('libzstd'))).toEqual([]);
});

test('where there is no apt it is said what is lacking', async () => {
  await expect(module.foreignZstd(processor, silent)).rejects.toThrow(`it takes a static libzstd for ${processor}`);
});
