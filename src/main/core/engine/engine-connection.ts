import type { EngineStatus } from '../../../shared/models/engine.ts';
import { type Cancellable, sleep } from '../base/abort.ts';
import { isAbort, toProblem } from '../base/fault.ts';
import { Live } from '../base/live.ts';
import type { Logger } from '../base/logger.ts';
import type { Engine } from './engine.ts';

export interface ConnectedEngine {
  readonly engine: Engine;
  /** Started and owned by the app. */
  readonly private: boolean;
}

/** Finds an engine and connects to it; raises `engine.unreachable` and its kin with what was tried. */
export type ConnectEngine = (options: Cancellable) => Promise<ConnectedEngine>;

/** Pauses between attempts while no engine can be had, in milliseconds. */
const retryPauses = [1_000, 2_000, 5_000, 10_000, 30_000];

/** The one connection of this process: made at first need, watched, and made again when the engine comes back. */
export class EngineConnection {
  readonly status = new Live<EngineStatus>({ state: 'connecting', detail: 'Looking for an engine' });
  readonly #connect: ConnectEngine;
  readonly #logger: Logger;
  readonly #closing = new AbortController();
  #current: Promise<ConnectedEngine> | undefined;
  #whenConnected: EngineStatus | undefined;

  constructor({ connect, logger }: { connect: ConnectEngine; logger: Logger }) {
    this.#connect = connect;
    this.#logger = logger;
  }

  /** The engine, connecting when needed. Raises what the connecting raised; the next call tries again. */
  async get({ signal }: Cancellable = {}): Promise<Engine> {
    signal?.throwIfAborted();
    const { engine } = await this.#attempt();
    signal?.throwIfAborted();
    return engine;
  }

  /** Drops the present engine and tries again at once. Never raises; `status` tells how it went. */
  async reconnect(): Promise<void> {
    await this.#drop();
    await this.#attempt().catch(() => undefined);
  }

  /**
   * Each engine that this connection comes to, until `signal` aborts. The reader holds on to one for as long as its
   * event stream goes on; a daemon that stops and comes back at the same address stays the same engine.
   */
  async *engines({ signal }: { signal: AbortSignal }): AsyncGenerator<Engine, void, void> {
    let failures = 0;
    while (!signal.aborted) {
      try {
        const engine = await this.get({ signal });
        failures = 0;
        yield engine;
      } catch (error) {
        if (isAbort(error)) return;
        const pause = retryPauses[Math.min(failures, retryPauses.length - 1)] ?? 30_000;
        failures += 1;
        await this.#connectedOr(pause, signal);
      }
    }
  }

  /** Told by whoever reads the event stream: the daemon is gone, or answers again. */
  noteLost(reason: string): void {
    if (this.status.value.state !== 'connected') return;
    this.#whenConnected = this.status.value;
    this.status.set({
      state: 'unavailable',
      problem: {
        code: 'engine.lost',
        message: 'The connection to the engine was lost.',
        hint: 'Start the engine again; Slipway reconnects by itself.',
        detail: reason,
      },
    });
  }

  noteRegained(): void {
    if (this.#whenConnected && this.status.value.state === 'unavailable') this.status.set(this.#whenConnected);
  }

  async close(): Promise<void> {
    this.#closing.abort();
    await this.#drop();
  }

  #attempt(): Promise<ConnectedEngine> {
    this.#current ??= this.#open().catch((error: unknown) => {
      this.#current = undefined;
      throw error;
    });
    return this.#current;
  }

  async #open(): Promise<ConnectedEngine> {
    this.status.set({ state: 'connecting', detail: 'Looking for an engine' });
    try {
      const connected = await this.#connect({ signal: this.#closing.signal });
      const info = await connected.engine.info({ signal: this.#closing.signal });
      this.status.set({
        state: 'connected',
        name: info.name,
        version: info.version,
        address: connected.engine.endpoint.address,
        origin: connected.engine.endpoint.origin,
        private: connected.private,
      });
      return connected;
    } catch (error) {
      if (!isAbort(error)) this.status.set({ state: 'unavailable', problem: toProblem(error) });
      throw error;
    }
  }

  async #drop(): Promise<void> {
    const current = this.#current;
    this.#current = undefined;
    const connected = await current?.catch(() => undefined);
    await connected?.engine.close().catch((error: unknown) => {
      this.#logger.debug('closing the engine failed', { error: String(error) });
    });
  }

  /** Waits for `ms`, or until somebody else's attempt connected. */
  async #connectedOr(ms: number, signal: AbortSignal): Promise<void> {
    const done = new AbortController();
    const either = AbortSignal.any([signal, done.signal]);
    const watching = (async () => {
      for await (const status of this.status.watch({ signal: either })) if (status.state === 'connected') return;
    })();
    await Promise.race([sleep(ms, { signal: either }).catch(() => undefined), watching]);
    done.abort();
    await watching;
  }
}

