import type { EnvironmentRecord } from '../../../../shared/models/environment.ts';
import type { SnapshotDetails } from '../../../../shared/models/snapshot.ts';
import { type Cancellable, cleanupSignal } from '../../base/abort.ts';
import { composeLabels as labels, composeVersion } from '../../base/compose-labels.ts';
import { Fault } from '../../base/fault.ts';
import { volumeHash } from '../../compose/config-hash.ts';
import type { Project } from '../../compose/project.ts';
import type { EngineConnection } from '../../engine/engine-connection.ts';
import type { Engine } from '../../engine/engine.ts';
import { anonymousVolumeKey } from '../../environments/adapt-project.ts';
import type { EnvironmentLoader } from '../../environments/environment-loader.ts';
import type { Library } from '../../environments/library.ts';
import type { SecretStore } from '../../environments/secret-store.ts';
import type { JobContext, Jobs } from '../../jobs/jobs.ts';
import type { RestoreTarget } from '../../snapshots/restore.ts';
import { observeStack } from '../../stacks/observe.ts';
import type { PortOperations } from '../ports/port-operations.ts';
import { projectsOf, removeProject } from '../stacks/remove-project.ts';
import { CopyJournal } from './copy-journal.ts';
import type { DatabaseGuard } from './database-guard.ts';
import type { SnapshotOperations } from './snapshot-operations.ts';
import { journalsOf } from './snapshot-parts.ts';
import type { SnapshotShelf } from './snapshot-shelf.ts';
import { stackVolumes } from './stack-volumes.ts';

export interface CloneOperationsParts {
  readonly connection: EngineConnection;
  readonly jobs: Jobs;
  readonly library: Library;
  readonly loader: EnvironmentLoader;
  readonly secrets: SecretStore;
  readonly ports: PortOperations;
  readonly shelf: SnapshotShelf;
  readonly snapshots: SnapshotOperations;
  readonly databases: DatabaseGuard;
  readonly journalDirectory: string;
}

export interface CloneRequest {
  /** Whose data to take; a snapshot of now, kept only for the copying, when absent. */
  readonly snapshotId?: string;
  readonly name?: string;
  /** Also where a database server can’t read the data. */
  readonly force?: boolean;
}

export interface MakeCloneRequest extends CloneRequest {
  /** Service → image, over the files' and the source's own. */
  readonly images?: Readonly<Record<string, string>>;
  readonly readOnlyBinds?: boolean;
}

/** Time for taking away what a clone that failed has left, in milliseconds. */
const cleanUpMs = 120_000;

/** Copies of environments: the same files, and a project name, host ports and volumes of their own. */
export class CloneOperations {
  readonly #parts: CloneOperationsParts;

  constructor(parts: CloneOperationsParts) {
    this.#parts = parts;
  }

