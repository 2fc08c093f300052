import { type Cancellable, cleanupSignal } from '../base/abort.ts';
import type { RestoreTarget } from './restore.ts';
import type { OnProgress, SnapshotStore } from './snapshot-store.ts';
import type { VolumeReset, VolumeSession, VolumeTransport } from './transport.ts';

export interface VolumeWriting extends Cancellable {
  readonly store: SnapshotStore;
  readonly transport: VolumeTransport;
  readonly reset: VolumeReset;
  readonly onProgress?: OnProgress;
}

export interface Replacement {
  /** What the volumes are to hold; absent: nothing. */
  readonly snapshotId?: string | undefined;
  /** A snapshot of what they hold at this moment, where there is one: only what differs is written then. */
  readonly currentId?: string | undefined;
  /** A session with the volumes that is open already; it is closed. */
  readonly session?: VolumeSession | undefined;
}

/**
 * Gives the target volumes a snapshot's content: by the helper, which writes what differs, where the transport has one;
 * else emptied and unpacked anew. Doing it again without `currentId`, from whatever state, does no harm.
 */
export async function replaceVolumes(
  writing: VolumeWriting,
  { snapshotId, currentId, session: opened }: Replacement,
  targets: readonly RestoreTarget[],
): Promise<void> {
  if (snapshotId === undefined) {
    await clearAll(writing, targets);
    return;
  }
  writing.store.runner.prepare();
  const open = (): Promise<VolumeSession> => writing.transport.open(targets.map(({ volume }) => volume), { signal: writing.signal });
  let session = opened ?? (await open());
  try {
    if (session.apply) {
      await run(writing, 'apply', session, { snapshotId, targets, ...(currentId === undefined ? {} : { currentId }) });
      return;
    }
    const whole = targets.filter(({ paths }) => paths === undefined);
    if (whole.length > 0) {
      // A volume that no container holds can be emptied in more ways.
      await session.close({ signal: cleanupSignal() });
      await clearAll(writing, whole);
      session = await open();
    }
    const rooted = targets.map((target) => ({ ...target, root: session.rootOf(target.volume) }));
    await run(writing, 'restore', session, { snapshotId, targets: rooted });
  } finally {
    await session.close({ signal: cleanupSignal() });
  }
}

async function clearAll({ reset, signal, onProgress }: VolumeWriting, targets: readonly RestoreTarget[]): Promise<void> {
  for (const { volume } of targets) {
    onProgress?.({ phase: 'clearing', volume, bytes: 0, files: 0, newBytes: 0 });
    await reset.clear(volume, { signal });
  }
}

async function run<Job extends 'apply' | 'restore'>(
  { store, onProgress, ...writing }: VolumeWriting,
  job: Job,
  session: VolumeSession,
  input: Omit<Parameters<typeof store.runner.run<Job>>[1], 'directory'>,
): Promise<void> {
  const signal = writing.signal ?? new AbortController().signal;
  const write = (volume: string, bytes: AsyncIterable<Buffer>): Promise<void> =>
    job === 'apply' && session.apply ? session.apply(volume, bytes, { signal }) : session.write(volume, bytes, { signal });
  await store.runner.run(job, { directory: store.directory, ...input }, {
    signal,
    read: () => {
      throw new Error('a restore reads no volume');
    },
    write,
    progress: onProgress ?? (() => undefined),
  });
}
