import { isAbort } from '../../base/fault.ts';
import type { Engine } from '../../engine/engine.ts';
import { ofProject } from '../labels.ts';
import { Bell } from './bell.ts';

/** What says nothing new about a container: of a health probe only its end does. */
const silent = /^(exec_create|exec_start|attach|resize|top|archive-path|extract-to-dir|export|copy)/;

/** One subscription to a project's container events, shared by everything that waits while a plan is executed. */
export class ContainerEvents {
  readonly #bells = new Map<string, Bell>();
  readonly #reading: Promise<void>;
  readonly #stopping = new AbortController();
  #failure: { readonly error: unknown } | undefined;

  constructor(engine: Engine, projectName: string) {
    this.#reading = this.#read(engine, projectName).catch((error: unknown) => {
      if (!isAbort(error)) this.#failure = { error };
      this.#ringAll();
    });
  }

  /** Rings when something happened to the container, or may have while the connection was lost. */
  of(containerId: string): Bell {
    const known = this.#bells.get(containerId);
    if (known) return known;
    const bell = new Bell();
    this.#bells.set(containerId, bell);
    return bell;
  }

  /** Aborts when nobody waits for events any more. */
  get closed(): AbortSignal {
    return this.#stopping.signal;
  }

  /** Raises what ended the subscription, if something did. */
  check(): void {
    if (this.#failure) throw this.#failure.error;
  }

  async close(): Promise<void> {
    this.#stopping.abort();
    await this.#reading;
  }

  async #read(engine: Engine, projectName: string): Promise<void> {
    for await (const event of engine.events.watch({ labels: [ofProject(projectName)], signal: this.#stopping.signal })) {
      if (event.kind === 'connected') this.#ringAll();
      else if (event.kind === 'container' && !silent.test(event.action)) this.#bells.get(event.id)?.ring();
    }
  }

  #ringAll(): void {
    for (const bell of this.#bells.values()) bell.ring();
  }
}
