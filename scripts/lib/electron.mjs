import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { cacheDir, root } from './paths.mjs';

/** Folder of the cache that holds the runtime used where the official one can't be downloaded. The 2 counts changes of its making. */
export const fallbackName = 'electron-33.2.1-linux-x64-2';

/** The Electron executable to use: the official one of the installed `electron` package, else the fallback, else none. */
export function electronExecutable() {
  return official() ?? existing(path.join(cacheDir, fallbackName, 'electron'));
}

function official() {
  const home = path.join(root, 'node_modules', 'electron');
  try {
    return existing(path.join(home, 'dist', readFileSync(path.join(home, 'path.txt'), 'utf8')));
  } catch {
    return undefined;
  }
}

/** @param {string} file */
function existing(file) {
  return existsSync(file) ? file : undefined;
}

/**
 * What programs that look for Electron by themselves (`require('electron')`, electron-vite) read from the environment.
 *
 * @param {string} executable
 * @returns {NodeJS.ProcessEnv}
 */
export function electronEnvironment(executable) {
  return { ...process.env, ELECTRON_OVERRIDE_DIST_PATH: path.dirname(executable), ELECTRON_EXEC_PATH: executable };
}
