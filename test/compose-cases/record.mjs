#!/usr/bin/env node
/**
 * Records what the reference makes of every case: `expected.json` (the text of `config --format json`), `hashes.txt`
 * (`config --hash '*'`), where the case asks for it `expected.yaml`, `uninterpolated.json` (`--no-interpolate`) and
 * `variables.json` (`--variables`), or `error.txt` where the reference refuses. The stacks in test/stacks are recorded
 * in the same way, as the topic `stacks`.
 *
 *     node test/compose-cases/record.mjs PATH/TO/docker-compose [TOPIC[/NAME]…]
 *
 * A case is a directory TOPIC/NAME with its input files and an optional case.json:
 * { files, profiles, envFiles, projectName, directory, environment, services, normalise, resolvePaths,
 * checkConsistency, yaml, uninterpolated, variables }.
 */
import { execFile } from 'node:child_process';
import { existsSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(fileURLToPath(import.meta.url));
const [, , reference, ...wanted] = process.argv;
if (!reference) throw new Error('Name the reference docker-compose executable.');

/** @param {string} directory */
const inside = (directory) => readdirSync(directory, { withFileTypes: true }).filter((entry) => entry.isDirectory()).map(({ name }) => join(directory, name));

const stacks = join(dirname(root), 'stacks');
const cases = [...inside(root).flatMap(inside), ...inside(stacks)]
  .map((directory) => ({ directory, name: relative(directory.startsWith(stacks) ? dirname(stacks) : root, directory).replaceAll(sep, '/') }))
  .filter(({ name }) => wanted.length === 0 || wanted.some((prefix) => name === prefix || name.startsWith(`${prefix}/`)));

for (const { directory } of cases) await record(directory);

/** @param {string} directory */
async function record(directory) {
  const file = join(directory, 'case.json');
  const options = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : {};
  for (const old of ['expected.json', 'expected.yaml', 'hashes.txt', 'uninterpolated.json', 'variables.json', 'error.txt']) rmSync(join(directory, old), { force: true });
  const json = await run(directory, options, ['--format', 'json']);
  if (json.failed) {
    write(directory, 'error.txt', json.stderr.trim().split('\n').at(-1) + '\n');
    return;
  }
  write(directory, 'expected.json', json.stdout);
  const hashes = await run(directory, options, ['--hash', '*']);
  if (!hashes.failed) write(directory, 'hashes.txt', hashes.stdout);
  if (options.uninterpolated) {
    const model = await run(directory, options, ['--no-interpolate', '--format', 'json']);
    write(directory, 'uninterpolated.json', model.stdout);
  }
  if (options.variables) {
    write(directory, 'variables.json', (await run(directory, options, ['--variables', '--format', 'json'])).stdout);
  }
  if (options.yaml) write(directory, 'expected.yaml', (await run(directory, options, [])).stdout);
}

/**
 * @param {string} directory
 * @param {{ files?: string[], profiles?: string[], envFiles?: string[], projectName?: string, directory?: string, environment?: Record<string, string>, services?: string[], normalise?: boolean, resolvePaths?: boolean, checkConsistency?: boolean }} options
 * @param {string[]} format
 * @returns {Promise<{ failed: boolean, stdout: string, stderr: string }>}
 */
function run(directory, options, format) {
  const args = [
    ...(options.files ?? []).flatMap((path) => ['-f', path]),
    ...(options.profiles ?? []).flatMap((profile) => ['--profile', profile]),
    ...(options.envFiles ?? []).flatMap((path) => ['--env-file', path]),
    ...(options.projectName ? ['-p', options.projectName] : []),
    ...(options.directory ? ['--project-directory', options.directory] : []),
    'config',
    ...(options.normalise === false ? ['--no-normalize'] : []),
    ...(options.resolvePaths === false ? ['--no-path-resolution'] : []),
    ...(options.checkConsistency === false ? ['--no-consistency'] : []),
    ...format,
    ...(options.services ?? []),
  ];
  const env = /** @type {NodeJS.ProcessEnv} */ ({ HOME: '/home/case', ...options.environment });
  const file = /** @type {string} */ (reference);
  return new Promise((resolve) => {
    execFile(file, args, { cwd: directory, env, timeout: 20_000, killSignal: 'SIGKILL' }, (error, stdout, stderr) => {
      resolve({ failed: error !== null, stdout, stderr });
    });
  });
}

/**
 * The case's own directory reads /case, so that results are the same wherever the checkout is.
 *
 * @param {string} directory
 * @param {string} file
 * @param {string} text
 */
function write(directory, file, text) {
  writeFileSync(join(directory, file), text.replaceAll(directory, '/case').replaceAll(dirname(directory), '/cases'));
}
