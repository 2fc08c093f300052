import { readFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { homedir } from 'node:os';
import path from 'node:path';
import { inPath } from '../run.mjs';
import { debianPackages, enginePackages } from './debian-packages.mjs';

/**
 * An engine to run stacks on: whichever this machine points at or runs; else the programs to start a private one with,
 * which the app does by itself.
 *
 * @param {(text: string) => void} log
 */
export async function dockerEngine(log) {
  const found = await namedEngine() ?? (await runningEngine());
  if (found) return `ready (${found})`;
  if (inPath('dockerd')) return 'ready (none runs; Slipway starts one of its own with the dockerd that is here)';
  log('no engine runs here: installing what Slipway needs to start one of its own');
  return debianPackages(enginePackages, log);
}

async function namedEngine() {
  if (process.env.DOCKER_HOST) return `DOCKER_HOST is ${process.env.DOCKER_HOST}`;
  const context = process.env.DOCKER_CONTEXT ?? (await currentContext());
  return context && context !== 'default' ? `Docker context ${context}` : undefined;
}

async function currentContext() {
  const directory = process.env.DOCKER_CONFIG ?? path.join(homedir(), '.docker');
  try {
    /** @type {{ currentContext?: string }} */
    const config = JSON.parse(await readFile(path.join(directory, 'config.json'), 'utf8'));
    return config.currentContext;
  } catch {
    return undefined;
  }
}

async function runningEngine() {
  const runtime = process.env.XDG_RUNTIME_DIR;
  const sockets =
    process.platform === 'win32'
      ? ['\\\\.\\pipe\\docker_engine']
      : [
          '/var/run/docker.sock',
          path.join(homedir(), '.docker', 'run', 'docker.sock'),
          ...(runtime ? [path.join(runtime, 'docker.sock'), path.join(runtime, 'podman', 'podman.sock')] : []),
          '/run/podman/podman.sock',
        ];
  for (const socket of sockets) {
    if (await listens(socket)) return socket;
  }
  return undefined;
}

/** @param {string} socketPath @returns {Promise<boolean>} */
function listens(socketPath) {
  return new Promise((resolve) => {
    const socket = connect({ path: socketPath, timeout: 1_000 });
    /** @param {boolean} answer */
    const done = (answer) => () => {
      socket.destroy();
      resolve(answer);
    };
    socket.once('connect', done(true)).once('error', done(false)).once('timeout', done(false));
  });
}
