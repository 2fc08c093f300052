import type {
  SnapshotDetails,
  SnapshotProgress,
  SnapshotSummary,
  SnapshotUsage,
  SnapshotVerification,
} from '../../../shared/models/snapshot.ts';
import type { Cancellable } from '../base/abort.ts';
import type { Clock } from '../base/clock.ts';
import type { JobRunner } from './jobs/store-jobs.ts';

export type OnProgress = (progress: SnapshotProgress) => void;

/** What a person may change about a snapshot afterwards; its id stays. */
export interface SnapshotNotes {
  readonly name?: string;
  readonly note?: string;
  readonly tags?: readonly string[];
}

export interface VerifyOptions extends Cancellable {
  readonly onProgress?: OnProgress;
  readonly deep?: boolean;
}

/**
 * A directory of snapshots, as FORMAT.md specifies it. Several processes may use one store at the same time.
 *
 * Wherever an `id` is asked for, a unique beginning of its hex digits (at least 4) or the snapshot's name will do.
 * Every method raises `snapshot.not-found`, `snapshot.damaged`, `snapshot.unsupported` (a newer format),
 * `snapshot.locked` (another process holds the store) or `snapshot.no-space` where that applies.
 */
export interface SnapshotStore {
  readonly directory: string;
  readonly clock: Clock;
  /** Where its heavy work runs. */
  readonly runner: JobRunner;
  /** Newest first. */
  list(options?: Cancellable & { readonly environmentId?: string }): Promise<readonly SnapshotSummary[]>;
  get(id: string, options?: Cancellable): Promise<SnapshotDetails>;
  /** Forgets a snapshot. Its bytes stay until `prune`. */
  remove(id: string, options?: Cancellable): Promise<void>;
  annotate(id: string, notes: SnapshotNotes, options?: Cancellable): Promise<void>;
  /**
   * Reads every byte that the snapshot needs; `deep` (the default) also decompresses and hashes every chunk. Damage is
   * the result, not an error.
   */
  verify(id: string, options?: VerifyOptions): Promise<SnapshotVerification>;
  usage(options?: Cancellable): Promise<SnapshotUsage>;
  /** Deletes what no snapshot refers to; returns the compressed bytes freed. */
  prune(options?: Cancellable): Promise<{ readonly freedBytes: number }>;
}
