import type { EnvironmentRecord } from '../../../shared/models/environment.ts';
import type { SnapshotProgress, SnapshotSummary } from '../../../shared/models/snapshot.ts';
import type { Cancellable } from '../base/abort.ts';
import type { Clock } from '../base/clock.ts';
import { Fault } from '../base/fault.ts';
import { Live } from '../base/live.ts';
import type { EngineConnection } from '../engine/engine-connection.ts';
import type { Engine } from '../engine/engine.ts';
import type { EnvironmentLoader } from '../environments/environment-loader.ts';
import type { JobContext, Jobs } from '../jobs/jobs.ts';
import { captureSnapshot, type CaptureMetadata, type VolumeToCapture } from '../snapshots/capture.ts';
import { recoverRestores, restoreSnapshot } from '../snapshots/restore.ts';
import type { SnapshotNotes, SnapshotStore } from '../snapshots/snapshot-store.ts';
import type { VolumeReset, VolumeTransport } from '../snapshots/transport.ts';
import { observeStack, type ObservedStack } from '../stacks/observe.ts';
import { maskSecrets } from './mask-secrets.ts';
import { ServiceHold } from './service-hold.ts';

/** How volume content is reached on a given engine. */
export interface VolumeAccess {
  readonly transport: VolumeTransport;
  readonly reset: VolumeReset;
}

export interface SnapshotOperationsParts {
  readonly connection: EngineConnection;
  readonly jobs: Jobs;
  readonly loader: EnvironmentLoader;
  /** Opens the store at first need; the same one each time. */
  readonly openStore: () => Promise<SnapshotStore>;
  readonly journalDirectory: string;
  readonly volumeAccess: (engine: Engine) => VolumeAccess;
  readonly clock: Clock;
}

export interface CreateRequest {
  readonly name?: string | undefined;
  readonly note?: string | undefined;
  readonly kind: SnapshotSummary['kind'];
}

/** Taking, restoring and keeping snapshots of whole environments. */
export class SnapshotOperations {
  /** Counts up at every change of the store made here, for whoever shows lists. */
  readonly changes = new Live(0);
  readonly #parts: SnapshotOperationsParts;

  constructor(parts: SnapshotOperationsParts) {
    this.#parts = parts;
  }

