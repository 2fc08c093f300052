import type { SnapshotDetails, SnapshotProgress } from '../../../shared/models/snapshot.ts';
import { type Cancellable, cleanupSignal } from '../base/abort.ts';
import { Fault } from '../base/fault.ts';
import { captureSnapshot, type CaptureRequest } from './capture.ts';
import { Journal } from './journal.ts';
import { replaceVolumes, type VolumeWriting } from './replace-volumes.ts';
import type { OnProgress, SnapshotStore } from './snapshot-store.ts';
import { OpeningSession } from './opening-session.ts';
import type { VolumeReset, VolumeSession, VolumeTransport } from './transport.ts';

export interface RestoreTarget {
  /** The volume's name in the snapshot (see `SnapshotSummary.volumes`). */
  readonly from: string;
  /** The engine's volume to write to; it exists, and no running container uses it. */
  readonly volume: string;
  /** The only files and directories to bring back, by their paths; nothing else of the volume changes then. */
  readonly paths?: string[];
}

export interface RestoreRequest extends Cancellable {
  readonly store: SnapshotStore;
  readonly transport: VolumeTransport;
  readonly reset: VolumeReset;
  /** Where journals of restores lie; `recoverRestores` looks there at the next start. */
  readonly journalDirectory: string;
  /** Absent: the volumes are emptied. */
  readonly snapshotId?: string;
  readonly targets: readonly RestoreTarget[];
  /** How to save the current content first; absent for new volumes, which have none. */
  readonly safety?: Pick<CaptureRequest, 'environment' | 'volumes' | 'metadata'>;
  readonly onProgress?: OnProgress;
}

export interface RestoreResult {
  readonly snapshotId?: string;
  /** Restoring this one undoes the restore. */
  readonly safetySnapshotId?: string;
}

/** Putting the saved content back may take as long as the restore did, in milliseconds. */
const rollBackTime = 3_600_000;

/**
 * Replaces the content of volumes by a snapshot's. Every byte needed is verified before the first one is replaced
 * (`snapshot.damaged` names what is damaged), and the current content is saved first. A failure or cancellation while
 * writing puts the saved content back; a killed process is taken care of by `recoverRestores`.
 */
export async function restoreSnapshot(request: RestoreRequest): Promise<RestoreResult> {
  const opening = new OpeningSession(request);
  try {
    return await restoreThrough(opening, request);
  } finally {
    await opening.close();
  }
}

async function restoreThrough(opening: OpeningSession, request: RestoreRequest): Promise<RestoreResult> {
  const { store, reset, targets, signal, snapshotId: asked } = request;
  const snapshot = asked === undefined ? undefined : await store.get(asked, { signal });
  if (snapshot) checkTargets(snapshot.name, snapshot.volumes.map(({ name }) => name), targets);
  const wanted = snapshot ? { snapshotId: snapshot.id } : {};
  const specs = await Promise.all(targets.map(({ volume }) => reset.describe(volume, { signal })));
  const journal = await Journal.begin(request.journalDirectory, {
    environmentId: request.safety?.environment.id ?? snapshot?.environmentId ?? '',
    ...wanted,
    targets: [...targets],
    specs: specs.map((spec) => ({ ...spec })),
  });
  let safetySnapshotId: string | undefined;
  try {
    safetySnapshotId = await prepare(request, snapshot, opening);
    await journal.note({ state: 'replacing', ...(safetySnapshotId === undefined ? {} : { safetySnapshotId }) });
  } catch (error) {
    await journal.end();
    throw error;
  }
  try {
    await replaceVolumes(request, { snapshotId: snapshot?.id, currentId: safetySnapshotId, session: await opening.handOver() }, targets);
  } catch (error) {
    await rollBack(request, journal, error);
    throw error;
  }
  await journal.end();
  return { ...wanted, ...(safetySnapshotId === undefined ? {} : { safetySnapshotId }) };
}

/**
 * Reads every byte of the wanted snapshot and saves the current content, both at once. Returns the safety snapshot's id.
 * Where the wanted one is not whole, that is told, whatever else went wrong, and the other does not stay.
 */
