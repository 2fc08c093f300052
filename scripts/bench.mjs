import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { benchTable } from './lib/bench-table.mjs';
import { root } from './lib/paths.mjs';
import { fail, say, SetUpError, step } from './lib/report.mjs';
import { buildWhenChanged } from './lib/steps/build.mjs';
import { electronRuntime } from './lib/steps/electron-runtime.mjs';
import { npmPackages } from './lib/steps/npm-packages.mjs';

/**
 * Usage: npm run bench -- [NAME…] [--OPTION VALUE…]. Runs `bench/NAME.bench.ts`, or all. Each exports a default function
 * that takes the options, each by its name, and resolves with its Comparisons. It needs what `npm test` installs.
 */
const directory = path.join(root, 'bench');
const all = readdirSync(directory).flatMap((file) => /^(.+)\.bench\.ts$/.exec(file)?.[1] ?? []);
/** @type {Record<string, string>} */
const options = {};
/** @type {string[]} */
const given = [];
for (let at = 2; at < process.argv.length; at += 1) {
  const word = process.argv[at] ?? '';
  if (word.startsWith('--')) options[word.slice(2)] = process.argv[(at += 1)] ?? '';
  else given.push(word);
}
const names = given.length > 0 ? given : all;

try {
  const unknown = names.filter((name) => !existsSync(path.join(directory, `${name}.bench.ts`)));
  if (unknown.length > 0) throw new SetUpError(`There is no benchmark ${unknown.join(', ')}.`, `There are: ${all.join(', ')}`);
  await step('npm packages', npmPackages);
  await step('Electron runtime', electronRuntime);
  await step('Build', buildWhenChanged);
  const { runnerImport } = await import('vite');
  for (const name of names) {
    say(`\n━━ ${name} ━━`);
    const { module } = await runnerImport(path.join(directory, `${name}.bench.ts`));
    const measure = /** @type {{ default: (options: Record<string, string>) => Promise<import('./lib/bench-table.mjs').Comparison[]> }} */ (module).default;
    for (const comparison of await measure(options)) say(benchTable(comparison));
  }
} catch (error) {
  fail(error);
}
