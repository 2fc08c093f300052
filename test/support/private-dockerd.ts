import { existsSync } from 'node:fs';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { markOwned } from './abandoned.ts';
import { engineRequest } from './engine-http.ts';
import { killContainers, removeLeftovers } from './leftovers.ts';
import { claimBridge, releaseBridge } from './private-bridge.ts';
import { startServerProcess, type ServerProcess } from './server-process.ts';
import { makeTempDir } from './temp.ts';
import { waitFor } from './wait-for.ts';

/** A Docker Engine of the test's own: own data, socket, network bridge and containerd. */
export interface PrivateDockerd {
  /** Path of the API socket. */
  readonly socket: string;
  /** The socket as `DOCKER_HOST` wants it: `unix://…`. */
  readonly host: string;
  readonly dataRoot: string;
  pid(): number;
  /** Ends the engine as a crash does (SIGKILL). `start` brings it back with the same data. */
  kill(): Promise<void>;
  /** Starts it again after `kill`. */
  start(): Promise<void>;
  /** Stops it and takes away everything that it made on this machine. */
  stop(): Promise<void>;
}

/**
 * Starts an engine and resolves when its API answers. `args` are further options of `dockerd`, e.g.
 * `['-H', 'tcp://127.0.0.1:2376', '--tlsverify', …]`.
 */
export async function startDockerd({
  name = 'engine',
  args = [],
}: { name?: string; args?: readonly string[] } = {}): Promise<PrivateDockerd> {
  const directory = await makeTempDir(`dockerd-${name}`);
  const dataRoot = path.join(directory, 'data');
  const socket = path.join(directory, 'docker.sock');
  const bridge = await claimBridge();
  const takeAway = async (): Promise<void> => {
    await releaseBridge(bridge, dataRoot);
    await removeLeftovers(directory);
  };
  const options = [
    ...['--data-root', dataRoot, '--exec-root', path.join(directory, 'exec'), '--pidfile', path.join(directory, 'pid')],
    ...['--host', `unix://${socket}`, '--config-file', path.join(directory, 'daemon.json')],
    ...['--bridge', bridge.name, '--default-address-pool', `base=${bridge.pool},size=24`],
    // Should the machine's own containerd be running, the engine would join it: then at least under its own names.
    ...['--containerd-namespace', bridge.name, '--containerd-plugins-namespace', `${bridge.name}-plugins`],
    ...args,
  ];
  let server: ServerProcess;
  const start = async (): Promise<void> => {
    server = await startServerProcess('dockerd', options, { logFile: path.join(directory, 'log') });
    await waitFor('the private engine', 60_000, async () => {
      if (!server.running()) throw new Error(`dockerd ended at once:\n${await server.logTail()}`);
      return engineRequest(socket, 'GET', '/_ping').catch(() => undefined);
    });
  };
  try {
    await markOwned(directory, bridge);
    await mkdir(dataRoot);
    await writeFile(path.join(directory, 'daemon.json'), '{}');
    await start();
  } catch (error) {
    await takeAway();
    throw error;
  }
  return {
    socket,
    host: `unix://${socket}`,
    dataRoot,
    pid: () => server.pid,
    start,
    kill: async () => {
      server.signal('SIGKILL');
      await server.stop();
      // Its containerd dies with it. Where the machine's first process is slow to reap, the next engine would take the
      // zombie for alive and wait for it in vain.
      await rm(path.join(directory, 'exec', 'containerd', 'containerd.pid'), { force: true });
    },
    stop: async () => {
      try {
        // Nothing of them will be needed, so there's no point in the engine's ten seconds of grace for each.
        await killContainers(directory);
        await server.stop();
      } finally {
        await takeAway();
      }
    },
  };
}

/** Why this machine cannot run a private engine, or undefined when it can. */
export function whyNoDockerd(): string | undefined {
  if (process.platform !== 'linux') return 'a private Docker Engine needs Linux';
  if (process.getuid?.() !== 0) return 'a private Docker Engine needs root';
  const missing = ['dockerd', 'containerd', 'iptables', 'ip', 'docker-registry'].filter((program) => !inPath(program));
  return missing.length > 0 ? `not installed: ${missing.join(', ')} (\`npm test\` installs them on Debian)` : undefined;
}

function inPath(program: string): boolean {
  return (process.env.PATH ?? '').split(path.delimiter).some((directory) => existsSync(path.join(directory, program)));
}