async function prepare(request: RestoreRequest, snapshot: SnapshotDetails | undefined, opening: OpeningSession): Promise<string | undefined> {
  const { store, signal, onProgress } = request;
  // Two tellings of how far things are would be none: the saving takes longer.
  let isSaving = false;
  const verifying = { ...request, onProgress: (progress: SnapshotProgress) => (isSaving ? undefined : onProgress?.(progress)) };
  const saving = (progress: SnapshotProgress): void => {
    isSaving = true;
    onProgress?.(progress);
  };
  if (snapshot) onProgress?.({ phase: 'verifying', bytes: 0, files: 0, newBytes: 0 });
  const whole = snapshot ? checkWhole(snapshot, verifying) : Promise.resolve();
  const notWhole = new AbortController();
  whole.catch(() => notWhole.abort());
  const save = async (): Promise<string | undefined> => {
    const both = signal ? AbortSignal.any([signal, notWhole.signal]) : notWhole.signal;
    const id = await saveCurrent({ ...request, signal: both, onProgress: saving }, await opening.session());
    isSaving = false;
    return id;
  };
  const saved = save();
  // Told when the other has ended.
  saved.catch(() => undefined);
  try {
    await whole;
  } catch (error) {
    const id = await saved.catch(() => undefined);
    if (id !== undefined) await store.remove(id);
    throw error;
  }
  return saved;
}

/** Raises `snapshot.damaged`. */
async function checkWhole(snapshot: SnapshotDetails, { store, signal, onProgress }: RestoreRequest): Promise<void> {
  const verification = await store.verify(snapshot.id, { signal, deep: false, ...(onProgress ? { onProgress } : {}) });
  if (verification.damaged.length > 0) throw damagedFault(snapshot.name, verification.damaged);
}

async function saveCurrent({ store, transport, safety, onProgress, signal }: RestoreRequest, session: VolumeSession | undefined): Promise<string | undefined> {
  if (!safety || safety.volumes.length === 0) return undefined;
  const relabel: OnProgress = (progress) => onProgress?.({ ...progress, phase: 'safety' });
  const { id } = await captureSnapshot({ store, transport, ...safety, onProgress: relabel, signal, session });
  return id;
}

/** Runs under a signal of its own: that the restore was cancelled must not keep the data from being put back. */
async function rollBack(request: RestoreRequest, journal: Journal, cause: unknown): Promise<void> {
  try {
    await journal.note({ state: 'rolling-back' });
    await putBack({ ...request, signal: cleanupSignal(rollBackTime) }, journal);
    await journal.end();
  } catch (error) {
    await journal.note({ givenUp: true });
    throw new Fault(
      {
        code: 'storage.failed',
        message: 'The restore failed, and what the volumes held before could not be put back yet.',
        hint: 'It is kept in a safety snapshot, and is put back as soon as the engine can be reached, or at the next start.',
        detail: `${String(cause)}\n${String(error)}`,
        data: { safetySnapshotId: journal.entry.safetySnapshotId },
      },
      { cause: error },
    );
  }
}

/** Gives the volumes what they held before the restore; those that were new become empty. */
async function putBack(writing: VolumeWriting, { entry }: Journal): Promise<void> {
  const { targets, safetySnapshotId } = entry;
  const saved = safetySnapshotId === undefined ? [] : (await writing.store.get(safetySnapshotId)).volumes.map(({ name }) => name);
  const isSaved = (volume: string): boolean => saved.includes(volume);
  for (const { volume } of targets.filter((target) => !isSaved(target.volume))) await writing.reset.clear(volume, writing);
  if (safetySnapshotId === undefined) return;
  const back = targets.filter(({ volume }) => isSaved(volume)).map(({ volume }) => ({ from: volume, volume }));
  await replaceVolumes(writing, { snapshotId: safetySnapshotId }, back);
}