  /** Newest first; of all environments without `record`. */
  async list(record: EnvironmentRecord | undefined, { signal }: Cancellable): Promise<readonly SnapshotSummary[]> {
    return (await this.#parts.openStore()).list({ signal, ...(record ? { environmentId: record.id } : {}) });
  }

  /** Takes a snapshot as a job; services that run are paused while their volumes are read. */
  create(record: EnvironmentRecord, request: CreateRequest): string {
    return this.#parts.jobs.start({
      kind: 'snapshot.create',
      title: `Snapshot of ${record.name}`,
      environmentId: record.id,
      run: async (context) => {
        const engine = await this.#parts.connection.get(context);
        const snapshot = await this.#capture(engine, record, request, context);
        return { snapshotId: snapshot.id, name: snapshot.name, newBytes: snapshot.newBytes };
      },
    });
  }

  /** A snapshot inside another job, before that job destroys data. Undefined when there are no volumes to lose. */
  async safetySnapshot(
    engine: Engine,
    record: EnvironmentRecord,
    note: string,
    context: JobContext,
  ): Promise<SnapshotSummary | undefined> {
    const observed = await observeStack(engine, record.projectName, context);
    if (volumesOf(observed).length === 0) return undefined;
    return this.#capture(engine, record, { kind: 'safety', note }, context);
  }

  /** Puts a snapshot's data back as a job. The result names the safety snapshot that undoes it. */
  restore(record: EnvironmentRecord, { snapshotId }: { snapshotId: string }): string {
    return this.#parts.jobs.start({
      kind: 'snapshot.restore',
      title: `Restore ${record.name}`,
      environmentId: record.id,
      run: async (context) => {
        const engine = await this.#parts.connection.get(context);
        return this.#restore(engine, record, snapshotId, context);
      },
    });
  }

  /** Reads and checks every byte of a snapshot as a job; raises `snapshot.damaged` in it. */
  verify(snapshotId: string): string {
    return this.#parts.jobs.start({
      kind: 'snapshot.verify',
      title: 'Verify a snapshot',
      run: async (context) => {
        const onProgress = stepProgress(context, 'verify');
        const store = await this.#parts.openStore();
        const result = await store.verify(snapshotId, { signal: context.signal, onProgress });
        if (result.damaged.length === 0) return { snapshotId: result.id, checkedBytes: result.checkedBytes };
        throw new Fault({
          code: 'snapshot.damaged',
          message: `The snapshot is damaged in ${result.damaged.length} places.`,
          hint: 'It can no longer be restored. Other snapshots are checked on their own.',
          detail: result.damaged.map(({ blob, reason }) => `${blob}: ${reason}`).join('\n'),
        });
      },
    });
  }

  /** Deletes a snapshot and frees what no other one needs. */
  async remove(snapshotId: string, { signal }: Cancellable): Promise<void> {
    const store = await this.#parts.openStore();
    await store.remove(snapshotId, { signal });
    await store.prune({ signal });
    this.#changed();
  }

  async annotate(snapshotId: string, notes: SnapshotNotes, { signal }: Cancellable): Promise<void> {
    await (await this.#parts.openStore()).annotate(snapshotId, notes, { signal });
    this.#changed();
  }

  /** Finishes or undoes what a killed process left, as a job when there is something to do. */
  async recover({ signal }: Cancellable): Promise<void> {
    const engine = await this.#parts.connection.get({ signal });
    await recoverRestores({
      store: await this.#parts.openStore(),
      ...this.#parts.volumeAccess(engine),
      journalDirectory: this.#parts.journalDirectory,
      beforeWriting: (volumes, options) => ServiceHold.stopUsersOf(engine, volumes, options),
      signal,
    });
    this.#changed();
  }

  async #capture(
    engine: Engine,
    record: EnvironmentRecord,
    request: CreateRequest,
    context: JobContext,
  ): Promise<SnapshotSummary> {
    const observed = await observeStack(engine, record.projectName, context);
    const volumes = volumesOf(observed);
    if (volumes.length === 0) {
      throw new Fault({
        code: 'volume.not-found',
        message: `${record.name} has no volumes yet, so there is nothing to take a snapshot of.`,
        hint: 'Start it once; its volumes are made then.',
      });
    }
    const hold = new ServiceHold(engine, observed);
    const snapshot = await captureSnapshot({
      store: await this.#parts.openStore(),
      transport: this.#parts.volumeAccess(engine).transport,
      environment: { id: record.id, name: record.name, project: record.projectName },
      volumes,
      metadata: await this.#metadata(engine, record, observed, request, hold.isNeeded, context),
      ...(hold.isNeeded ? { freeze: hold } : {}),
      onProgress: stepProgress(context, 'capture'),
      signal: context.signal,
    });
    this.#changed();
    return snapshot;
  }

  async #restore(
    engine: Engine,
    record: EnvironmentRecord,
    snapshotId: string,
    context: JobContext,
  ): Promise<Record<string, unknown>> {
    const store = await this.#parts.openStore();
    const snapshot = await store.get(snapshotId, context);
    const observed = await observeStack(engine, record.projectName, context);
    const targets = await this.#targets(engine, record, snapshot, observed, context);
    const hold = new ServiceHold(engine, observed);
    const existing = volumesOf(observed).filter(({ name }) => targets.some(({ volume }) => volume === name));
    const onProgress = stepProgress(context, 'restore');
    const result = await hold.whileStopped(
      targets.map(({ volume }) => volume),
      context,
      async () =>
        restoreSnapshot({
          store,
          ...this.#parts.volumeAccess(engine),
          journalDirectory: this.#parts.journalDirectory,
          snapshotId: snapshot.id,
          targets,
          safety: {
            environment: { id: record.id, name: record.name, project: record.projectName },
            volumes: existing,
            metadata: await this.#metadata(
              engine,
              record,
              observed,
              { kind: 'safety', note: `before restoring “${snapshot.name}”` },
              false,
              context,
            ),
          },
          onProgress,
          signal: context.signal,
        }),
    );
    this.#changed();
    return { ...result };
  }

  /** Snapshot volume → volume of this environment, by the Compose file's key; missing volumes are made. */
  async #targets(
    engine: Engine,
    record: EnvironmentRecord,
    snapshot: Awaited<ReturnType<SnapshotStore['get']>>,
    observed: ObservedStack,
    { signal }: Cancellable,
  ): Promise<{ from: string; volume: string }[]> {
    const own = new Map(volumesOf(observed).map((volume) => [volume.key, volume.name]));
    return Promise.all(
      snapshot.volumeSpecs.map(async (spec) => {
        const known = own.get(spec.key);
        if (known !== undefined) return { from: spec.name, volume: known };
        const name = spec.name.startsWith(`${snapshot.project}_`)
          ? `${record.projectName}_${spec.name.slice(snapshot.project.length + 1)}`
          : spec.name;
        const projectLabel = { 'com.docker.compose.project': record.projectName };
        await engine.volumes.create(
          { name, driver: spec.driver, driverOptions: spec.driverOptions, labels: { ...spec.labels, ...projectLabel } },
          { signal },
        );
        return { from: spec.name, volume: name };
      }),
    );
  }

  async #metadata(
    engine: Engine,
    record: EnvironmentRecord,
    observed: ObservedStack,
    request: CreateRequest,
    paused: boolean,
    { signal }: Cancellable,
  ): Promise<CaptureMetadata> {
    const info = await engine.info({ signal });
    // A snapshot must be possible though the files are broken: the data is what counts.
    const loaded = await this.#parts.loader.load(record, { signal }).catch(() => undefined);
    return {
      kind: request.kind,
      consistency: paused ? 'paused' : 'stopped',
      images: Object.fromEntries(observed.containers.map(({ config, imageId }) => [config.Image, imageId])),
      engine: { name: info.name, version: info.version, platform: `${info.platform.os}/${info.platform.architecture}` },
      resolvedConfig: loaded ? maskSecrets(loaded.definition.project) : null,
      ...(request.name ? { name: request.name } : {}),
      ...(request.note ? { note: request.note } : {}),
    };
  }

  #changed(): void {
    this.changes.update((count) => count + 1);
  }
}

