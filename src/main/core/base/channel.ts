import type { Cancellable } from './abort.ts';

/** A queue from pushing code to one `for await` reader. Reading ends after `end()` or when the reader's signal aborts. */
export class Channel<T> {
  #pending: T[] = [];
  #ended = false;
  #wake: (() => void) | undefined;

  /** `replace` names a pending value that the new one makes worthless, so that a slow reader cannot pile up work. */
  push(value: T, replace?: (pending: T) => boolean): void {
    const index = replace ? this.#pending.findIndex(replace) : -1;
    if (index >= 0) this.#pending[index] = value;
    else this.#pending.push(value);
    this.#wake?.();
  }

  end(): void {
    this.#ended = true;
    this.#wake?.();
  }

  async *read({ signal }: Cancellable = {}): AsyncGenerator<T, void, void> {
    const onAbort = (): void => this.#wake?.();
    signal?.addEventListener('abort', onAbort);
    try {
      while (!signal?.aborted) {
        const value = this.#pending.shift();
        if (value !== undefined) {
          yield value;
        } else if (this.#ended) {
          return;
        } else {
          await new Promise<void>((resolve) => (this.#wake = resolve));
        }
      }
    } finally {
      signal?.removeEventListener('abort', onAbort);
    }
  }
}
