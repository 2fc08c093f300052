import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { cacheDir } from './paths.mjs';

/**
 * Does `work` while no other process on this machine does the work of the same name. A lock whose holder has died is
 * taken over.
 *
 * @template T
 * @param {string} name
 * @param {(text: string) => void} log
 * @param {() => Promise<T>} work
 * @returns {Promise<T>}
 */
export async function withLock(name, log, work) {
  const lock = path.join(cacheDir, `${name}.lock`);
  await mkdir(cacheDir, { recursive: true });
  for (let waits = 0; !(await take(lock)); waits++) {
    if (waits === 0) log(`another run is doing this already; waiting for it (lock: ${lock})`);
    await delay(200);
  }
  try {
    return await work();
  } finally {
    await rm(lock, { recursive: true, force: true });
  }
}

/** @param {string} lock */
async function take(lock) {
  try {
    await mkdir(lock);
  } catch {
    const holder = Number(await readFile(path.join(lock, 'pid'), 'utf8').catch(() => '0'));
    // Renamed first: of several that find the holder dead, one succeeds.
    if (holder > 0 && !isRunning(holder)) {
      const dead = `${lock}.${process.pid}`;
      await rename(lock, dead).then(() => rm(dead, { recursive: true }), () => undefined);
    }
    return false;
  }
  await writeFile(path.join(lock, 'pid'), String(process.pid));
  return true;
}

/** @param {number} pid */
function isRunning(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
