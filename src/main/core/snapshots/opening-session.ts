import { cleanupSignal } from '../base/abort.ts';
import type { RestoreRequest } from './restore.ts';
import type { VolumeSession } from './transport.ts';

/**
 * A restore's session with all its volumes, being opened while the snapshot is verified: its container takes as long to
 * start.
 */
export class OpeningSession {
  readonly #opened: Promise<VolumeSession | undefined>;
  #isOurs = true;

  constructor(request: RestoreRequest) {
    this.#opened = request.snapshotId === undefined ? Promise.resolve(undefined) : open(request);
    // Who asks for it hears of the failure.
    this.#opened.catch(() => undefined);
  }

  /** Undefined where nothing but emptying is asked for. Raises what opening it raised. */
  session(): Promise<VolumeSession | undefined> {
    return this.#opened;
  }

  /** The same, for whoever closes it. */
  handOver(): Promise<VolumeSession | undefined> {
    this.#isOurs = false;
    return this.#opened;
  }

  /** Removes what it holds on the engine, unless it was handed over. */
  async close(): Promise<void> {
    const session = this.#isOurs ? await this.#opened.catch(() => undefined) : undefined;
    await session?.close({ signal: cleanupSignal() });
  }
}

function open({ transport, targets, safety, signal }: RestoreRequest): Promise<VolumeSession> {
  const volumes = new Set([...targets.map(({ volume }) => volume), ...(safety?.volumes ?? []).map(({ name }) => name)]);
  return transport.open([...volumes], { signal });
}
