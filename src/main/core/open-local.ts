import { setMaxListeners } from 'node:events';
import os from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { systemClock } from './base/clock.ts';
import type { Logger } from './base/logger.ts';
import { type Core, createCore } from './create-core.ts';
import { dataDirectory } from './data-directory.ts';
import { connectDockerode } from './engine/dockerode/connect-dockerode.ts';
import { clientProxies } from './engine/connect/client-proxies.ts';
import { connectFirst, type OpenEngine } from './engine/connect/connect-first.ts';
import { listContexts } from './engine/connect/docker-context.ts';
import { explicitEngine } from './engine/connect/explicit.ts';
import { findEngines } from './engine/connect/find-engines.ts';
import { PrivateEngine } from './engine/private/private-engine.ts';
import { FileSecretStore, type SecretCipher } from './environments/secret-store.ts';
import { type StateFile, StateStore } from './environments/state-store.ts';
import { remoteHostPorts, systemHostPorts } from './ports/host/system-host-ports.ts';
import { noHostRoutes, systemHostRoutes } from './ports/host/system-host-routes.ts';
import { networkHelper } from './ports/networks/helper.ts';
import { findLogin } from './registry/logins/find-login.ts';
import { volumeAccess } from './snapshots/engine/volume-access.ts';
import { openSnapshotStore } from './snapshots/open-snapshot-store.ts';

export interface LocalOptions {
  /** Makes the state file's store: `conf` for the command line, `electron-store` for the app. */
  readonly openState: (place: { readonly directory: string; readonly name: string }) => StateFile;
  /** The folder `resources/` of the installation. */
  readonly resourcesDirectory: string;
  /** The folder `out/`, with the snapshot threads' entry and, where it could be built, the volume helper. */
  readonly builtDirectory: string;
  /** Address of the engine to use instead of the first that answers. */
  readonly engine?: string;
  /** How secrets are encrypted; in clear, in a file of this user only, when absent. */
  readonly cipher?: SecretCipher;
  readonly logger: Logger;
}

const stateName = 'slipway';

/** The core of this machine and user: the one place that knows its paths, `process.env` and real parts. */
export function openLocal({ builtDirectory, openState, resourcesDirectory, engine, cipher, logger }: LocalOptions): Core {
  // Side-by-side work hangs many listeners on one signal; Node's warning of a leak at eleven would be wrong.
  setMaxListeners(0);
  const surroundings = { environment: process.env, home: os.homedir(), platform: process.platform };
  const directory = dataDirectory(surroundings);
  const snapshots = path.join(directory, 'snapshots');
  const worker = pathToFileURL(path.join(builtDirectory, 'main', 'snapshot-worker.js'));
  const state = new StateStore({
    path: path.join(directory, `${stateName}.json`),
    open: () => openState({ directory, name: stateName }),
  });
  const privateEngine = new PrivateEngine({
    ...surroundings,
    uid: process.getuid?.(),
    directory: path.join(directory, 'engine'),
    logger,
  });
  return createCore({
    dataDirectory: directory,
    platform: process.platform,
    readyMadeDirectory: path.join(resourcesDirectory, 'environments'),
    environment: process.env,
    state,
    secrets: new FileSecretStore(directory, cipher),
    clock: systemClock,
    logger,
    openStore: () => openSnapshotStore(path.join(snapshots, 'store'), { logger, worker }),
    journalDirectory: path.join(snapshots, 'journal'),
    connect: async ({ signal }) => {
      const { settings } = state.read();
      const candidates = await findEngines({
        ...surroundings,
        uid: process.getuid?.(),
        explicit: engine ?? settings.engine,
        privateEngine,
        startPrivateEngine: settings.privateEngine === 'auto',
      });
      const open: OpenEngine = (endpoint, options) => connectDockerode(endpoint, { ...options, logger });
      return connectFirst(candidates, { open, signal });
    },
    otherEngines: {
      list: async () => (await listContexts(surroundings)).map(({ name, address }) => ({ engine: name, address })),
      open: async (choice, { signal }) => {
        const candidates = explicitEngine(choice, { ...surroundings, uid: process.getuid?.() }, privateEngine);
        const open: OpenEngine = (endpoint, options) => connectDockerode(endpoint, { ...options, logger });
        return (await connectFirst(candidates, { open, signal })).engine;
      },
    },
    volumeAccess: (connected) => volumeAccess(connected, { helperDirectory: path.join(builtDirectory, 'volume-helper'), logger }),
    findLogin: (reference, { signal }) => findLogin(reference, { ...surroundings, signal }),
    proxies: (address) => clientProxies(address, surroundings),
    privateEngine,
    networkHelper: networkHelper(path.join(builtDirectory, 'network-helper')),
    hostRoutes: ({ endpoint }) => (isThisMachine(endpoint.address) ? systemHostRoutes() : noHostRoutes),
    hostPorts: ({ endpoint }) => (isThisMachine(endpoint.address) ? systemHostPorts() : remoteHostPorts),
  });
}

/** Whether an engine publishes its ports on this machine. */
function isThisMachine(address: string): boolean {
  const { protocol, hostname } = new URL(address);
  return protocol === 'unix:' || protocol === 'npipe:' || ['localhost', '127.0.0.1', '[::1]'].includes(hostname);
}
