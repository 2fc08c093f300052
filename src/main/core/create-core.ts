import path from 'node:path';
import { defined } from '../../shared/defined.ts';
import type { Clock } from './base/clock.ts';
import type { Cancellable } from './base/abort.ts';
import type { Logger } from './base/logger.ts';
import { type ConnectEngine, EngineConnection } from './engine/engine-connection.ts';
import type { Engine } from './engine/engine.ts';
import { EnvironmentLoader } from './environments/environment-loader.ts';
import { Library } from './environments/library.ts';
import { ReadyMadeEnvironments } from './environments/ready-made.ts';
import { RegistrySettings } from './environments/registry-settings.ts';
import type { SecretStore } from './environments/secret-store.ts';
import { SettingsAccess } from './environments/settings-access.ts';
import { StackMonitor } from './environments/stack-monitor.ts';
import type { StateStore } from './environments/state-store.ts';
import { Targets } from './environments/targets.ts';
import { Jobs } from './jobs/jobs.ts';
import { BundleOperations } from './operations/bundles/bundle.ts';
import { CheckOperations } from './operations/stacks/check-operations.ts';
import { CloneOperations } from './operations/snapshots/clone-operations.ts';
import { DatabaseGuard } from './operations/snapshots/database-guard.ts';
import { Doctor } from './operations/doctor.ts';
import { ImageDisk } from './operations/images/image-disk.ts';
import { FileWatching } from './operations/stacks/file-watching.ts';
import { Feeds } from './operations/feeds.ts';
import { LocalProxy } from './operations/ports/local-proxy.ts';
import { NetworkOperations, type NetworkOperationsParts } from './operations/ports/network-operations.ts';
import { FirstStart } from './operations/stacks/first-start.ts';
import { PortEditOperations } from './operations/ports/port-edit-operations.ts';
import { ImageCheck } from './operations/images/image-check.ts';
import { ImageLocks } from './operations/images/image-locks.ts';
import { ImageUpdate } from './operations/images/image-update.ts';
import { PortFeed } from './operations/ports/port-feed.ts';
import { ImageDownloads } from './operations/images/image-downloads.ts';
import { PortOperations } from './operations/ports/port-operations.ts';
import { RegistryBrowser } from './operations/registries/registry-browser.ts';
import { type OtherEngines, ProductionCapture } from './operations/production-capture.ts';
import { RegistryOperations } from './operations/registries/registry-operations.ts';
import { SnapshotMasking } from './operations/snapshots/snapshot-masking.ts';
import { SnapshotOperations } from './operations/snapshots/snapshot-operations.ts';
import type { SnapshotOperationsParts } from './operations/snapshots/snapshot-parts.ts';
import { RehearsalReports } from './operations/images/rehearsal-reports.ts';
import { Rehearsals } from './operations/images/rehearsals.ts';
import { Seeds } from './operations/snapshots/seeds.ts';
import { StackOperations } from './operations/stacks/stack-operations.ts';
import { SnapshotSharing } from './operations/snapshots/snapshot-sharing.ts';
import { SnapshotSchedules } from './operations/snapshots/snapshot-schedules.ts';
import { SnapshotShelf } from './operations/snapshots/snapshot-shelf.ts';
import { StackQueries } from './operations/stacks/stack-queries.ts';
import { StackRuns } from './operations/stacks/stack-runs.ts';
import { Terminals } from './operations/stacks/terminals.ts';
import type { HostPorts } from './ports/host-ports.ts';
import type { ReadHostRoutes } from './ports/host-routes.ts';
import { OwnLogins } from './registry/logins/own-logins.ts';
import { BlobCache } from './registry/pull/blob-cache.ts';
import { ImagePuller } from './registry/pull/image-puller.ts';
import { type FindCredentials, type FindLogin, RegistryClients } from './registry/registry-clients.ts';
import type { SnapshotStore } from './snapshots/snapshot-store.ts';

