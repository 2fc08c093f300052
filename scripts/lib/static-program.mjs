import { existsSync } from 'node:fs';
import { mkdir, readdir, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { root } from './paths.mjs';
import { inPath, run } from './run.mjs';

/** Debian's names for the processors that engines run on, by the Engine API's. @type {Record<string, string>} */
export const triplets = { amd64: 'x86_64-linux-gnu', arm64: 'aarch64-linux-gnu' };

/** This machine's processor. */
const own = process.arch === 'x64' ? 'amd64' : process.arch;

/** Debian's packages of the compilers for the processors that are not this machine's. */
export const crossPackages = Object.entries(triplets)
  .filter(([architecture]) => own in triplets && architecture !== own)
  .flatMap(([architecture, triplet]) => [`gcc-${triplet.replace('_', '-')}`, `libc6-dev-${architecture}-cross`]);

/** Where a program for an engine's processor lies. @param {string} name @param {string} architecture */
export const programPath = (name, architecture) => path.join(root, 'out', name, `linux-${architecture}`);

/**
 * Builds a static program that runs inside engines, from `src/NAME` into `out/NAME`, where it is older than its sources:
 * for this machine's processor, and for each other that there is a compiler for. It never fails: what can't be built is
 * left out, and told with the reason.
 *
 * @param {string} name
 * @param {object} [options]
 * @param {readonly string[]} [options.libraries] as the linker's options name them
 * @param {(architecture: string) => Promise<readonly string[]>} [options.crossOptions] tells the compiler where another
 *   processor's libraries are; raises an Error where they can't be had
 */
export async function staticProgram(name, { libraries = [], crossOptions = async () => [] } = {}) {
  if (process.platform !== 'linux') return 'left out: it is built on Linux';
  const outcome = await build(name, own, { compiler: 'gcc', libraries, optionsFor: async () => [] });
  const others = Object.entries(triplets).filter(([architecture]) => architecture !== own);
  const builds = others.map(async ([architecture, triplet]) => {
    const built = await build(name, architecture, { compiler: `${triplet}-gcc`, libraries, optionsFor: () => crossOptions(architecture) });
    return `${architecture}: ${built}`;
  });
  return [outcome, ...(await Promise.all(builds))].join('; ');
}

/**
 * @param {string} name
 * @param {string} architecture
 * @param {{ compiler: string, libraries: readonly string[], optionsFor: () => Promise<readonly string[]> }} means
 */
async function build(name, architecture, { compiler, libraries, optionsFor }) {
  const directory = path.join(root, 'src', name);
  const target = programPath(name, architecture);
  const files = (await readdir(directory)).filter((file) => /\.[ch]$/.test(file)).map((file) => path.join(directory, file));
  if (existsSync(target) && (await newest(files)) < (await stat(target)).mtimeMs) return 'ready (unchanged)';
  // One of other sources would misunderstand what it is told, or go untested.
  await rm(target, { force: true });
  if (!inPath(compiler)) return `left out: there is no ${compiler}`;
  await mkdir(path.dirname(target), { recursive: true });
  const partial = `${target}.${process.pid}`;
  const options = ['-static', '-O2', '-s', '-Wall', '-Wextra', '-Werror', '-o', partial];
  try {
    await run(compiler, [...options, ...(await optionsFor()), ...files.filter((file) => file.endsWith('.c')), ...libraries]);
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
