import { type Cancellable, cleanupSignal } from '../base/abort.ts';
import type { RestoreTarget } from './restore.ts';
import type { OnProgress, SnapshotStore } from './snapshot-store.ts';
import type { VolumeReset, VolumeTransport } from './transport.ts';

export interface VolumeWriting extends Cancellable {
  readonly store: SnapshotStore;
  readonly transport: VolumeTransport;
  readonly reset: VolumeReset;
  readonly onProgress?: OnProgress;
}

/** Empties the target volumes and writes a snapshot's content to them. Doing it again from the start does no harm. */
export async function replaceVolumes(writing: VolumeWriting, snapshotId: string, targets: readonly RestoreTarget[]): Promise<void> {
  const { store, transport, reset, onProgress } = writing;
  const signal = writing.signal ?? new AbortController().signal;
  for (const { volume } of targets) {
    onProgress?.({ phase: 'clearing', volume, bytes: 0, files: 0, newBytes: 0 });
    await reset.clear(volume, { signal });
  }
  const session = await transport.open(targets.map(({ volume }) => volume), { signal });
  try {
    await store.runner.run(
      'restore',
      {
        directory: store.directory,
        snapshotId,
        targets: targets.map(({ from, volume }) => ({ from, volume, root: session.rootOf(volume) })),
      },
      {
        signal,
        read: () => {
          throw new Error('a restore reads no volume');
        },
        write: (volume, tar) => session.write(volume, tar, { signal }),
        progress: onProgress ?? (() => undefined),
      },
    );
  } finally {
    await session.close({ signal: cleanupSignal() });
  }
}
