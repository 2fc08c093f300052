import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { inPath } from '../run.mjs';

/**
 * Does `work` with a screen that nobody looks at (Xvfb), so that windows of tests do not jump at a person. Where there
 * is no Xvfb, the screen at hand serves.
 *
 * @template T
 * @param {(environment: NodeJS.ProcessEnv) => Promise<T>} work
 */
export async function withScreen(work) {
  if (process.platform !== 'linux' || !inPath('Xvfb')) return work({});
  const server = spawn('Xvfb', ['-displayfd', '3', '-screen', '0', '1440x900x24', '-nolisten', 'tcp'], {
    stdio: ['ignore', 'ignore', 'ignore', 'pipe'],
  });
  const ended = once(server, 'exit');
  try {
    const number = await Promise.race([
      once(/** @type {import('node:stream').Readable} */ (server.stdio[3]), 'data').then(([data]) => String(data).trim()),
      ended.then(() => Promise.reject(new Error('Xvfb ended at once.'))),
      delay(20_000, undefined, { ref: false }).then(() => Promise.reject(new Error('Xvfb did not start within 20 s.'))),
    ]);
    return await work({ DISPLAY: `:${number}` });
  } finally {
    server.kill('SIGTERM');
    await ended;
  }
}
