import type { RestorePreview } from '../../../shared/models/snapshot.ts';
import { type Cancellable, cleanupSignal } from '../base/abort.ts';
import { Fault } from '../base/fault.ts';
import type { OnProgress, SnapshotStore } from './snapshot-store.ts';
import type { VolumeTransport } from './transport.ts';

export interface PreviewRequest extends Cancellable {
  readonly store: SnapshotStore;
  readonly transport: VolumeTransport;
  readonly environmentId: string;
  /** Absent: the volumes would be emptied. */
  readonly snapshotId?: string;
  readonly paths?: readonly string[];
  readonly targets: readonly {
    readonly key: string;
    /** The volume's name in the snapshot. */
    readonly from: string;
    readonly volume: string;
    /** It isn't there yet. */
    readonly isNew: boolean;
  }[];
  readonly onProgress?: OnProgress;
}

/** What a restore would change, told from reading the volumes while services go on. Changes nothing. */
export async function previewRestore(request: PreviewRequest): Promise<Omit<RestorePreview, 'services'>> {
  const { store, transport, environmentId, snapshotId, paths, targets, onProgress } = request;
  const signal = request.signal ?? new AbortController().signal;
  const existing = targets.filter(({ isNew }) => !isNew).map(({ volume }) => volume);
  const session = await transport.open(existing, { signal });
  try {
    return await store.runner.run(
      'preview',
      {
        directory: store.directory,
        environmentId,
        format: session.format,
        targets: [...targets],
        ...(snapshotId === undefined ? {} : { snapshotId }),
        ...(paths ? { paths } : {}),
      },
      {
        signal,
        read: (volume, known) => session.read(volume, { signal, known }),
        write: () => Promise.reject(new Error('a preview writes no volume')),
        progress: onProgress ?? (() => undefined),
      },
    );
  } finally {
    await session.close({ signal: cleanupSignal() });
    await forgetReading(store);
  }
}

/** Frees what was stored for looking only; while others use the store, or it is damaged, the next pruning does it. */
async function forgetReading(store: SnapshotStore): Promise<void> {
  try {
    await store.prune({ signal: cleanupSignal() });
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
  }
}
