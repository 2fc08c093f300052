import { existsSync } from 'node:fs';
import { mkdir, readdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { cached, remembered } from './cache.mjs';
import { cacheDir } from './paths.mjs';
import { inPath, run } from './run.mjs';
import { triplets } from './static-program.mjs';

const minute = 60_000;

/**
 * What tells a compiler where another processor's static libzstd is: Debian's package, unpacked into the cache. Which
 * processors the machine's own dpkg knows, and what it has installed, stay as they are. Raises an Error with one
 * sentence where it can't be had.
 *
 * @param {string} architecture
 * @param {(text: string) => void} log
 * @returns {Promise<readonly string[]>}
 */
export async function foreignZstd(architecture, log) {
  const library = `usr/lib/${triplets[architecture]}`;
  if (existsSync(`/${library}/libzstd.a`)) return [`-L/${library}`];
  if (!inPath('apt-get') || !inPath('dpkg')) throw new Error(`it takes a static libzstd for ${architecture}`);
  // By the version of this machine's own, so that helpers for all processors compress alike after an upgrade, too.
  const name = `libzstd-${architecture}-${await run('dpkg-query', ['-W', '-f', '${Version}', 'libzstd-dev'])}`;
  const fetch = () => cached(name, log, (directory) => unpack(directory, architecture, log));
  // Without a network the next try comes a while later.
  const failed = await remembered(`${name}-failed`, 10 * minute, async () =>
    fetch().then(
      () => '',
      (error) => `apt could not fetch libzstd-dev for ${architecture}: ${String(error instanceof Error ? error.message : error).split('\n').at(-1)}`,
    ),
  );
  if (failed) throw new Error(failed);
  await fetch();
  return [`-I${path.join(cacheDir, name, 'usr/include')}`, `-L${path.join(cacheDir, name, library)}`];
}

/** @param {string} directory @param {string} architecture @param {(text: string) => void} log */
async function unpack(directory, architecture, log) {
  const state = path.join(directory, 'apt');
  const apt = await separateApt(state, architecture);
  log(`reading the package lists for ${architecture}`);
  await run('apt-get', [...apt, 'update'], { timeoutMs: 2 * minute });
  await run('apt-get', [...apt, 'download', `libzstd-dev:${architecture}`], { cwd: state, timeoutMs: minute });
  const archive = (await readdir(state)).find((file) => file.endsWith('.deb'));
  if (!archive) throw new Error('apt-get download left no package');
  await run('dpkg', ['-x', path.join(state, archive), directory]);
  await rm(state, { recursive: true });
}

/**
 * Options that make apt read the machine's own sources for another processor, with all that it keeps in `state`.
 *
 * @param {string} state
 * @param {string} architecture
 */
async function separateApt(state, architecture) {
  for (const folder of ['lists/partial', 'cache/archives/partial']) await mkdir(path.join(state, folder), { recursive: true });
  const options = {
    'APT::Architecture': architecture,
    'APT::Architectures': architecture,
    'APT::Sandbox::User': '',
    'Dir::State': state,
    'Dir::State::lists': path.join(state, 'lists'),
    'Dir::State::status': path.join(state, 'status'),
    'Dir::Cache': path.join(state, 'cache'),
    'Acquire::Languages': 'none',
    'Acquire::Retries': '1',
    'Acquire::http::Timeout': '15',
    'Acquire::https::Timeout': '15',
  };
  return ['-q', ...Object.entries(options).flatMap(([key, value]) => ['-o', `${key}=${value}`])];
}
