import { sleep, type Cancellable } from '../../base/abort.ts';
import type { Fault } from '../../base/fault.ts';
import { Live } from '../../base/live.ts';

/** Path → whether it was there before the first of the changes that were gathered. */
export type ChangedFiles = ReadonlyMap<string, boolean>;

/** Changes are gathered until nothing came for so many milliseconds: a save, a checkout, a compiler's output. */
const quietMs = 100;
/** … but not for longer than this, should something write all the time. */
const longestMs = 1_500;

/** Gathers changes, so that what belongs together is handled together. */
export class ChangeGatherer {
  readonly #count = new Live(0);
  #pending = new Map<string, boolean>();
  #failure: Fault | undefined;

  add(file: string, existed: boolean): void {
    if (!this.#pending.has(file)) this.#pending.set(file, existed);
    this.#count.update((count) => count + 1);
  }

  fail(fault: Fault): void {
    this.#failure ??= fault;
    this.#count.update((count) => count + 1);
  }

  /** Batches of changes, until `signal` aborts: then it ends quietly. Raises what `fail` was told. */
  async *batches({ signal }: Cancellable): AsyncGenerator<ChangedFiles, void, void> {
    for await (const _ of this.#count.watch({ signal })) {
      if (this.#pending.size > 0) await this.#quiet({ signal });
      if (signal?.aborted) return;
      if (this.#failure) throw this.#failure;
      if (this.#pending.size === 0) continue;
      const batch = this.#pending;
      this.#pending = new Map();
      yield batch;
    }
  }

  async #quiet({ signal }: Cancellable): Promise<void> {
    const end = performance.now() + longestMs;
    for (;;) {
      const seen = this.#count.value;
      await sleep(quietMs, { signal }).catch(() => undefined);
      if (signal?.aborted || this.#count.value === seen || performance.now() >= end) return;
    }
  }
}
