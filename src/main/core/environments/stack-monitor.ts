import type { EnvironmentRecord } from '../../../shared/models/environment.ts';
import { sleep } from '../base/abort.ts';
import { isAbort } from '../base/fault.ts';
import { Live } from '../base/live.ts';
import type { Logger } from '../base/logger.ts';
import type { EngineConnection } from '../engine/engine-connection.ts';
import type { Engine } from '../engine/engine.ts';
import type { ObservedStack } from '../stacks/observe.ts';
import { watchStack } from '../stacks/watch-stack.ts';

/** After a failed look at the engine, the pause before the next one, in milliseconds. */
const retryMs = 2_000;

/**
 * Keeps what the engine has of every environment up to date, from the engine's events alone. Only the app runs it; the
 * command line looks once.
 */
export class StackMonitor {
  /** Project name → what the engine has; a project without an entry has not been looked at yet. */
  readonly stacks = new Live<ReadonlyMap<string, ObservedStack>>(new Map());
  readonly #connection: EngineConnection;
  readonly #logger: Logger;
  readonly #watched = new Map<string, AbortController>();
  readonly #stop = new AbortController();
  #engine: Engine | undefined;
  #running: Promise<void> = Promise.resolve();

  constructor({ connection, logger }: { connection: EngineConnection; logger: Logger }) {
    this.#connection = connection;
    this.#logger = logger;
  }

  /** Watches exactly the projects of these environments from now on. */
  watch(records: readonly EnvironmentRecord[]): void {
    const wanted = new Set(records.map(({ projectName }) => projectName));
    for (const [name, watching] of this.#watched) {
      if (wanted.has(name)) continue;
      watching.abort();
      this.#watched.delete(name);
      this.#forget(name);
    }
    for (const name of wanted) if (!this.#watched.has(name)) this.#begin(name);
  }

  /** Stays with the connection's engine, whichever it is, until `close`. */
  start(): void {
    this.#running = this.#followEngines();
  }

  async close(): Promise<void> {
    this.#stop.abort();
    for (const watching of this.#watched.values()) watching.abort();
    await this.#running;
  }

  async #followEngines(): Promise<void> {
    for await (const engine of this.#connection.engines({ signal: this.#stop.signal })) {
      this.#engine = engine;
      this.#restartAll();
      await this.#followEvents(engine);
      this.#engine = undefined;
      this.stacks.set(new Map());
    }
  }

  async #followEvents(engine: Engine): Promise<void> {
    try {
      // No container has this label: only the connection itself is of interest here.
      for await (const event of engine.events.watch({ labels: ['io.slipway.connection-only'], signal: this.#stop.signal })) {
        if (event.kind === 'disconnected') {
          this.stacks.set(new Map());
          this.#connection.noteLost(event.reason);
        } else if (event.kind === 'connected') {
          this.#connection.noteRegained();
        }
      }
    } catch (error) {
      if (isAbort(error)) return;
      this.#logger.debug('the event stream ended', { error: String(error) });
      await sleep(retryMs, { signal: this.#stop.signal }).catch(() => undefined);
    }
  }

  #restartAll(): void {
    const names = [...this.#watched.keys()];
    for (const watching of this.#watched.values()) watching.abort();
    this.#watched.clear();
    for (const name of names) this.#begin(name);
  }

  #begin(projectName: string): void {
    const watching = new AbortController();
    this.#watched.set(projectName, watching);
    const engine = this.#engine;
    if (engine) void this.#watchOne(engine, projectName, watching.signal);
  }

  async #watchOne(engine: Engine, projectName: string, signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      try {
        for await (const stack of watchStack(engine, projectName, { signal })) {
          this.stacks.update((stacks) => new Map(stacks).set(projectName, stack));
        }
      } catch (error) {
        if (isAbort(error)) return;
        this.#logger.debug('watching a stack failed', { projectName, error: String(error) });
        this.#forget(projectName);
      }
      await sleep(retryMs, { signal }).catch(() => undefined);
    }
  }

  #forget(projectName: string): void {
    this.stacks.update((stacks) => {
      const rest = new Map(stacks);
      rest.delete(projectName);
      return rest;
    });
  }
}
