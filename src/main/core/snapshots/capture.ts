import type { SnapshotSummary } from '../../../shared/models/snapshot.ts';
import type { Cancellable } from '../base/abort.ts';
import type { OnProgress, SnapshotStore } from './snapshot-store.ts';
import type { VolumeTransport } from './transport.ts';

/** A volume as the engine describes it, and the key under which the Compose file knows it. */
export interface VolumeToCapture {
  readonly key: string;
  readonly name: string;
  readonly driver: string;
  readonly driverOptions: Readonly<Record<string, string>>;
  readonly labels: Readonly<Record<string, string>>;
}

/** Holds the services still while their volumes are read. `resume` is called exactly once after `pause` was. */
export interface Freeze {
  pause(options: Cancellable): Promise<void>;
  /** Called with a fresh signal, also after a failed or cancelled capture. */
  resume(options: Cancellable): Promise<void>;
}

export interface CaptureRequest extends Cancellable {
  readonly store: SnapshotStore;
  readonly transport: VolumeTransport;
  readonly environment: { readonly id: string; readonly name: string; readonly project: string };
  readonly volumes: readonly VolumeToCapture[];
  readonly metadata: CaptureMetadata;
  /** Absent when the services are stopped, or on purpose live. */
  readonly freeze?: Freeze;
  readonly onProgress?: OnProgress;
}

export interface CaptureMetadata {
  /** Chosen automatically when absent, e.g. "shop 2026-11-23 12.31". */
  readonly name?: string;
  readonly note?: string;
  readonly tags?: readonly string[];
  readonly kind: SnapshotSummary['kind'];
  readonly consistency: SnapshotSummary['consistency'];
  /** Image reference → digest of what ran. */
  readonly images: Readonly<Record<string, string>>;
  readonly engine: { readonly name: string; readonly version: string; readonly platform: string };
  /** JSON, secrets masked by the caller. */
  readonly resolvedConfig: unknown;
}

/**
 * Reads volumes into a new snapshot. Raises `volume.not-found`, `snapshot.no-space`, `snapshot.locked` and what the
 * transport raises; then, and when cancelled, the store is as it was (bytes written so far go at the next prune) and
 * the engine holds nothing of ours.
 */
export type CaptureSnapshot = (request: CaptureRequest) => Promise<SnapshotSummary>;
