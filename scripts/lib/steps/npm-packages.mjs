import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { root } from '../paths.mjs';
import { SetUpError } from '../report.mjs';
import { npmCommand, runVisibly } from '../run.mjs';

/** @typedef {{ packages: Record<string, { version?: string, integrity?: string, optional?: boolean }> }} LockFile */

/**
 * The packages that `package-lock.json` names, exactly. Compared with npm's own record of what it installed, so that
 * a person's `npm install` counts as well.
 *
 * @param {(text: string) => void} log
 */
export async function npmPackages(log) {
  const [wanted, installed] = await Promise.all([
    readLock(path.join(root, 'package-lock.json')),
    readLock(path.join(root, 'node_modules', '.package-lock.json')),
  ]);
  if (!wanted) throw new SetUpError('package-lock.json cannot be read.', 'Is this a complete checkout?');
  const missing = missingPackages(wanted, installed);
  if (missing.length === 0) return 'ready (installed)';
  log(`${missing.length} to install or change`);
  const [file, args] = npmCommand();
  const code = await runVisibly(file, [...args, 'ci', '--no-audit', '--no-fund', '--loglevel=error'], { cwd: root });
  if (code !== 0) throw new SetUpError(`npm ci ended with ${code}.`, 'Its own message is above. It needs access to the npm registry.');
  return 'installed';
}

/**
 * Names of packages of the lock that are not there as it wants them. Those that npm leaves out on other systems are
 * not missed.
 *
 * @param {LockFile} wanted
 * @param {LockFile | undefined} installed
 */
export function missingPackages(wanted, installed) {
  return Object.entries(wanted.packages)
    .filter(([name, entry]) => {
      if (name === '') return false;
      const found = installed?.packages[name];
      return found ? found.version !== entry.version || found.integrity !== entry.integrity : !entry.optional;
    })
    .map(([name]) => name);
}

/** @param {string} file @returns {Promise<LockFile | undefined>} */
async function readLock(file) {
  try {
    return JSON.parse(await readFile(file, 'utf8'));
  } catch {
    return undefined;
  }
}
