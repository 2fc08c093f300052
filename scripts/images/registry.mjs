import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { lastOutput } from './run.mjs';

/** The first is what the sample's Compose file assumes when nobody says otherwise. */
const usualPorts = [5000, 5001, 5002, 5003, 5004];

/**
 * Serves a directory as an image registry on 127.0.0.1, and resolves when it answers.
 *
 * @param {{ store: string, readOnly: boolean, port?: number | undefined, signal: AbortSignal }} options without
 *   `port`, one that is free: images keep their names from run to run as long as the same port stays so
 * @returns {Promise<{ registry: string, stop: () => Promise<void> }>} `registry` is `127.0.0.1:PORT`
 */
export async function serveRegistry({ store, readOnly, port, signal }) {
  if (port !== undefined && (await tryPort(port)) === undefined) throw new Error(`Port ${port} is taken.`);
  const address = `127.0.0.1:${port ?? (await freePort())}`;
  const scratch = await mkdtemp(path.join(tmpdir(), 'slipway-registry-'));
  try {
    const file = path.join(scratch, 'config.yml');
    await writeFile(file, JSON.stringify(configuration(store, readOnly, address)));
    return { registry: address, stop: await startServer(file, address, signal) };
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

/**
 * @param {string} configFile read once, at the start
 * @param {string} address
 * @param {AbortSignal} signal
 * @returns {Promise<() => Promise<void>>} stops it
 */
async function startServer(configFile, address, signal) {
  // The kernel ends the registry with us, however we end.
  const child = spawn('setpriv', ['--pdeathsig', 'TERM', 'docker-registry', 'serve', configFile], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const output = lastOutput(child.stdout, child.stderr);
  const exited = once(child, 'exit');
  const hasEnded = () => child.exitCode !== null || child.signalCode !== null;
  const stop = async () => {
    if (!hasEnded()) child.kill('SIGTERM');
    await exited;
  };
  for (let tries = 0; !(await answers(address)) || hasEnded(); tries += 1) {
    if (hasEnded() || signal.aborted || tries === 100) {
      await stop();
      signal.throwIfAborted();
      throw new Error(`docker-registry does not answer at ${address}:\n${output()}`);
    }
    await delay(50);
  }
  return stop;
}

/**
 * Distribution's configuration. JSON is YAML too.
 *
 * @param {string} store
 * @param {boolean} readOnly
 * @param {string} address
 */
function configuration(store, readOnly, address) {
  return {
    version: '0.1',
    log: { level: 'error', accesslog: { disabled: true } },
    storage: {
      filesystem: { rootdirectory: store },
      maintenance: { uploadpurging: { enabled: false }, readonly: { enabled: readOnly } },
    },
    http: { addr: address },
  };
}

/** @param {string} address */
async function answers(address) {
  try {
    return (await fetch(`http://${address}/v2/`, { signal: AbortSignal.timeout(2000) })).ok;
  } catch {
    return false;
  }
}

async function freePort() {
  for (const port of [...usualPorts, 0]) {
    const free = await tryPort(port);
    if (free !== undefined) return free;
  }
  throw new Error('No port is free on 127.0.0.1.');
}

/** @param {number} port @returns {Promise<number | undefined>} the port, if nobody listens there; 0 asks for any */
function tryPort(port) {
  const server = createServer();
  return new Promise((resolve) => {
    server.once('error', () => resolve(undefined));
    server.listen({ port, host: '127.0.0.1', exclusive: true }, () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' ? address?.port : undefined));
    });
  });
}
