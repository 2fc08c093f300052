import { readdir, readFile } from 'node:fs/promises';
import { request } from 'node:http';
import path from 'node:path';
import type { Places } from './places.ts';

/** The pid of the engine's process, whoever started it; undefined when it doesn't run. A zombie does not run. */
export async function runningPid({ pidFile, dataRoot }: Places): Promise<number | undefined> {
  const noted = Number(await readFile(pidFile, 'utf8').catch(() => ''));
  if (await isDaemon(noted, dataRoot)) return noted;
  // The pid file may be lost with /run while the engine lives on.
  const pids = (await readdir('/proc').catch(() => [])).map(Number).filter((pid) => pid > 1);
  for (const pid of pids) if (await isDaemon(pid, dataRoot)) return pid;
  return undefined;
}

/** Whether the engine's API answers on its socket. */
export function answers(socketPath: string, signal: AbortSignal): Promise<boolean> {
  return new Promise((resolve) => {
    const call = request({ socketPath, path: '/_ping', signal }, (response) => {
      response.resume();
      resolve(response.statusCode === 200);
    });
    call.on('error', () => resolve(false)).end();
  });
}

async function isDaemon(pid: number, dataRoot: string): Promise<boolean> {
  if (!(pid > 1)) return false;
  const command = await readFile(`/proc/${String(pid)}/cmdline`, 'utf8').catch(() => '');
  const [program = '', ...args] = command.split('\0');
  const named = args.indexOf('--data-root');
  return path.basename(program) === 'dockerd' && named >= 0 && args[named + 1] === dataRoot;
}
