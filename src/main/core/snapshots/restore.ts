import type { Cancellable } from '../base/abort.ts';
import type { CaptureRequest } from './capture.ts';
import type { OnProgress, SnapshotStore } from './snapshot-store.ts';
import type { VolumeReset, VolumeTransport } from './transport.ts';

export interface RestoreTarget {
  /** The volume's name in the snapshot (see `SnapshotSummary.volumes`). */
  readonly from: string;
  /** The engine's volume to write to; it exists, and no running container uses it. */
  readonly volume: string;
}

export interface RestoreRequest extends Cancellable {
  readonly store: SnapshotStore;
  readonly transport: VolumeTransport;
  readonly reset: VolumeReset;
  /** Where journals of restores lie; `recoverRestores` looks there at the next start. */
  readonly journalDirectory: string;
  readonly snapshotId: string;
  readonly targets: readonly RestoreTarget[];
  /** How to save the current content first; absent for new volumes, which have none. */
  readonly safety?: Pick<CaptureRequest, 'environment' | 'volumes' | 'metadata'>;
  readonly onProgress?: OnProgress;
}

export interface RestoreResult {
  readonly snapshotId: string;
  /** Restoring this one undoes the restore. */
  readonly safetySnapshotId?: string;
}

/**
 * Replaces the content of volumes by a snapshot's. Every byte needed is verified before the first one is replaced
 * (`snapshot.damaged` names what is damaged), and the current content is saved first. A failure or cancellation while
 * writing puts the saved content back; a killed process is taken care of by `recoverRestores`.
 */
export type RestoreSnapshot = (request: RestoreRequest) => Promise<RestoreResult>;

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
  readonly snapshotId: string;
  readonly volumes: readonly string[];
  /** `untouched`: it was interrupted before anything was replaced. */
  readonly outcome: 'finished' | 'rolled-back' | 'untouched';
}

/** Finishes, or else undoes, the restores that a killed process left; those of living processes are left alone. */
export type RecoverRestores = (request: RecoverRequest) => Promise<readonly RecoveredRestore[]>;
