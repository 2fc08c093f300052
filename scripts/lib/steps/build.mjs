import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { commandLine, commandLink } from '../link-command.mjs';
import { root } from '../paths.mjs';
import { SetUpError } from '../report.mjs';
import { run } from '../run.mjs';

/** What the build reads. */
const sources = ['src', 'electron.vite.config.ts', 'scripts/lib/link-command.mjs', 'package-lock.json', 'tsconfig.base.json'];

/** Says which sources the content of `out/` was built from. */
const stamp = path.join(root, 'out', '.built-from');

/**
 * Builds the app and the command line into `out/` unless they were built from these very sources.
 *
 * @param {(text: string) => void} log
 */
export async function buildWhenChanged(log) {
  const wanted = await hashOf(sources);
  const built = await readFile(stamp, 'utf8').catch(() => '');
  if (built === wanted && existsSync(commandLine) && existsSync(commandLink)) return 'ready (unchanged)';
  log('electron-vite build');
  await build();
  await writeFile(stamp, wanted);
  return 'built';
}

/** Builds, whatever is there. */
export async function build() {
  const tool = path.join(root, 'node_modules', 'electron-vite', 'bin', 'electron-vite.js');
  await rm(stamp, { force: true });
  try {
    await run(process.execPath, [tool, 'build'], { cwd: root, env: { ...process.env, NO_COLOR: '1' } });
  } catch (error) {
    throw new SetUpError('The build failed.', error instanceof Error ? error.message : String(error), { cause: error });
  }
}

/** @param {readonly string[]} names */
async function hashOf(names) {
  const hash = createHash('sha256');
  for (const name of names) {
    for (const file of await filesOf(name)) hash.update(`${file}\0`).update(await readFile(path.join(root, file))).update('\0');
  }
  return hash.digest('hex');
}

/** @param {string} name @returns {Promise<string[]>} the file itself, or all files of the folder, in a stable order */
async function filesOf(name) {
  const entries = await readdir(path.join(root, name), { recursive: true, withFileTypes: true }).catch((error) => {
    if (error.code === 'ENOTDIR') return undefined;
    if (error.code === 'ENOENT') return [];
    throw error;
  });
  if (!entries) return [name];
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(root, path.join(entry.parentPath, entry.name)))
    .sort();
}
