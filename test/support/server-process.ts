import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { openSync, closeSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';

/** A program that serves until it is told to stop; what it prints goes to `logFile`. */
export interface ServerProcess {
  readonly pid: number;
  running(): boolean;
  /** The last lines it printed, for error messages. */
  logTail(): Promise<string>;
  signal(name: NodeJS.Signals): void;
  /** Asks it to end by SIGTERM, and by SIGKILL after `graceMs`. Resolves when it has ended. */
  stop(graceMs?: number): Promise<void>;
}

export async function startServerProcess(
  file: string,
  args: readonly string[],
  { logFile, env = process.env }: { logFile: string; env?: NodeJS.ProcessEnv },
): Promise<ServerProcess> {
  const log = openSync(logFile, 'a');
  let child: ChildProcess;
  try {
    child = spawn(file, args, { stdio: ['ignore', log, log], env });
    await once(child, 'spawn');
  } finally {
    closeSync(log);
  }
  const exited = once(child, 'exit');
  const running = (): boolean => child.exitCode === null && child.signalCode === null;
  return {
    pid: child.pid ?? 0,
    running,
    logTail: async () => (await readFile(logFile, 'utf8')).split('\n').slice(-15).join('\n'),
    signal: (name) => {
      child.kill(name);
    },
    stop: async (graceMs = 20_000) => {
      if (running()) {
        child.kill('SIGTERM');
        await Promise.race([exited, delay(graceMs, undefined, { ref: false })]);
        if (running()) child.kill('SIGKILL');
      }
      await exited;
    },
  };
}
