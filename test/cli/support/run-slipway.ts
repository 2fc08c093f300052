import { spawn } from 'node:child_process';
import path from 'node:path';
import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';

const program = path.resolve(import.meta.dirname, '../../../out/main/slipway.js');

export interface Finished {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunningSlipway {
  readonly stdout: Readable;
  readonly done: Promise<Finished>;
  /** Sends Ctrl-C. */
  interrupt(): void;
  /** Ends the process at once, as a crash would. */
  kill(): void;
}

/** Starts the built command line as a user's shell would. */
export function startSlipway(
  args: readonly string[],
  { home, engine, cwd, env = {} }: { home: string; engine: string; cwd?: string; env?: Readonly<Record<string, string>> },
): RunningSlipway {
  const child = spawn(process.execPath, [program, ...args], {
    cwd,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { PATH: process.env['PATH'], HOME: home, SLIPWAY_HOME: home, DOCKER_HOST: engine, ...env },
  });
  const done = Promise.all([
    new Promise<number | null>((resolve, reject) => child.once('error', reject).once('exit', resolve)),
    text(child.stdout),
    text(child.stderr),
  ]).then(([code, stdout, stderr]) => ({ code, stdout, stderr }));
  return { stdout: child.stdout, done, interrupt: () => child.kill('SIGINT'), kill: () => child.kill('SIGKILL') };
}