/** Slipway's own engine, for machines where none runs. */
export interface PrivateEngineControl {
  /** Whether this machine can run one: Linux, root, a `dockerd` at hand. */
  available(): Promise<boolean>;
  /** Starts it, or finds it running; returns its address. Raises `engine.unreachable` with the end of its log. */
  start(options: Cancellable): Promise<string>;
  /** False: it wasn't running. */
  stop(options: Cancellable): Promise<boolean>;
}

/** Everything that the core takes from outside, so that tests can give their own. */
export interface CoreParts extends Pick<SnapshotOperationsParts, 'journalDirectory' | 'volumeAccess'>, Pick<NetworkOperationsParts, 'networkHelper'> {
  readonly openStore: () => Promise<SnapshotStore>;
  readonly dataDirectory: string;
  readonly platform: NodeJS.Platform;
  readonly readyMadeDirectory: string;
  /** Stands for `process.env`. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly state: StateStore;
  readonly secrets: SecretStore;
  readonly connect: ConnectEngine;
  readonly privateEngine: PrivateEngineControl;
  /** Engines besides the one in use, to read from. */
  readonly otherEngines: OtherEngines;
  /** The logins to registries that this machine has besides those given to Slipway. */
  readonly findLogin: FindLogin;
  /** Variables with the proxies that containers and builds on an engine get, by its address. */
  readonly proxies?: (engineAddress: string) => Promise<Readonly<Record<string, string>>>;
  /** Before each further try of a pull that failed for a passing reason, in milliseconds. */
  readonly retryDelaysMs?: readonly number[];
  /** The ports of the machine on which this engine publishes them. */
  readonly hostPorts: (engine: Engine) => HostPorts;
  /** The routes of that machine. */
  readonly hostRoutes: (engine: Engine) => ReadHostRoutes;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** Under this name the secret store keeps the logins to registries, an entry a host. */
const loginSecrets = 'registries';

export type Core = ReturnType<typeof createCore>;

/** Puts the core together. Nothing is started or connected until somebody asks for it. */
export function createCore(parts: CoreParts) {
  const { state, secrets, clock, logger, privateEngine } = parts;
  const connection = new EngineConnection(parts);
  const jobs = new Jobs({ clock, logger });
  const loader = new EnvironmentLoader(parts);
  const library = new Library({ store: state, clock });
  const monitor = new StackMonitor({ connection, logger });
  const queries = new StackQueries({ connection, loader, jobs });
  const ports = new PortOperations({ connection, loader, library, state, hostPorts: parts.hostPorts });
  const portFeed = new PortFeed({ connection, state, ports, hostPorts: parts.hostPorts });
  const checks = new CheckOperations({ connection, jobs, loader, library, state, clock });
  const settings = new SettingsAccess(state);
  const localProxy = new LocalProxy({ library, settings, ports: portFeed, directory: path.join(parts.dataDirectory, 'proxy'), platform: parts.platform });
  const networks = new NetworkOperations({ connection, loader, networkHelper: parts.networkHelper });
  const shelf = new SnapshotShelf({ jobs, openStore: parts.openStore });
  const registrySettings = new RegistrySettings(state);
  const ownLogins = new OwnLogins({ read: () => secrets.read(loginSecrets), write: (logins) => secrets.write(loginSecrets, logins) });
  const registryClients = new RegistryClients({ ...parts, settings: (host) => registrySettings.get(host), ownLogins });
  const findCredentials: FindCredentials = async (reference, options) => (await registryClients.login(reference, options)).auth;
  const sharing = new SnapshotSharing({ jobs, library, loader, shelf, secrets, findCredentials, findRegistry: (host) => registryClients.connection(host), clock });
  const pulls = new BlobCache(path.join(parts.dataDirectory, 'pulls'));
  const puller = new ImagePuller({ clients: registryClients, cache: pulls, ...defined({ delaysMs: parts.retryDelaysMs }) });
  const runs = new StackRuns({ ...parts, loader, puller, findCredentials });
  const seeds = new Seeds({ shelf, sharing, loader, state });
  const databases = new DatabaseGuard({ shelf, loader });
  const snapshots = new SnapshotOperations({ ...parts, connection, jobs, loader, library, shelf, checks, seeds, databases });
  const schedules = new SnapshotSchedules({ connection, jobs, library, state, snapshots, shelf, clock, logger });
  const firstStart = new FirstStart({ seeds, databases, snapshots, shelf, runs, state });
  const stacks = new StackOperations({ connection, jobs, loader, ports, queries, snapshots, runs, checks, firstStart });
  const clones = new CloneOperations({ ...parts, connection, jobs, library, loader, ports, shelf, snapshots, databases });
  const captures = new ProductionCapture({ otherEngines: parts.otherEngines, jobs, library, environmentsDirectory: path.join(parts.dataDirectory, 'environments') });
  const masking = new SnapshotMasking({ connection, jobs, loader, clones, runs, snapshots, shelf });
  const bundles = new BundleOperations({ connection, jobs, loader, library, shelf, clock, environmentsDirectory: path.join(parts.dataDirectory, 'environments') });
  const imageCheck = new ImageCheck({ connection, loader, registryClients });
  const imageUpdate = new ImageUpdate({ connection, jobs, loader, runs, snapshots, checks, imageCheck, puller });
  const reports = new RehearsalReports(path.join(parts.dataDirectory, 'rehearsals'));
  const rehearsals = new Rehearsals({ connection, jobs, library, loader, registryClients, runs, clones, checks, imageCheck, reports, clock });
  const disk = new ImageDisk({ connection, jobs, loader, library, shelf });
  const doctor = new Doctor({
    registryConnection: (host) => registryClients.connection(host),
    connection,
    loader,
    library,
    dataDirectory: parts.dataDirectory,
    keychain: () => secrets.keychain,
    canStartPrivateEngine: () => privateEngine.available(),
  });

  return {
    dataDirectory: parts.dataDirectory,
    bundles,
    checks,
    captures,
    clock,
    clones,
    connection,
    disk,
    doctor,
    feeds: new Feeds({ library, loader, state, monitor, jobs, queries, ports: portFeed, networks, shelf }),
    imageCheck,
    imageLocks: new ImageLocks({ loader, registryClients, shelf }),
    imageUpdate,
    jobs,
    library,
    loader,
    localProxy,
    networks,
    masking,
    portEdits: new PortEditOperations({ connection, loader, library, state, ports, stacks }),
    portFeed,
    ports,
    privateEngine,
    queries,
    downloads: new ImageDownloads({ connection, loader, clients: registryClients }),
    registries: new RegistryOperations({ settings: registrySettings, clients: registryClients, ownLogins, library, loader, state, clock }),
    registryBrowser: new RegistryBrowser(registryClients),
    registryClients,
    readyMade: new ReadyMadeEnvironments({ directory: parts.readyMadeDirectory, loader, library }),
    rehearsals,
    schedules,
    secrets,
    sharing,
    shelf,
    settings,
    snapshots,
    stacks,
    fileWatching: new FileWatching({ connection, jobs, loader, runs, stacks }),
    targets: new Targets({ library, loader, clock }),
    terminals: new Terminals({ connection }),

    /** For the app: stays connected, watches the library's stacks, and finishes what a killed process left. */
    start(): void {
      monitor.start();
      localProxy.start();
      schedules.keep();
      void finishInterrupted();
      void pulls.sweep(clock.now()).catch((error: unknown) => logger.warn('old downloads could not be removed', { error: String(error) }));
    },

    /** Starts Slipway's own engine and connects to it. */
    async startPrivateEngine(options: Cancellable): Promise<void> {
      await privateEngine.start(options);
      await connection.reconnect();
    },

    /** Cancels all jobs, waits for their clean-up and lets go of the engine. */
    async close(): Promise<void> {
      schedules.stop();
      await jobs.close();
      await localProxy.close();
      await monitor.close();
      await connection.close();
    },
  };

  async function finishInterrupted(): Promise<void> {
    for await (const status of connection.status.watch()) {
      if (status.state !== 'connected') continue;
      await connection.get().then((engine) => snapshots.recover(engine, {})).catch((error: unknown) => logger.error('recovering restores failed', { error: String(error) }));
      return;
    }
  }
}
