import type { SnapshotSummary } from '../../../shared/models/snapshot.ts';
import { type Cancellable, cleanupSignal } from '../base/abort.ts';
import type { OnProgress, SnapshotStore } from './snapshot-store.ts';
import type { VolumeSession, VolumeTransport } from './transport.ts';

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

/** A session with the volumes that is open already, and stays open. */
export interface OpenSession {
  readonly session?: VolumeSession | undefined;
}

export interface CaptureMetadata {
  /** Chosen automatically when absent, e.g. "shop 2026-11-23 12:31". */
  readonly name?: string;
  readonly note?: string;
  readonly tags?: readonly string[];
  /** The snapshot's id whose data was masked. */
  readonly maskedFrom?: string;
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
 * the engine holds nothing of ours. With a freeze, a transport that can tell what has changed reads everything once
 * while the services go on, and freezes them only to read what has changed since; another freezes them all the while.
 */
export async function captureSnapshot(request: CaptureRequest & OpenSession): Promise<SnapshotSummary> {
  const { store, transport, environment, volumes, metadata, freeze, onProgress } = request;
  const signal = request.signal ?? new AbortController().signal;
  const createdAt = store.clock.now();
  const name = metadata.name ?? (await automaticName(store, environment.name, createdAt));
  store.runner.prepare();
  const session = request.session ?? (await transport.open(volumes.map((volume) => volume.name), { signal }));
  const close = once(async () => {
    if (!request.session) await session.close({ signal: cleanupSignal() });
  });
  const livePass = freeze !== undefined && session.format === 'packed';
  for (const { name: volume } of volumes) session.expectRead?.(volume, { signal });
  const frozen = new FrozenReads(session, { freeze, live: livePass ? volumes.length : 0, frozen: volumes.length, signal, ended: close });
  try {
    const id = await store.runner.run(
      'capture',
      {
        directory: store.directory,
        config: { ...metadata, name, note: metadata.note ?? '', tags: [...(metadata.tags ?? [])], environment, createdAt: createdAt.toISOString() },
        volumes: [...volumes],
        format: session.format,
        livePass,
      },
      {
        signal,
        read: (volume, known) => frozen.read(volume, known),
        write: () => Promise.reject(new Error('a capture writes no volume')),
        progress: onProgress ?? (() => undefined),
      },
    );
    return await store.get(id);
  } finally {
    try {
      await frozen.thaw();
    } finally {
      await close();
    }
  }
}

/** Time that letting the services go on may take, in milliseconds: stopped ones are started one after the other. */
const resumeMs = 120_000;

/** Calls `action` the first time only; every call gets its promise, whose failure nobody need hear. */
function once(action: () => Promise<void>): () => Promise<void> {
  let called: Promise<void> | undefined;
  return () => {
    called ??= action();
    called.catch(() => undefined);
    return called;
  };
}

/** Lets the first reads pass, then freezes the services until the last one has ended. */
class FrozenReads {
  readonly #session: VolumeSession;
  readonly #freeze: Freeze | undefined;
  readonly #signal: AbortSignal;
  readonly #ended: () => Promise<void>;
  #live: number;
  #left: number;
  #state: 'running' | 'frozen' | 'thawed' = 'running';

  constructor(session: VolumeSession, reads: { freeze: Freeze | undefined; live: number; frozen: number; signal: AbortSignal; ended: () => Promise<void> }) {
    this.#session = session;
    this.#freeze = reads.freeze;
    this.#live = reads.live;
    this.#left = reads.frozen;
    this.#signal = reads.signal;
    this.#ended = reads.ended;
  }

  async *read(volume: string, known: Buffer | undefined): AsyncGenerator<Buffer> {
    if (this.#live > 0) {
      this.#live -= 1;
      const bytes = this.#session.read(volume, { signal: this.#signal, known });
      // Services stand still by the time of the next one.
      this.#session.expectRead?.(volume, { signal: this.#signal });
      yield* bytes;
      return;
    }
    if (this.#state === 'running') {
      this.#state = 'frozen';
      await this.#freeze?.pause({ signal: this.#signal });
    }
    yield* this.#session.read(volume, { signal: this.#signal, known });
    this.#left -= 1;
    if (this.#left > 0) return;
    await this.thaw();
    // While the store writes what was read.
    void this.#ended();
  }

  async thaw(): Promise<void> {
    if (this.#state !== 'frozen') return;
    this.#state = 'thawed';
    await this.#freeze?.resume({ signal: cleanupSignal(resumeMs) });
  }
}

/** The environment and the minute, e.g. "shop 2026-11-23 12:31", numbered when taken already. */
async function automaticName(store: SnapshotStore, environment: string, at: Date): Promise<string> {
  const base = `${environment} ${at.toISOString().slice(0, 16).replace('T', ' ')}`;
  const taken = new Set((await store.list()).map(({ name }) => name));
  let name = base;
  for (let count = 2; taken.has(name); count += 1) name = `${base} (${count})`;
  return name;
}
