import type { EnvironmentRecord } from '../../../../shared/models/environment.ts';
import type { SnapshotDetails } from '../../../../shared/models/snapshot.ts';
import type { Cancellable } from '../../base/abort.ts';
import { Fault } from '../../base/fault.ts';
import type { Project } from '../../compose/project.ts';
import type { Engine } from '../../engine/engine.ts';
import type { EnvironmentLoader } from '../../environments/environment-loader.ts';
import type { JobContext } from '../../jobs/jobs.ts';
import { judge } from '../../snapshots/database/compatibility.ts';
import { type DatabaseVersion, productNames } from '../../snapshots/database/database-version.ts';
import { imageDatabase } from '../../snapshots/database/image-database.ts';
import type { SnapshotShelf } from './snapshot-shelf.ts';

/** Keeps data away from database servers that can't read it. */
export class DatabaseGuard {
  readonly #shelf: SnapshotShelf;
  readonly #loader: EnvironmentLoader;

  constructor({ shelf, loader }: { readonly shelf: SnapshotShelf; readonly loader: EnvironmentLoader }) {
    this.#shelf = shelf;
    this.#loader = loader;
  }

  /**
   * Looks at the databases in a snapshot and the servers that would get them, before anything is changed. Raises
   * `snapshot.database-version` when one can't read its data, unless `force`; what nobody can tell is logged as a
   * warning and passes.
   */
  async check(
    engine: Engine,
    record: EnvironmentRecord,
    snapshot: SnapshotDetails,
    { force = false }: { readonly force?: boolean | undefined },
    context: JobContext,
  ): Promise<void> {
    const databases = await this.#shelf.databases(snapshot.id, context);
    if (databases.length === 0) return;
    // Data must be restorable though the files are broken: then nobody knows which server gets it.
    const loaded = await this.#loader.load(record, context).catch(() => undefined);
    if (!loaded) return;
    const warn = (text: string, source: string): void => context.report({ type: 'log', entry: { level: 'warning', text, source } });
    for (const data of databases) {
      const key = snapshot.volumes.find(({ name }) => name === data.volume)?.key ?? data.volume;
      for (const { service, image } of usersOf(loaded.definition.project, key)) {
        const server = await serverIn(engine, image, context);
        // Whatever else mounts the volume, for backups or to look at it, is no server.
        if (!server) continue;
        const verdict = judge(data, server);
        if (verdict.kind === 'unknown') warn(`Whether ${service} can read the data of ${key} is not known: ${verdict.why}.`, service);
        if (verdict.kind !== 'refused') continue;
        const message = `${service} can’t read the snapshot’s data in volume ${key}: ${verdict.why}.`;
        if (!force) throw refusal(message, verdict.wayOut, { snapshotId: snapshot.id, service, volume: key, data, server });
        warn(message, service);
      }
    }
  }
}

/** Services with an image that mount a volume; an anonymous one, or a bind mount, is the service's that its key begins with. */
function usersOf(project: Project, key: string): readonly { readonly service: string; readonly image: string }[] {
  const [owner] = key.includes(':/') ? key.split(':/') : [];
  return Object.entries(project.services).flatMap(([service, { image, volumes = [] }]) => {
    const mounts = service === owner || volumes.some(({ type, source }) => type === 'volume' && source === key);
    return mounts && image !== undefined ? [{ service, image }] : [];
  });
}

async function serverIn(engine: Engine, reference: string, { signal }: Cancellable): Promise<DatabaseVersion | undefined> {
  try {
    const { config, labels } = await engine.images.inspect(reference, { signal });
    return imageDatabase({ reference, labels, environment: config.environment });
  } catch (error) {
    // Not pulled yet: its name still tells something.
    if (error instanceof Fault && error.problem.code === 'image.not-found') return imageDatabase({ reference, labels: {}, environment: [] });
    throw error;
  }
}

interface Refused {
  readonly snapshotId: string;
  readonly service: string;
  readonly volume: string;
  readonly data: DatabaseVersion;
  readonly server: DatabaseVersion;
}

function refusal(message: string, hint: string, { snapshotId, service, volume, data, server }: Refused): Fault {
  return new Fault({
    code: 'snapshot.database-version',
    message,
    hint,
    data: {
      snapshotId,
      service,
      volume,
      product: productNames[data.product],
      dataVersion: data.version,
      serverVersion: server.version,
    },
  });
}