  /** Adds a copy of an environment to the library, as a job; the result holds its id and name. */
  clone(source: EnvironmentRecord, request: CloneRequest = {}): string {
    return this.#parts.jobs.start({
      kind: 'environment.clone',
      title: `Clone ${source.name}`,
      environmentId: source.id,
      run: async (context) => {
        const engine = await this.#parts.connection.get(context);
        await this.#parts.snapshots.recover(engine, context);
        const clone = await this.make(engine, source, request, context);
        try {
          await this.keep(engine, clone);
        } catch (error) {
          await this.discard(engine, clone);
          throw error;
        }
        return { environmentId: clone.id, name: clone.name };
      },
    });
  }

  /**
   * The environment whose files a snapshot's data belongs to. Raises `environment.not-found` when it has left the
   * library, for a snapshot holds data and no files.
   */
  async sourceOf(snapshotId: string, { signal }: Cancellable): Promise<EnvironmentRecord> {
    const snapshot = await this.#parts.shelf.get(snapshotId, { signal });
    const record = this.#parts.library.list().find(({ id }) => id === snapshot.environmentId);
    if (record) return record;
    throw new Fault({
      code: 'environment.not-found',
      message: `${snapshot.environmentName}, of which “${snapshot.name}” was taken, is not in the library, and a snapshot does not hold the Compose files.`,
      hint: 'Name the folder with its Compose files, or add it to the library again.',
      data: { environmentId: snapshot.environmentId },
    });
  }

  /**
   * Makes a copy with its volumes filled, which is neither started nor stored in the library: `keep` or `discard` ends
   * that. When it fails or is cancelled, all that was made is removed; when the process is killed, by the next one.
   * Raises `snapshot.database-version` unless `force`.
   */
  async make(engine: Engine, source: EnvironmentRecord, request: MakeCloneRequest, context: JobContext): Promise<EnvironmentRecord> {
    const { databases, library, loader, secrets, ports, shelf } = this.#parts;
    const used = await projectsOf(engine, context);
    const draft = library.draftClone(source, { name: request.name, isTaken: (name) => used.has(name) });
    const original = await loader.load(source, context);
    const journal = await this.#journal(engine, context);
    const noted = { environmentId: draft.id, projectName: draft.projectName };
    await journal.note(noted);
    let passing: string | undefined;
    try {
      await secrets.write(draft.id, await secrets.read(source.id));
      const snapshot = await this.#snapshotFor(engine, source, request, context);
      if (request.snapshotId === undefined && snapshot) {
        passing = snapshot.id;
        await journal.note({ ...noted, passingSnapshotId: passing });
      }
      const record = withOrigin(draft, source, snapshot, request);
      const { project } = (await loader.load(record, context)).definition;
      if (snapshot) await databases.check(engine, record, snapshot, request, context);
      warnOfSharing(project, original.definition.project, context);
      const own = { ...record, portRemaps: await ports.ownPorts(engine, { project, promised: source.portRemaps }, context) };
      if (snapshot) await this.#fillVolumes(engine, project, snapshot, context);
      return own;
    } catch (error) {
      await this.discard(engine, draft);
      throw error;
    } finally {
      if (passing !== undefined) await shelf.remove([passing], { signal: cleanupSignal(cleanUpMs) });
    }
  }

  /** Takes a copy into the library. */
  async keep(engine: Engine, copy: EnvironmentRecord): Promise<void> {
    this.#parts.library.store(copy);
    await (await this.#journal(engine, { signal: cleanupSignal() })).forget(copy.id);
  }

  /** Removes a copy with its data. Runs to its end though the job was cancelled. */
  async discard(engine: Engine, { id, projectName }: EnvironmentRecord): Promise<void> {
    const options = { signal: cleanupSignal(cleanUpMs) };
    await removeProject(engine, projectName, options);
    await this.#parts.secrets.write(id, {});
    await (await this.#journal(engine, options)).forget(id);
  }

  async #journal(engine: Engine, options: Cancellable): Promise<CopyJournal> {
    return new CopyJournal(await journalsOf(this.#parts, engine, options));
  }

  async #snapshotFor(
    engine: Engine,
    source: EnvironmentRecord,
    { snapshotId }: CloneRequest,
    context: JobContext,
  ): Promise<SnapshotDetails | undefined> {
    const { shelf, snapshots } = this.#parts;
    if (snapshotId !== undefined) return shelf.get(snapshotId, context);
    const volumes = stackVolumes(await observeStack(engine, source.projectName, context));
    if (volumes.length === 0) return undefined;
    const taken = await snapshots.capture(engine, source, { kind: 'manual', note: 'for a clone' }, context);
    return shelf.get(taken.id, context);
  }

  /** Makes the volumes as the start would, so that it takes them for its own, and writes the snapshot into them. */
  async #fillVolumes(engine: Engine, project: Project, snapshot: SnapshotDetails, context: JobContext): Promise<void> {
    const targets: RestoreTarget[] = [];
    for (const { key: from, name } of snapshot.volumeSpecs) {
      const key = volumeKeyOf(from);
      const volume = project.volumes?.[key];
      if (!volume?.name) {
        context.report({ type: 'log', entry: { level: 'warning', text: `The files no longer have volume ${from}; its data is left out.`, source: from } });
        continue;
      }
      const own = { [labels.project]: project.name, [labels.version]: composeVersion, [labels.configHash]: volumeHash(volume), [labels.volume]: key };
      await engine.volumes.create({ name: volume.name, labels: { ...volume.labels, ...own } }, context);
      targets.push({ from: name, volume: volume.name });
    }
    if (targets.length > 0) await this.#parts.snapshots.fill(engine, snapshot.id, targets, context);
  }
}

function withOrigin(
  draft: EnvironmentRecord,
  source: EnvironmentRecord,
  snapshot: SnapshotDetails | undefined,
  { images, readOnlyBinds }: MakeCloneRequest,
): EnvironmentRecord {
  const captured = (snapshot?.volumeSpecs ?? []).flatMap(({ key }) => anonymousPlace(key) ?? []);
  const inherited = source.cloneOf?.anonymousVolumes ?? [];
  return {
    ...draft,
    ...(images ? { images: { ...source.images, ...images } } : {}),
    cloneOf: {
      environmentId: source.id,
      environmentName: source.name,
      anonymousVolumes: [...inherited, ...captured],
      ...(readOnlyBinds ? { readOnlyBinds } : {}),
    },
  };
}

/** Snapshots name an anonymous volume `SERVICE:PATH`. */
function anonymousPlace(key: string): { service: string; target: string } | undefined {
  const [, service, target] = /^([^:]+):(\/.*)$/.exec(key) ?? [];
  return service === undefined || target === undefined ? undefined : { service, target };
}

function volumeKeyOf(key: string): string {
  const place = anonymousPlace(key);
  return place ? anonymousVolumeKey(place.service, place.target) : key;
}

/** What the copy cannot have for itself, told before it could matter. */
function warnOfSharing(project: Project, original: Project, { report }: JobContext): void {
  const warn = (text: string, source: string): void => report({ type: 'log', entry: { level: 'warning', text, source } });
  for (const [name, { volumes = [], network_mode: mode }] of Object.entries(project.services)) {
    for (const { type, source = '', read_only: readOnly } of volumes) {
      if (type === 'bind' && !readOnly) warn(`${name} can write to ${source} of this machine, which the original has too.`, name);
    }
    if (mode === 'host') warn(`${name} uses this machine's own network: its ports are the original's.`, name);
  }
  for (const [key, volume] of Object.entries(original.volumes ?? {})) {
    if (volume.external) warn(`Volume ${key} belongs to somebody else and is not copied; the clone begins with an empty one.`, key);
  }
}
