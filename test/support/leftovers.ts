import { readdir, readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { run } from './run.ts';

/**
 * Ends whatever still runs on `directory` (an engine's containers, their shims, its containerd; a registry), detaches
 * its mounts and removes it. Nothing else names that directory, so nothing else is hit.
 */
export async function removeLeftovers(directory: string): Promise<void> {
  await killContainers(directory);
  const sockets = await bundleFiles(directory, 'address');
  for (let round = 0; round < 50; round++) {
    const pids = await processesNaming(directory);
    if (pids.length === 0) break;
    for (const pid of pids) kill(pid);
    await delay(100);
  }
  for (const socket of sockets.filter(Boolean)) await rm(socket.replace('unix://', ''), { force: true });
  for (const mount of (await mountsUnder(directory)).reverse()) await run('umount', ['-l', mount]);
  await rm(directory, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
}

/** Ends the containers of the engine of `directory` at once: their first process takes all others along. */
export async function killContainers(directory: string): Promise<void> {
  for (const pid of (await bundleFiles(directory, 'init.pid')).map(Number)) {
    if (pid > 1) kill(pid);
  }
}

/** Contents of a file of each container's containerd bundle. */
async function bundleFiles(directory: string, name: string): Promise<string[]> {
  const tasks = path.join(directory, 'exec', 'containerd', 'daemon', 'io.containerd.runtime.v2.task');
  const namespaces = await readdir(tasks).catch(() => []);
  const bundles = await Promise.all(
    namespaces.map(async (namespace) => (await readdir(path.join(tasks, namespace))).map((id) => path.join(tasks, namespace, id))),
  );
  return Promise.all(bundles.flat().map((bundle) => readFile(path.join(bundle, name), 'utf8').catch(() => '')));
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // Gone by itself meanwhile.
  }
}

const serverProgram = /^\S*(dockerd|containerd|containerd-shim[^\0]*|runc|docker-registry)\0/;

async function processesNaming(directory: string): Promise<number[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name)).map(Number);
  const named = await Promise.all(
    pids.map(async (pid) => {
      if (pid === process.pid) return undefined;
      const command = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
      return serverProgram.test(command) && command.includes(`${directory}/`) ? pid : undefined;
    }),
  );
  return named.filter((pid) => pid !== undefined);
}

async function mountsUnder(directory: string): Promise<string[]> {
  const lines = (await readFile('/proc/self/mountinfo', 'utf8')).split('\n');
  return lines.map((line) => line.split(' ')[4] ?? '').filter((point) => point.startsWith(`${directory}/`));
}