/** The project's own volumes, by Compose's label; anonymous ones that its containers mount, by service and path. */
function volumesOf(observed: ObservedStack): VolumeToCapture[] {
  const labelled = observed.volumes
    .filter(({ labels }) => labels['com.docker.compose.project'] === observed.projectName)
    .map((volume) => ({ ...volume, key: volume.labels['com.docker.compose.volume'] ?? volume.name }));
  const named = new Set(labelled.map(({ name }) => name));
  const mounted = observed.containers.flatMap((container) =>
    container.mounts
      .filter((mount) => mount.type === 'volume' && mount.name !== undefined && !named.has(mount.name))
      .map((mount) => ({ name: mount.name ?? '', key: `${container.labels['com.docker.compose.service'] ?? container.name}:${mount.target}` })),
  );
  const anonymous = mounted.flatMap(({ name, key }) => {
    const volume = observed.volumes.find((one) => one.name === name && /^[0-9a-f]{64}$/.test(one.name));
    return volume ? [{ ...volume, key }] : [];
  });
  const unique = new Map([...labelled, ...anonymous].map((volume) => [volume.name, volume]));
  return [...unique.values()].map(({ key, name, driver, driverOptions, labels }) => ({ key, name, driver, driverOptions, labels }));
}

const phaseTitles: Record<SnapshotProgress['phase'], string> = {
  verifying: 'Checking every byte',
  capturing: 'Reading the volumes',
  safety: 'Taking a safety snapshot',
  clearing: 'Emptying the volumes',
  writing: 'Writing the volumes',
  finishing: 'Finishing',
};

/** Shows a snapshot's phases as a job's steps. */
function stepProgress({ report }: JobContext, id: string): (progress: SnapshotProgress) => void {
  let last: SnapshotProgress['phase'] | undefined;
  return ({ phase, volume, bytes, totalBytes }) => {
    if (last !== undefined && last !== phase) {
      report({ type: 'step', step: { id: `${id}.${last}`, title: phaseTitles[last], state: 'done' } });
    }
    last = phase;
    const total = totalBytes === undefined ? {} : { total: totalBytes };
    report({
      type: 'step',
      step: {
        id: `${id}.${phase}`,
        title: phaseTitles[phase],
        state: 'running',
        amount: { current: bytes, unit: 'bytes', ...total },
        ...(volume === undefined ? {} : { detail: volume }),
      },
    });
  };
}
