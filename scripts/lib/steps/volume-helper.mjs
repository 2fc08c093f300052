import { existsSync } from 'node:fs';
import { mkdir, readdir, rename, stat } from 'node:fs/promises';
import path from 'node:path';
import { root } from '../paths.mjs';
import { inPath, run } from '../run.mjs';

/** What building it for this machine's processor needs. */
export const helperPackages = ['gcc', 'libc6-dev', 'libzstd-dev'];

const sources = path.join(root, 'src', 'volume-helper');

/** Where the helper for an engine's processor lies, by the Engine API's names (`amd64`, `arm64`). @param {string} architecture */
export const helperPath = (architecture) => path.join(root, 'out', 'volume-helper', `linux-${architecture}`);

/**
 * Builds the static program that reads volumes inside the engine, where it is older than its sources. Snapshots work
 * without it, only slower: so a machine that can't build it is told so and goes on.
 */
export async function volumeHelper() {
  const own = process.arch === 'x64' ? 'amd64' : process.arch;
  if (process.platform !== 'linux' || !inPath('gcc')) {
    return 'left out: it takes gcc and a static libzstd on Linux; snapshots use the engine’s archive endpoint';
  }
  const outcome = await build(own, 'gcc');
  const cross = Object.entries(crossCompilers).filter(([architecture, compiler]) => architecture !== own && inPath(compiler));
  const others = await Promise.all(cross.map(async ([architecture, compiler]) => `${architecture}: ${await build(architecture, compiler)}`));
  return [outcome, ...others].join('; ');
}

/** Debian's compilers for the other processors that engines run on; each takes a static libzstd of that processor too. */
const crossCompilers = { amd64: 'x86_64-linux-gnu-gcc', arm64: 'aarch64-linux-gnu-gcc' };

/** @param {string} architecture @param {string} compiler */
async function build(architecture, compiler) {
  const target = helperPath(architecture);
  const files = (await readdir(sources)).filter((name) => /\.[ch]$/.test(name)).map((name) => path.join(sources, name));
  if (existsSync(target) && (await newest(files)) < (await stat(target)).mtimeMs) return 'ready (unchanged)';
  await mkdir(path.dirname(target), { recursive: true });
  const partial = `${target}.${process.pid}`;
  const options = ['-static', '-O2', '-s', '-Wall', '-Wextra', '-Werror', '-o', partial];
  try {
    await run(compiler, [...options, ...files.filter((name) => name.endsWith('.c')), '-lzstd', '-lm', '-lpthread']);
  } catch (error) {
    return `left out: ${String(error instanceof Error ? error.message : error).split('\n')[0]}`;
  }
  await rename(partial, target);
  return 'built';
}

/** @param {readonly string[]} files */
async function newest(files) {
  return Math.max(...(await Promise.all(files.map(async (file) => (await stat(file)).mtimeMs))));
}
