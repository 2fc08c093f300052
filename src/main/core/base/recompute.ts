import type { Cancellable } from './abort.ts';
import type { Live } from './live.ts';

/**
 * A value computed from others: once at first and again after any of `sources` has changed, but only when it came out
 * different (compared as JSON). Changes during a computation lead to one more. Ends quietly when `signal` aborts.
 */
export async function* recompute<T>(
  sources: readonly Live<unknown>[],
  compute: (options: Cancellable) => Promise<T> | T,
  { signal }: Cancellable = {},
): AsyncGenerator<T, void, void> {
  const stop = new AbortController();
  const either = signal ? AbortSignal.any([signal, stop.signal]) : stop.signal;
  let dirty = true;
  let wake = (): void => undefined;
  const watching = sources.map(async (source) => {
    let first = true;
    for await (const _value of source.watch({ signal: either })) {
      if (!first) {
        dirty = true;
        wake();
      }
      first = false;
    }
  });
  const onAbort = (): void => wake();
  either.addEventListener('abort', onAbort);
  let last: string | undefined;
  try {
    while (!signal?.aborted) {
      if (!dirty) await new Promise<void>((resolve) => (wake = resolve));
      if (signal?.aborted) return;
      dirty = false;
      const value = await compute({ signal });
      const text = JSON.stringify(value);
      if (text !== last) yield value;
      last = text;
    }
  } finally {
    stop.abort();
    either.removeEventListener('abort', onAbort);
    await Promise.all(watching);
  }
}
