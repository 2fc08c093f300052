import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { electronEnvironment, electronExecutable } from '../electron.mjs';
import { root } from '../paths.mjs';
import { runVisibly } from '../run.mjs';
import { isolated } from './isolated.mjs';
import { withScreen } from './screen.mjs';

/** @typedef {import('./tally-reporter.mjs').Tally} Tally */

/**
 * What `npm test` runs, in this order. A stage resolves with what it counted and never throws for a failing test.
 *
 * @type {Record<string, (vitestArgs: readonly string[]) => Promise<Tally>>}
 */
export const stages = {
  lint: () => single('lint', [['eslint', 'bin/eslint.js'], '.', '--max-warnings', '0']),
  types: () =>
    single(
      'types',
      [['typescript', 'bin/tsc'], '--noEmit', '-p', 'tsconfig.node.json'],
      [['typescript', 'bin/tsc'], '--noEmit', '-p', 'tsconfig.web.json'],
    ),
  unit: (vitestArgs) => vitest('unit', vitestArgs),
  integration: async (vitestArgs) => vitest('integration', vitestArgs, await isolated()),
  e2e: (vitestArgs) => withScreen(async (environment) => vitest('e2e', vitestArgs, await isolated(), environment)),
};

/**
 * A check that counts as one test: it passes when all its commands do.
 *
 * @param {string} name
 * @param {...[[string, string], ...string[]]} commands each a script of a package, then its arguments
 * @returns {Promise<Tally>}
 */
async function single(name, ...commands) {
  let failed = 0;
  for (const [[pkg, script], ...args] of commands) {
    failed += await runVisibly(process.execPath, [path.join(root, 'node_modules', pkg, script), ...args], { cwd: root });
  }
  return failed === 0 ? { passed: 1, failed: [], skipped: [] } : { passed: 0, failed: [name], skipped: [] };
}

/**
 * One of Vitest's projects, counted. When Vitest ends badly without a failed test, that counts as a failure too.
 *
 * @param {string} project
 * @param {readonly string[]} vitestArgs
 * @param {readonly string[]} [prefix] a command that runs the one after it
 * @param {NodeJS.ProcessEnv} [environment]
 * @returns {Promise<Tally>}
 */
async function vitest(project, vitestArgs, prefix = [], environment = {}) {
  const directory = await mkdtemp(path.join(tmpdir(), 'slipway-tally-'));
  const file = path.join(directory, 'tally.json');
  const script = path.join(root, 'node_modules', 'vitest', 'vitest.mjs');
  const reporter = path.join(root, 'scripts', 'lib', 'test', 'tally-reporter.mjs');
  const [command = process.execPath, ...args] = [
    ...prefix,
    ...[process.execPath, script, 'run', '--project', project, '--reporter=default', `--reporter=${reporter}`],
    // A person's own choice of tests may leave a stage none.
    ...(vitestArgs.length > 0 ? ['--passWithNoTests', ...vitestArgs] : []),
  ];
  const electron = electronExecutable();
  try {
    const code = await runVisibly(command, args, {
      cwd: root,
      env: { ...(electron ? electronEnvironment(electron) : process.env), ...environment, SLIPWAY_TALLY: file },
    });
    /** @type {Tally} */
    const tally = await readFile(file, 'utf8').then(JSON.parse, () => ({ passed: 0, failed: [], skipped: [] }));
    if (code !== 0 && tally.failed.length === 0) tally.failed.push(`${project}: Vitest ended with ${code}; its own message is above`);
    return tally;
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}
