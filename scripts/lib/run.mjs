import { spawn } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import path from 'node:path';
import { interruptible } from './interrupt.mjs';

/**
 * Runs a program and resolves with what it printed. Its error output is part of the error when it fails.
 *
 * @param {string} file
 * @param {readonly string[]} args
 * @param {{ cwd?: string, env?: NodeJS.ProcessEnv, timeoutMs?: number }} [options]
 * @returns {Promise<string>}
 */
export async function run(file, args, { cwd, env, timeoutMs } = {}) {
  const child = spawn(file, args, { cwd, env, timeout: timeoutMs, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  let errors = '';
  child.stdout.setEncoding('utf8').on('data', (text) => (output += text));
  child.stderr.setEncoding('utf8').on('data', (text) => (errors += text));
  const code = await ended(child);
  if (code === 0) return output;
  const tail = (errors.trim() || output.trim()).split('\n').slice(-40).join('\n');
  throw new Error(`${path.basename(file)} ${args.join(' ')} ended with ${code}:\n${tail}`);
}

/**
 * Runs a program on this terminal and resolves with its exit code. When this script is interrupted, it waits for the
 * program to end too, and then raises Interrupted.
 *
 * @param {string} file
 * @param {readonly string[]} args
 * @param {{ cwd?: string, env?: NodeJS.ProcessEnv }} [options]
 * @returns {Promise<number>}
 */
export function runVisibly(file, args, options = {}) {
  return interruptible(async (signal) => {
    const child = spawn(file, args, { ...options, stdio: 'inherit' });
    signal.addEventListener('abort', () => {
      // A terminal's Ctrl-C has reached the program by itself.
      if (signal.reason.signal !== 'SIGINT') child.kill(signal.reason.signal);
    });
    const code = await ended(child);
    signal.throwIfAborted();
    return code;
  });
}

/**
 * @param {import('node:child_process').ChildProcess} child
 * @returns {Promise<number>} its exit code; 128 when a signal ended it
 */
function ended(child) {
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve(code ?? 128));
  });
}

/** npm as this machine has it. Under `npm start` and `npm test` npm itself says where it is. @returns {[string, string[]]} */
export function npmCommand() {
  const script = process.env.npm_execpath;
  if (script?.endsWith('.js')) return [process.execPath, [script]];
  return process.platform === 'win32' ? ['cmd.exe', ['/c', 'npm']] : ['npm', []];
}

/** Whether a program is in the PATH. @param {string} program */
export function inPath(program) {
  return (process.env.PATH ?? '').split(path.delimiter).some((directory) => {
    try {
      accessSync(path.join(directory, program), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}
