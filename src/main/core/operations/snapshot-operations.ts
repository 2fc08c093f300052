import { createHash } from 'node:crypto';
import path from 'node:path';
import type { EnvironmentRecord } from '../../../shared/models/environment.ts';
import type { SnapshotSummary } from '../../../shared/models/snapshot.ts';
import type { Cancellable } from '../base/abort.ts';
import type { Clock } from '../base/clock.ts';
import { Fault } from '../base/fault.ts';
import type { EngineConnection } from '../engine/engine-connection.ts';
import type { Engine } from '../engine/engine.ts';
import type { EnvironmentLoader } from '../environments/environment-loader.ts';
import type { JobContext, Jobs } from '../jobs/jobs.ts';
import { captureSnapshot, type CaptureMetadata } from '../snapshots/capture.ts';
import { recoverRestores, restoreSnapshot, type RestoreTarget } from '../snapshots/restore.ts';
import type { SnapshotStore } from '../snapshots/snapshot-store.ts';
import type { VolumeReset, VolumeTransport } from '../snapshots/transport.ts';
import { observeStack, type ObservedStack } from '../stacks/observe.ts';
import type { CheckOperations } from './check-operations.ts';
import { maskSecrets } from './mask-secrets.ts';
import { ServiceHold } from './service-hold.ts';
import { snapshotProgress } from './snapshot-progress.ts';
import type { SnapshotShelf } from './snapshot-shelf.ts';
import { stackVolumes } from './stack-volumes.ts';

/** How volume content is reached on a given engine. */
export interface VolumeAccess {
  readonly transport: VolumeTransport;
  readonly reset: VolumeReset;
}

export interface SnapshotOperationsParts {
  readonly connection: EngineConnection;
  readonly jobs: Jobs;
  readonly loader: EnvironmentLoader;
  readonly shelf: SnapshotShelf;
  readonly journalDirectory: string;
  readonly volumeAccess: (engine: Engine) => VolumeAccess;
  readonly checks: CheckOperations;
  readonly clock: Clock;
}

export interface CreateRequest {
  readonly name?: string | undefined;
  readonly note?: string | undefined;
  readonly kind: SnapshotSummary['kind'];
}

/** Taking, restoring and keeping snapshots of whole environments. */
export class SnapshotOperations {
  readonly #parts: SnapshotOperationsParts;

  constructor(parts: SnapshotOperationsParts) {
    this.#parts = parts;
  }

  /** Takes a snapshot as a job; services that run are paused while their volumes are read. */
  create(record: EnvironmentRecord, request: CreateRequest): string {
    return this.#parts.jobs.start({
      kind: 'snapshot.create',
      title: `Snapshot of ${record.name}`,
      environmentId: record.id,
      run: async (context) => {
        const engine = await this.#parts.connection.get(context);
        await this.recover(engine, context);
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
    if (stackVolumes(observed).length === 0) return undefined;
    return this.#capture(engine, record, { kind: 'safety', note }, context);
  }

  /** A snapshot inside another job. Raises `volume.not-found` when there are no volumes. */
  capture(engine: Engine, record: EnvironmentRecord, request: CreateRequest, context: JobContext): Promise<SnapshotSummary> {
    return this.#capture(engine, record, request, context);
  }

  /** Fills volumes that were made for it, and hold nothing, with a snapshot's data. */
  async fill(engine: Engine, snapshotId: string, targets: readonly RestoreTarget[], context: JobContext): Promise<void> {
    await restoreSnapshot({
      store: await this.#parts.shelf.store(),
      ...this.#parts.volumeAccess(engine),
      journalDirectory: await this.#journals(engine, context),
      snapshotId,
      targets,
      onProgress: snapshotProgress(context, 'fill'),
      signal: context.signal,
    });
  }

  /** Puts a snapshot's data back inside another job. The result names the safety snapshot that undoes it. */
  putBack(engine: Engine, record: EnvironmentRecord, snapshotId: string, context: JobContext): Promise<Record<string, unknown>> {
    return this.#restore(engine, record, snapshotId, context);
  }

  /** Puts a snapshot's data back as a job. The result names the safety snapshot that undoes it. */
  restore(record: EnvironmentRecord, { snapshotId }: { snapshotId: string }): string {
    return this.#parts.jobs.start({
      kind: 'snapshot.restore',
      title: `Restore ${record.name}`,
      environmentId: record.id,
      run: async (context) => {
        const engine = await this.#parts.connection.get(context);
        await this.recover(engine, context);
        const restored = await this.#restore(engine, record, snapshotId, context);
        return { ...restored, ...(await this.#checkRestored(engine, record, context)) };
      },
    });
  }

  /** A restore is done though a check fails then; stopped services are not checked. */
  async #checkRestored(engine: Engine, record: EnvironmentRecord, context: JobContext): Promise<Record<string, unknown>> {
    const { containers } = await observeStack(engine, record.projectName, context);
    if (!containers.some(({ state }) => state === 'running')) return {};
    const report = await this.#parts.checks.report(engine, record, 'restore', context);
    const failed = report?.results.filter(({ state }) => state === 'failed') ?? [];
    for (const { problem, name } of failed) {
      context.report({ type: 'log', entry: { level: 'warning', text: problem?.message ?? `Check ${name} failed.`, source: name } });
    }
    return report ? { checks: { passed: report.results.length - failed.length, failed: failed.length } } : {};
  }

