import type { EnvironmentRecord } from '../../../../shared/models/environment.ts';
import type { RestorePreview } from '../../../../shared/models/snapshot.ts';
import { Fault } from '../../base/fault.ts';
import type { Engine } from '../../engine/engine.ts';
import type { LoadedEnvironment } from '../../environments/environment-loader.ts';
import type { JobContext } from '../../jobs/jobs.ts';
import type { VolumeToCapture } from '../../snapshots/capture.ts';
import { previewRestore } from '../../snapshots/preview.ts';
import { restoreSnapshot } from '../../snapshots/restore.ts';
import { observeStack, type ObservedStack } from '../../stacks/observe.ts';
import { type EnvironmentTarget, makeMissing, restoreTargets } from './restore-targets.ts';
import { ServiceHold } from './service-hold.ts';
import { describeOrigin, environmentOf, journalsOf, type SnapshotOperationsParts } from './snapshot-parts.ts';
import { snapshotProgress } from './snapshot-progress.ts';
import { bindMounts, chooseVolumes, stackVolumes } from './stack-volumes.ts';

/** What of which snapshot is to come back. */
export interface RestoreChoice {
  /** Absent: the volumes are to be empty. */
  readonly snapshotId?: string | undefined;
  /** Keys or names of the only volumes to restore. */
  readonly volumes?: readonly string[] | undefined;
  /** The only files and directories to restore, of the one volume chosen; the rest of it stays as it is. */
  readonly paths?: readonly string[] | undefined;
  /** Also where a database server can't read the data. */
  readonly force?: boolean | undefined;
}

interface Prepared {
  readonly observed: ObservedStack;
  readonly loaded: LoadedEnvironment | undefined;
  /** Name of the snapshot, for people. */
  readonly title: string;
  readonly snapshotId?: string;
  readonly targets: readonly EnvironmentTarget[];
  /** What the environment has of the targets now. */
  readonly existing: readonly VolumeToCapture[];
  readonly hold: ServiceHold;
}

/**
 * Puts a snapshot's data back within a job: stops only the services that use those volumes, saves what is there, writes
 * what differs, and starts the services again. The result names the safety snapshot that undoes it.
 */
export async function restoreEnvironment(
  parts: SnapshotOperationsParts,
  engine: Engine,
  record: EnvironmentRecord,
  choice: RestoreChoice,
  context: JobContext,
): Promise<Record<string, unknown>> {
  const { observed, loaded, title, snapshotId, targets, existing, hold } = await prepare(parts, engine, record, choice, context);
  if (snapshotId !== undefined && !choice.paths) await parts.databases.check(engine, record, await parts.shelf.get(snapshotId, context), choice, context);
  await makeMissing(engine, targets, context);
  const store = await parts.shelf.store();
  const safety = {
    environment: environmentOf(record),
    volumes: existing,
    metadata: {
      kind: 'safety' as const,
      consistency: 'stopped' as const,
      note: `before ${snapshotId === undefined ? 'emptying the volumes' : `restoring “${title}”`}`,
      ...(await describeOrigin(engine, observed, loaded, context)),
    },
  };
  const result = await hold.whileStopped(context, async () =>
    restoreSnapshot({
      store,
      ...parts.volumeAccess(engine),
      journalDirectory: await journalsOf(parts, engine, context),
      ...(snapshotId === undefined ? {} : { snapshotId }),
      targets: targets.map(({ from, volume }) => ({ from, volume, ...(choice.paths ? { paths: [...choice.paths] } : {}) })),
      safety,
      onProgress: snapshotProgress(context, 'restore'),
      signal: context.signal,
    }),
  );
  parts.shelf.noteChange();
  return { ...result };
}

/** What `restoreEnvironment` would do. Changes nothing. */
export async function previewEnvironment(
  parts: SnapshotOperationsParts,
  engine: Engine,
  record: EnvironmentRecord,
  choice: RestoreChoice,
  context: JobContext,
): Promise<RestorePreview> {
  const { targets, existing, hold, snapshotId } = await prepare(parts, engine, record, choice, context);
  const names = new Set(existing.map(({ name }) => name));
  return {
    services: hold.services,
    ...(await previewRestore({
      store: await parts.shelf.store(),
      transport: parts.volumeAccess(engine).transport,
      environmentId: record.id,
      ...(snapshotId === undefined ? {} : { snapshotId }),
      ...(choice.paths ? { paths: choice.paths } : {}),
      targets: targets.map(({ key, from, volume }) => ({ key, from, volume, isNew: !names.has(volume) })),
      onProgress: snapshotProgress(context, 'preview'),
      signal: context.signal,
    })),
  };
}

async function prepare(
  parts: SnapshotOperationsParts,
  engine: Engine,
  record: EnvironmentRecord,
  { snapshotId, volumes, paths }: RestoreChoice,
  context: JobContext,
): Promise<Prepared> {
  const observed = await observeStack(engine, record.projectName, context);
  const loaded = await parts.loader.load(record, context).catch(() => undefined);
  const own = [...stackVolumes(observed), ...(loaded ? bindMounts(loaded.definition.project) : [])];
  const snapshot = snapshotId === undefined ? undefined : await (await parts.shelf.store()).get(snapshotId, context);
  const targets = snapshot
    ? restoreTargets(record, snapshot, own, volumes)
    : chooseVolumes(stackVolumes(observed), { only: volumes }).map(({ key, name }) => ({ key, from: name, volume: name }));
  if (snapshot && paths) await checkPaths(parts, snapshot.id, targets, paths, context);
  const names = targets.map(({ volume }) => volume);
  return {
    observed,
    loaded,
    title: snapshot?.name ?? '',
    ...(snapshot ? { snapshotId: snapshot.id } : {}),
    targets,
    existing: own.filter(({ name }) => names.includes(name)).filter(({ name }, at, all) => all.findIndex((one) => one.name === name) === at),
    hold: new ServiceHold(engine, observed, { volumes: names, journalDirectory: await journalsOf(parts, engine, context) }),
  };
}

/** Raises `usage.invalid` when paths are chosen of several volumes, `snapshot.not-found` for one that isn't there. */
async function checkPaths(
  { shelf }: SnapshotOperationsParts,
  snapshotId: string,
  targets: readonly EnvironmentTarget[],
  paths: readonly string[],
  context: JobContext,
): Promise<void> {
  const [target, ...more] = targets;
  if (!target || more.length > 0) {
    throw new Fault({
      code: 'usage.invalid',
      message: 'Single files can be restored into one volume at a time.',
      hint: `Choose one of: ${targets.map(({ key }) => key).join(', ')}.`,
    });
  }
  for (const path of paths) {
    const slash = path.lastIndexOf('/');
    const listed = await shelf.browse({ snapshotId, volume: target.from, path: path.slice(0, Math.max(0, slash)) }, context);
    if (listed.some(({ name }) => name === path.slice(slash + 1))) continue;
    throw new Fault({
      code: 'snapshot.not-found',
      message: `The snapshot holds no ${path} in volume ${target.key}.`,
      hint: 'Browse the snapshot to see what it holds.',
    });
  }
}
