import { existsSync } from 'node:fs';
import { mkdir, rename, stat } from 'node:fs/promises';
import path from 'node:path';
import { root } from '../paths.mjs';
import { inPath, run } from '../run.mjs';

const source = path.join(root, 'src', 'network-helper', 'main.c');

/** Where the helper for an engine's processor lies, by the Engine API's names (`amd64`, `arm64`). @param {string} architecture */
export const networkHelperPath = (architecture) => path.join(root, 'out', 'network-helper', `linux-${architecture}`);

/**
 * Builds the static program that tries names and ports inside a container's network, where it is older than its source.
 * A machine that can't build it is told so and goes on: networks are then shown, and cannot be tried.
 */
export async function networkHelper() {
  const target = networkHelperPath(process.arch === 'x64' ? 'amd64' : process.arch);
  if (existsSync(target) && (await stat(source)).mtimeMs < (await stat(target)).mtimeMs) return 'ready (unchanged)';
  if (process.platform !== 'linux' || !inPath('gcc')) return 'left out: it takes gcc and a static libc on Linux';
  await mkdir(path.dirname(target), { recursive: true });
  const partial = `${target}.${process.pid}`;
  try {
    await run('gcc', ['-static', '-O2', '-s', '-Wall', '-Wextra', '-Werror', '-o', partial, source]);
  } catch (error) {
    return `left out: ${String(error instanceof Error ? error.message : error).split('\n')[0]}`;
  }
  await rename(partial, target);
  return 'built';
}