  /** Finishes or undoes what a killed process left on this engine. Costs next to nothing where there is nothing. */
  async recover(engine: Engine, { signal }: Cancellable): Promise<void> {
    const recovered = await recoverRestores({
      store: await this.#parts.shelf.store(),
      ...this.#parts.volumeAccess(engine),
      journalDirectory: await this.#journals(engine, { signal }),
      beforeWriting: (volumes, options) => ServiceHold.stopUsersOf(engine, volumes, options),
      signal,
    });
    if (recovered.length > 0) this.#parts.shelf.noteChange();
  }

  /** One folder an engine: what was interrupted on one must never be finished on another. */
  async #journals(engine: Engine, { signal }: Cancellable): Promise<string> {
    const { id } = await engine.info({ signal });
    return path.join(this.#parts.journalDirectory, createHash('sha256').update(id).digest('hex').slice(0, 16));
  }

  async #capture(
    engine: Engine,
    record: EnvironmentRecord,
    request: CreateRequest,
    context: JobContext,
  ): Promise<SnapshotSummary> {
    const observed = await observeStack(engine, record.projectName, context);
    const volumes = stackVolumes(observed);
    if (volumes.length === 0) {
      throw new Fault({
        code: 'volume.not-found',
        message: `${record.name} has no volumes yet, so there is nothing to take a snapshot of.`,
        hint: 'Start it once; its volumes are made then.',
      });
    }
    const hold = new ServiceHold(engine, observed);
    const snapshot = await captureSnapshot({
      store: await this.#parts.shelf.store(),
      transport: this.#parts.volumeAccess(engine).transport,
      environment: { id: record.id, name: record.name, project: record.projectName },
      volumes,
      metadata: await this.#metadata(engine, record, observed, request, hold.isNeeded, context),
      ...(hold.isNeeded ? { freeze: hold } : {}),
      onProgress: snapshotProgress(context, 'capture'),
      signal: context.signal,
    });
    this.#parts.shelf.noteChange();
    return snapshot;
  }

  async #restore(
    engine: Engine,
    record: EnvironmentRecord,
    snapshotId: string,
    context: JobContext,
  ): Promise<Record<string, unknown>> {
    const store = await this.#parts.shelf.store();
    const snapshot = await store.get(snapshotId, context);
    const observed = await observeStack(engine, record.projectName, context);
    const targets = await this.#targets(engine, record, snapshot, observed, context);
    const hold = new ServiceHold(engine, observed);
    const existing = stackVolumes(observed).filter(({ name }) => targets.some(({ volume }) => volume === name));
    const onProgress = snapshotProgress(context, 'restore');
    const result = await hold.whileStopped(
      targets.map(({ volume }) => volume),
      context,
      async () =>
        restoreSnapshot({
          store,
          ...this.#parts.volumeAccess(engine),
          journalDirectory: await this.#journals(engine, context),
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
    this.#parts.shelf.noteChange();
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
    const own = new Map(stackVolumes(observed).map((volume) => [volume.key, volume.name]));
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
}
