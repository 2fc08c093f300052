import { createHash } from 'node:crypto';
import path from 'node:path';

/** Where the app's own engine keeps things. */
export interface Places {
  /** Survives restarts: the engine's images, volumes and networks, its log and settings. */
  readonly directory: string;
  readonly dataRoot: string;
  readonly log: string;
  /** The engine's settings; people may add to it what they need, e.g. insecure-registries. */
  readonly configFile: string;
  readonly networkFile: string;
  /** Only while it runs. Short, since a socket's path may have 107 bytes at most. */
  readonly runDirectory: string;
  readonly execRoot: string;
  readonly socket: string;
  readonly pidFile: string;
  /** At most 15 characters, as the kernel wants. */
  readonly bridge: string;
  /** Name under which processes take turns in starting and stopping it. */
  readonly lock: string;
}

/** `directory` decides everything else, so all processes of one user and data folder mean the same engine. */
export function placesOf(directory: string, runRoot: string): Places {
  const hash = createHash('sha256').update(path.resolve(directory)).digest('hex').slice(0, 8);
  const runDirectory = path.join(runRoot, `slipway-${hash}`);
  return {
    directory,
    dataRoot: path.join(directory, 'data'),
    log: path.join(directory, 'dockerd.log'),
    configFile: path.join(directory, 'daemon.json'),
    networkFile: path.join(directory, 'network.json'),
    runDirectory,
    execRoot: path.join(runDirectory, 'exec'),
    socket: path.join(runDirectory, 'docker.sock'),
    pidFile: path.join(runDirectory, 'dockerd.pid'),
    bridge: `slw${hash}`,
    lock: `slipway-engine-${hash}`,
  };
}
