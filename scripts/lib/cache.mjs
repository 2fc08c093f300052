import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { withLock } from './lock.mjs';
import { cacheDir } from './paths.mjs';

/**
 * Makes a directory of the cache unless it is there: `build` fills a temporary one, which takes its place only when
 * complete. What a killed run left is removed. Resolves with whether it was there already.
 *
 * @param {string} name
 * @param {(text: string) => void} log
 * @param {(directory: string) => Promise<void>} build
 */
export async function cached(name, log, build) {
  const target = path.join(cacheDir, name);
  if (existsSync(target)) return true;
  return withLock(name, log, async () => {
    if (existsSync(target)) return true;
    for (const left of (await readdir(cacheDir)).filter((entry) => entry.startsWith(`.${name}-`))) {
      await rm(path.join(cacheDir, left), { recursive: true, force: true });
    }
    const temporary = await mkdtemp(path.join(cacheDir, `.${name}-`));
    try {
      await build(temporary);
      await rename(temporary, target);
    } catch (error) {
      await rm(temporary, { recursive: true, force: true });
      throw error;
    }
    return false;
  });
}

/**
 * What `find` said at most `maxAgeMs` ago, so that a slow answer ("no network") is not asked for again and again.
 *
 * @param {string} name
 * @param {number} maxAgeMs
 * @param {() => Promise<string>} find
 */
export async function remembered(name, maxAgeMs, find) {
  const file = path.join(cacheDir, 'remembered', `${name}.json`);
  /** @type {{ answer: string, at: number } | undefined} */
  const known = await readFile(file, 'utf8').then(JSON.parse, () => undefined);
  if (known && Date.now() - known.at < maxAgeMs) return known.answer;
  const answer = await find();
  await mkdir(path.dirname(file), { recursive: true });
  await writeFile(file, JSON.stringify({ answer, at: Date.now() }));
  return answer;
}
