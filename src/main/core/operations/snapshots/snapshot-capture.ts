import type { EnvironmentRecord } from '../../../../shared/models/environment.ts';
import type { SnapshotSummary } from '../../../../shared/models/snapshot.ts';
import { defined } from '../../../../shared/defined.ts';
import { Fault } from '../../base/fault.ts';
import type { Engine } from '../../engine/engine.ts';
import type { LoadedEnvironment } from '../../environments/environment-loader.ts';
import type { JobContext } from '../../jobs/jobs.ts';
import { captureSnapshot, type Freeze, type VolumeToCapture } from '../../snapshots/capture.ts';
import { observeStack, type ObservedStack } from '../../stacks/observe.ts';
import { ServiceHold } from './service-hold.ts';
import { withHooks } from './snapshot-hooks.ts';
import { describeOrigin, environmentOf, journalsOf, type SnapshotOperationsParts } from './snapshot-parts.ts';
import { snapshotProgress } from './snapshot-progress.ts';
import { bindMounts, chooseVolumes, includedMounts, stackVolumes } from './stack-volumes.ts';

export interface CreateRequest {
  readonly name?: string | undefined;
  readonly note?: string | undefined;
  readonly tags?: readonly string[] | undefined;
  /** The snapshot's id whose data was masked. */
  readonly maskedFrom?: string | undefined;
  readonly kind: SnapshotSummary['kind'];
  /** As the stack's `x-slipway.snapshot` says, else `paused`, where absent. */
  readonly consistency?: SnapshotSummary['consistency'] | undefined;
  /** Keys or names of the only volumes and bind mounts to take. */
  readonly volumes?: readonly string[] | undefined;
  /** Keys or names of volumes to leave out. */
  readonly exclude?: readonly string[] | undefined;
}

/**
 * Takes a snapshot of an environment's volumes within a job. Services that use them are held as the level asks, for as
 * long as it takes to read what changed since a first reading meanwhile. Raises `volume.not-found`,
 * `snapshot.hook-failed`, and what `captureSnapshot` raises.
 */
export async function captureEnvironment(
  parts: SnapshotOperationsParts,
  engine: Engine,
  record: EnvironmentRecord,
  request: CreateRequest,
  context: JobContext,
): Promise<SnapshotSummary> {
  const observed = await observeStack(engine, record.projectName, context);
  // A snapshot must be possible though the files are broken: the data is what counts.
  const loaded = await parts.loader.load(record, context).catch(() => undefined);
  const volumes = volumesOf(observed, loaded, request);
  if (volumes.length === 0) throw nothingToTake(record);
  const hold = await freezeFor(parts, { engine, observed, loaded, volumes, request, context });
  const { name, note, tags, maskedFrom } = request;
  const snapshot = await captureSnapshot({
    store: await parts.shelf.store(),
    transport: parts.volumeAccess(engine).transport,
    environment: environmentOf(record),
    volumes,
    metadata: {
      kind: request.kind,
      consistency: hold.consistency,
      ...(await describeOrigin(engine, observed, loaded, context)),
      ...defined({ name, note, tags, maskedFrom }),
    },
    ...(hold.freeze ? { freeze: hold.freeze } : {}),
    onProgress: snapshotProgress(context, 'capture'),
    signal: context.signal,
  });
  parts.shelf.noteChange();
  return snapshot;
}

/** A safety snapshot holds every volume that could be lost; others what the stack's rules and the person say. */
function volumesOf(observed: ObservedStack, loaded: LoadedEnvironment | undefined, { kind, volumes, exclude = [] }: CreateRequest): VolumeToCapture[] {
  const own = stackVolumes(observed);
  if (kind === 'safety') return chooseVolumes(own, { only: volumes });
  const rules = loaded?.extension.snapshot;
  const mounts = loaded ? bindMounts(loaded.definition.project) : [];
  if (volumes) return chooseVolumes([...own, ...mounts], { only: volumes, without: exclude });
  const included = includedMounts(mounts, rules?.include ?? []);
  return chooseVolumes([...own, ...included], { without: [...(rules?.exclude ?? []), ...exclude] });
}

async function freezeFor(
  parts: SnapshotOperationsParts,
  {
    engine,
    observed,
    loaded,
    volumes,
    request,
    context,
  }: {
    engine: Engine;
    observed: ObservedStack;
    loaded: LoadedEnvironment | undefined;
    volumes: readonly VolumeToCapture[];
    request: CreateRequest;
    context: JobContext;
  },
): Promise<{ freeze?: Freeze; consistency: SnapshotSummary['consistency'] }> {
  const rules = loaded?.extension.snapshot;
  const level = request.consistency ?? (request.kind === 'safety' ? 'paused' : (rules?.consistency ?? 'paused'));
  const hooks = level === 'hooks' ? (rules?.hooks ?? {}) : {};
  const scope = { volumes: volumes.map(({ name }) => name), journalDirectory: await journalsOf(parts, engine, context) };
  if (!new ServiceHold(engine, observed, scope).isNeeded) return { consistency: 'stopped' };
  const exempt = new Set(Object.keys(hooks).filter((service) => hooks[service]?.pause === false));
  const hold = new ServiceHold(engine, observed, { ...scope, exempt });
  switch (level) {
    case 'paused':
      return { freeze: hold.paused(), consistency: level };
    case 'stopped':
      return { freeze: hold.stopped(), consistency: level };
    case 'hooks':
      return { freeze: withHooks(hold.paused(), { engine, observed, hooks, report: context.report }), consistency: level };
    case 'live':
      return { consistency: level };
  }
}

function nothingToTake({ name }: EnvironmentRecord): Fault {
  return new Fault({
    code: 'volume.not-found',
    message: `${name} has no volumes yet, so there is nothing to take a snapshot of.`,
    hint: 'Start it once; its volumes are made then.',
  });
}
