import os from 'node:os';
import path from 'node:path';
import type { RegistryAuth } from './engine/images.ts';
import { systemClock } from './base/clock.ts';
import type { Logger } from './base/logger.ts';
import { type Core, createCore } from './create-core.ts';
import { dataDirectory } from './data-directory.ts';
import { connectDockerode } from './engine/dockerode/connect-dockerode.ts';
import { connectFirst } from './engine/connect/connect-first.ts';
import { findEngines } from './engine/connect/find-engines.ts';
import { FileSecretStore, type SecretCipher } from './environments/secret-store.ts';
import { type StateFile, StateStore } from './environments/state-store.ts';
import { archiveTransport } from './snapshots/engine/archive-transport.ts';
import { engineVolumeReset } from './snapshots/engine/volume-reset.ts';
import { openSnapshotStore } from './snapshots/open-snapshot-store.ts';

export interface LocalOptions {
  /** Makes the state file's store: `conf` for the command line, `electron-store` for the app. */
  readonly openState: (place: { readonly directory: string; readonly name: string }) => StateFile;
  /** The folder `resources/` of the installation. */
  readonly resourcesDirectory: string;
  /** The built `snapshot-worker`: hashing and compressing run in threads of their own. */
  readonly snapshotWorker: URL;
  /** Address of the engine to use instead of the first that answers. */
  readonly engine?: string;
  /** How secrets are encrypted; in clear, in a file of this user only, when absent. */
  readonly cipher?: SecretCipher;
  readonly logger: Logger;
}

const stateName = 'slipway';

/** The core of this machine and user: the one place that knows its paths, `process.env` and real parts. */
export function openLocal({ snapshotWorker, openState, resourcesDirectory, engine, cipher, logger }: LocalOptions): Core {
  const surroundings = { environment: process.env, home: os.homedir(), platform: process.platform };
  const directory = dataDirectory(surroundings);
  const snapshots = path.join(directory, 'snapshots');
  let store: ReturnType<typeof openSnapshotStore> | undefined;
  const state = new StateStore({
    path: path.join(directory, `${stateName}.json`),
    open: () => openState({ directory, name: stateName }),
  });
  const privateEngine = { available: () => Promise.resolve(false), start: () => Promise.reject(new Error('none')), stop: () => Promise.resolve(false) };
  return createCore({
    dataDirectory: directory,
    readyMadeDirectory: path.join(resourcesDirectory, 'environments'),
    environment: process.env,
    state,
    secrets: new FileSecretStore(directory, cipher),
    clock: systemClock,
    logger,
    openStore: () => (store ??= openSnapshotStore(path.join(snapshots, 'store'), { logger, worker: snapshotWorker })),
    journalDirectory: path.join(snapshots, 'journal'),
    connect: async ({ signal }) => {
      const search = { ...surroundings, uid: process.getuid?.(), explicit: engine ?? state.read().settings.engine, privateEngine, startPrivateEngine: state.read().settings.privateEngine === 'auto' };
      return connectFirst(await findEngines(search), { signal, open: (endpoint, options) => connectDockerode(endpoint, { ...options, logger }) });
    },
    volumeAccess: (connected) => ({ transport: archiveTransport(connected), reset: engineVolumeReset(connected) }),
    findCredentials: () => Promise.resolve(undefined as RegistryAuth | undefined),
    privateEngine,
    hostPorts: { canBind: () => Promise.resolve(true), findHolder: () => Promise.resolve(undefined), avoidedRanges: () => Promise.resolve([]) },
  });
}
