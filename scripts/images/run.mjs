import { spawn } from 'node:child_process';

/**
 * Runs a program to its end.
 *
 * @param {string} command
 * @param {readonly string[]} args
 * @param {{ signal: AbortSignal, env?: NodeJS.ProcessEnv }} options `env` comes on top of this process's own
 * @returns {Promise<void>} rejects with the program's last lines when it fails, with the signal's reason when cancelled
 */
export async function run(command, args, { signal, env }) {
  signal.throwIfAborted();
  // The kernel ends the program with us, however we end. SIGKILL, because unshare puts off SIGTERM until its child ends.
  const child = spawn('setpriv', ['--pdeathsig', 'KILL', command, ...args], {
    signal,
    killSignal: 'SIGKILL',
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const lines = lastOutput(child.stdout, child.stderr);
  await finished(child, command, lines, signal);
}

/**
 * Keeps the end of what a child prints, which is what explains its failure.
 *
 * @param {readonly import('node:stream').Readable[]} streams
 * @returns {() => string}
 */
export function lastOutput(...streams) {
  let text = '';
  const keep = (/** @type {Buffer} */ chunk) => {
    text = (text + chunk.toString()).slice(-4000);
  };
  for (const stream of streams) stream.on('data', keep);
  return () => text.trim().split('\n').slice(-12).join('\n');
}

/**
 * @param {import('node:child_process').ChildProcess} child
 * @param {string} command
 * @param {() => string} lines
 * @param {AbortSignal} signal
 * @returns {Promise<void>}
 */
export function finished(child, command, lines, signal) {
  return new Promise((resolve, reject) => {
    child.once('error', (error) => {
      if (!signal.aborted) reject(error); // else the exit follows, and only then is nothing left running
    });
    child.once('close', (code, killedBy) => {
      if (signal.aborted) reject(/** @type {Error} */ (signal.reason));
      else if (code === 0) resolve();
      else reject(new Error(`${command} ended with ${killedBy ?? code}:\n${lines()}`));
    });
  });
}
