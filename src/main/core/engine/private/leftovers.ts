import { readdir, readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import type { Cancellable } from '../../base/abort.ts';
import { sleep } from '../../base/abort.ts';
import type { Places } from './places.ts';
import type { RunTool } from './run-tool.ts';

const helperPrograms = /^(?:containerd|containerd-shim.*|docker-proxy|runc)$/;
const rounds = 30;
const pauseMs = 100;

/**
 * Ends what an engine that is gone left running (its containerd, shims with their containers), detaches its mounts and
 * removes its run folder. Only what names the engine's own folders is touched; its data stays.
 */
export async function clearLeftovers(places: Places, run: RunTool, options: Cancellable): Promise<void> {
  for (let round = 0; round < rounds; round += 1) {
    const pids = await helpersOf(places);
    if (pids.length === 0) break;
    for (const pid of pids) kill(pid);
    await sleep(pauseMs, options);
  }
  // A killed engine leaves its data root mounted onto itself, too.
  for (const mount of await mountsAt([places.runDirectory, places.dataRoot])) await run('umount', ['-l', mount], options);
  await rm(places.runDirectory, { recursive: true, force: true, maxRetries: 3 });
}

/** Deepest first. */
async function mountsAt(folders: readonly string[]): Promise<string[]> {
  const lines = (await readFile('/proc/self/mountinfo', 'utf8')).split('\n');
  const points = lines.map((line) => decodeMountPoint(line.split(' ')[4] ?? ''));
  return points.filter((point) => folders.some((folder) => point === folder || point.startsWith(`${folder}/`))).reverse();
}

/** The kernel writes blanks and the like as three octal digits. */
function decodeMountPoint(text: string): string {
  return text.replace(/\\([0-7]{3})/g, (_, digits: string) => String.fromCharCode(parseInt(digits, 8)));
}

/** Programs of a container runtime whose command line names the engine's run folder, and the containers they keep. */
async function helpersOf({ runDirectory }: Places): Promise<number[]> {
  const pids = (await readdir('/proc')).map(Number).filter((pid) => pid > 1);
  const found = await Promise.all(
    pids.map(async (pid) => {
      const command = await readFile(`/proc/${String(pid)}/cmdline`, 'utf8').catch(() => '');
      const [program = ''] = command.split('\0');
      return helperPrograms.test(path.basename(program)) && command.includes(`${runDirectory}/`) ? pid : undefined;
    }),
  );
  const helpers = found.filter((pid) => pid !== undefined);
  return [...(await containersOf(runDirectory)), ...helpers];
}

/** First processes of containers, from containerd's bundles: killing them takes all others of the container along. */
async function containersOf(runDirectory: string): Promise<number[]> {
  const tasks = path.join(runDirectory, 'exec', 'containerd', 'daemon', 'io.containerd.runtime.v2.task');
  const bundles = await readdir(tasks, { recursive: true }).catch(() => []);
  const files = bundles.filter((name) => path.basename(name) === 'init.pid' && name.split(path.sep).length === 3);
  const pids = await Promise.all(files.map((name) => readFile(path.join(tasks, name), 'utf8').catch(() => '')));
  const live = await Promise.all(pids.map(Number).map(async (pid) => ((await commandOf(pid)) === '' ? undefined : pid)));
  return live.filter((pid) => pid !== undefined);
}

async function commandOf(pid: number): Promise<string> {
  return pid > 1 ? readFile(`/proc/${String(pid)}/cmdline`, 'utf8').catch(() => '') : '';
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It ended by itself meanwhile.
  }
}
