import type { Cancellable } from './abort.ts';

/**
 * A value that changes and can be watched. Watchers get the present value first and then every newer one; a slow
 * watcher skips values in between, never the last.
 */
export class Live<T> {
  #value: T;
  #version = 0;
  readonly #wake = new Set<() => void>();

  constructor(value: T) {
    this.#value = value;
  }

  get value(): T {
    return this.#value;
  }

  set(value: T): void {
    this.#value = value;
    this.#version += 1;
    for (const wake of [...this.#wake]) wake();
  }

  update(change: (value: T) => T): void {
    this.set(change(this.#value));
  }

  /** Ends quietly when `signal` aborts. */
  async *watch({ signal }: Cancellable = {}): AsyncGenerator<T, void, void> {
    let seen = -1;
    while (!signal?.aborted) {
      if (seen !== this.#version) {
        seen = this.#version;
        yield this.#value;
        continue;
      }
      await new Promise<void>((resolve) => {
        const wake = (): void => {
          this.#wake.delete(wake);
          signal?.removeEventListener('abort', wake);
          resolve();
        };
        this.#wake.add(wake);
        signal?.addEventListener('abort', wake, { once: true });
      });
    }
  }
}
