import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Comparison } from '../scripts/lib/bench-table.mjs';
import { electronEnvironment, electronExecutable } from '../scripts/lib/electron.mjs';
import { root } from '../scripts/lib/paths.mjs';
import { withScreen } from '../scripts/lib/test/screen.mjs';
import { startDockerd } from '../test/support/private-dockerd.ts';
import { makeTempDir, removeTempDir } from '../test/support/temp.ts';
import { waitFor } from '../test/support/wait-for.ts';

const starts = 7;
const settleSeconds = 15;
const idleSeconds = 30;

/** Kernel clock ticks a second, as /proc counts CPU time: 100 on every Linux that Node runs on. */
const ticksPerSecond = 100;

/**
 * What a person waits for: from the start of the process to the window on the screen, and to the page that answers.
 * And what the app costs when nobody uses it, with an engine connected: the CPU time of all its processes.
 */
export default async function startup(): Promise<Comparison[]> {
  const engine = await startDockerd({ name: 'bench' });
  try {
    return await withScreen(async (screen) => {
      const environment = { ...screen, DOCKER_HOST: engine.host };
      const times: Record<string, number>[] = [];
      for (let run = 0; run <= starts; run++) times.push(await timeStart(environment));
      // The first start reads everything from disk: it stands apart.
      const [first, ...others] = times;
      const of = (mark: string): number[] => others.map((marks) => marks[mark] ?? NaN);
      return [
        {
          title: `Cold start, ${starts} runs after a first one of ${first?.['page-interactive'] ?? NaN} ms`,
          unit: 'ms',
          peers: { 'window on the screen': of('window-shown'), 'page answers': of('page-interactive') },
        },
        {
          title: `CPU while idle, all processes, over ${idleSeconds} s`,
          unit: '% of a core',
          peers: { slipway: [await idleCpu(environment)] },
        },
      ];
    });
  } finally {
    await engine.stop();
  }
}

interface RunningApp {
  readonly process: ChildProcess;
  /** Milliseconds from the start of the process to each mark of its trace, once it has made them all. */
  readonly marks: Record<string, number>;
  stop(): Promise<void>;
}

async function startApp(environment: NodeJS.ProcessEnv): Promise<RunningApp> {
  const executable = electronExecutable();
  if (executable === undefined) throw new Error('There is no Electron runtime.');
  const home = await makeTempDir('bench');
  const trace = path.join(home, 'trace.jsonl');
  const app = spawn(executable, [...(process.getuid?.() === 0 ? ['--no-sandbox'] : []), root], {
    stdio: 'ignore',
    env: { ...electronEnvironment(executable), ...environment, SLIPWAY_HOME: home, SLIPWAY_TRACE: trace },
  });
  const stop = async (): Promise<void> => {
    if (app.exitCode === null && app.signalCode === null) {
      app.kill('SIGTERM');
      await once(app, 'exit');
    }
    await removeTempDir(home);
  };
  try {
    const marks = await waitFor('the app to answer', 60_000, async () => {
      const lines = (await readFile(trace, 'utf8').catch(() => '')).split('\n').filter(Boolean);
      const read = Object.fromEntries(
        lines.map((line) => JSON.parse(line) as { name: string; ms: number }).map(({ name, ms }) => [name, ms]),
      );
      return 'page-interactive' in read && 'window-shown' in read ? read : undefined;
    });
    return { process: app, marks, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function timeStart(environment: NodeJS.ProcessEnv): Promise<Record<string, number>> {
  const app = await startApp(environment);
  await app.stop();
  return app.marks;
}

async function idleCpu(environment: NodeJS.ProcessEnv): Promise<number> {
  const app = await startApp(environment);
  try {
    await delay(settleSeconds * 1000);
    const before = await cpuTicks(app.process.pid ?? 0);
    await delay(idleSeconds * 1000);
    const after = await cpuTicks(app.process.pid ?? 0);
    return ((after - before) / ticksPerSecond / idleSeconds) * 100;
  } finally {
    await app.stop();
  }
}

/** CPU time that a process and all its descendants have used so far. */
async function cpuTicks(ancestor: number): Promise<number> {
  const ids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const all = await Promise.all(ids.map((id) => readFile(`/proc/${id}/stat`, 'utf8').catch(() => '')));
  const processes = all.filter(Boolean).map((stat) => {
    // The second field is the program's name in brackets, which may hold anything.
    const [, parent, ...rest] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return { id: Number.parseInt(stat), parent: Number(parent), ticks: Number(rest[9]) + Number(rest[10]) };
  });
  const family = new Set([ancestor]);
  for (let known = 0; known !== family.size; ) {
    known = family.size;
    for (const { id, parent } of processes) if (family.has(parent)) family.add(id);
  }
  return processes.filter(({ id }) => family.has(id)).reduce((sum, { ticks }) => sum + ticks, 0);
}