export interface RecoverRequest extends Cancellable {
  readonly store: SnapshotStore;
  readonly transport: VolumeTransport;
  readonly reset: VolumeReset;
  readonly journalDirectory: string;
  /** Called before an interrupted restore's volumes are written: stop the services that use them. */
  readonly beforeWriting: (volumes: readonly string[], options: Cancellable) => Promise<void>;
  readonly onProgress?: OnProgress;
}

export interface RecoveredRestore {
  readonly environmentId: string;
  /** Absent: the volumes were being emptied. */
  readonly snapshotId?: string;
  readonly volumes: readonly string[];
  /** `untouched`: it was interrupted before anything was replaced. */
  readonly outcome: 'finished' | 'rolled-back' | 'untouched';
}

/**
 * Finishes, or else undoes, the restores that a killed process left, or that a living one could not undo; those under
 * way are left alone. What fails stays in its journal for the next call; the first failure is raised after all others
 * had their turn.
 */
export async function recoverRestores(request: RecoverRequest): Promise<readonly RecoveredRestore[]> {
  const recovered: RecoveredRestore[] = [];
  const failures: unknown[] = [];
  for (const journal of await Journal.takeOver(request.journalDirectory)) {
    const { environmentId, snapshotId, targets } = journal.entry;
    try {
      const outcome = await recover(request, journal);
      await journal.end();
      recovered.push({ environmentId, ...(snapshotId === undefined ? {} : { snapshotId }), volumes: targets.map(({ volume }) => volume), outcome });
    } catch (error) {
      await journal.note({ givenUp: true });
      failures.push(error);
    }
  }
  if (failures.length > 0) throw failures[0];
  return recovered;
}

async function recover(request: RecoverRequest, journal: Journal): Promise<RecoveredRestore['outcome']> {
  const { state, snapshotId, targets, specs } = journal.entry;
  if (state === 'saving') return 'untouched';
  const { store, reset, signal } = request;
  await request.beforeWriting(targets.map(({ volume }) => volume), { signal });
  for (const spec of specs) await reset.ensure(withoutUndefined(spec), { signal });
  if (state === 'replacing' && (snapshotId === undefined || (await isWhole(store, snapshotId, signal)))) {
    await replaceVolumes(request, { snapshotId }, targets.map(({ from, volume, paths }) => ({ from, volume, ...(paths ? { paths } : {}) })));
    return 'finished';
  }
  await journal.note({ state: 'rolling-back' });
  await putBack(request, journal);
  return 'rolled-back';
}

async function isWhole(store: SnapshotStore, id: string, signal: AbortSignal | undefined): Promise<boolean> {
  try {
    return (await store.verify(id, { signal, deep: false })).damaged.length === 0;
  } catch (error) {
    if (error instanceof Fault && ['snapshot.damaged', 'snapshot.not-found'].includes(error.problem.code)) return false;
    throw error;
  }
}

function withoutUndefined({ name, driver, driverOptions, labels }: Journal['entry']['specs'][number]) {
  return { name, ...(driver ? { driver } : {}), ...(driverOptions ? { driverOptions } : {}), ...(labels ? { labels } : {}) };
}

function checkTargets(snapshot: string, volumes: readonly string[], targets: readonly RestoreTarget[]): void {
  const missing = targets.find(({ from }) => !volumes.includes(from));
  if (!missing) return;
  throw new Fault({
    code: 'snapshot.not-found',
    message: `Snapshot ${snapshot} holds no volume ${missing.from}.`,
    hint: volumes.length === 0 ? 'It holds no volumes at all.' : `It holds ${volumes.join(', ')}.`,
  });
}

function damagedFault(snapshot: string, found: readonly { blob: string; reason: string }[]): Fault {
  return new Fault({
    code: 'snapshot.damaged',
    message: `Snapshot ${snapshot} is damaged and was not restored; nothing was changed.`,
    hint: 'Restore another snapshot, or copy this one again from where it was shared.',
    detail: found.map(({ blob, reason }) => `${blob}: ${reason}`).join('\n'),
    data: { damaged: found },
  });
}
