import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, readdir, rename, rm, stat, utimes } from 'node:fs/promises';
import path from 'node:path';
import { withLock } from '../lib/lock.mjs';

const unusedAfterMs = 30 * 24 * 60 * 60 * 1000;

/**
 * Gives the directory `parent/key`, built at most once: a build goes to a temporary directory that takes its name only
 * when complete. Of several processes one builds and the others wait for it. What was not asked for in 30 days goes.
 *
 * @param {object} options
 * @param {string} options.parent
 * @param {string} options.key
 * @param {(directory: string) => Promise<void>} options.build
 * @param {(text: string) => void} options.log
 * @returns {Promise<string>}
 */
export async function buildOnce({ parent, key, build, log }) {
  const result = path.join(parent, key);
  if (!existsSync(result)) {
    await mkdir(parent, { recursive: true });
    await withLock('images', log, async () => {
      // Holding the lock, so nobody else's build is under way: what is there was left by a killed one.
      await removeWhere(parent, (name) => name.startsWith('building-'));
      if (!existsSync(result)) await buildInto(result, build);
      await removeUnused(parent);
    });
  }
  await utimes(result, new Date(), new Date());
  return result;
}

/**
 * @param {string} result
 * @param {(directory: string) => Promise<void>} build
 */
async function buildInto(result, build) {
  const temporary = await mkdtemp(path.join(path.dirname(result), 'building-'));
  try {
    await build(temporary);
    await rename(temporary, result);
  } finally {
    await remove(temporary);
  }
}

/** Tries again for a while: a program that was just ended may still write there. @param {string} directory */
const remove = (directory) => rm(directory, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });

/** @param {string} parent */
async function removeUnused(parent) {
  const limit = Date.now() - unusedAfterMs;
  await removeWhere(parent, async (name) => (await stat(path.join(parent, name))).mtimeMs < limit);
}

/**
 * @param {string} parent
 * @param {(name: string) => boolean | Promise<boolean>} condition
 */
async function removeWhere(parent, condition) {
  for (const name of await readdir(parent)) {
    if (await condition(name)) await remove(path.join(parent, name));
  }
}

/**
 * A name for what the given folders contain: the same content gives the same key on every machine.
 *
 * @param {readonly string[]} folders
 * @param {string} [also] whatever else the result depends on
 */
export async function contentKey(folders, also = '') {
  const hash = createHash('sha256').update(also);
  for (const folder of folders) {
    const entries = await readdir(folder, { recursive: true, withFileTypes: true });
    const files = entries.filter((entry) => entry.isFile() && !entry.parentPath.includes('__pycache__'));
    const names = files.map((entry) => path.join(entry.parentPath, entry.name)).sort();
    for (const name of names) hash.update(`${path.relative(folder, name)}\0`).update(await readFile(name));
  }
  return hash.digest('hex').slice(0, 16);
}
