import type { Cancellable } from '../../base/abort.ts';

/** Wakes those who wait for a next change, and misses none that comes while nobody waits. */
export class Bell {
  #rings = 0;
  readonly #wake = new Set<() => void>();

  get rings(): number {
    return this.#rings;
  }

  ring(): void {
    this.#rings += 1;
    for (const wake of [...this.#wake]) wake();
  }

  /** Resolves once it has rung since `rings` was read, or after `ms`; rejects with the signal's reason on abort. */
  async heard(since: number, ms: number, { signal }: Cancellable): Promise<void> {
    signal?.throwIfAborted();
    if (this.#rings !== since) return;
    await new Promise<void>((resolve) => {
      const done = (): void => {
        clearTimeout(timer);
        this.#wake.delete(done);
        signal?.removeEventListener('abort', done);
        resolve();
      };
      const timer = setTimeout(done, ms);
      this.#wake.add(done);
      signal?.addEventListener('abort', done, { once: true });
    });
    signal?.throwIfAborted();
  }
}
