import { abortReason } from './abort-reason.ts';

/** Obligation of every async method of the core: stop soon after `signal` aborts, and reject with its reason. */
export interface Cancellable {
  signal?: AbortSignal | undefined;
}

/** A signal that aborts when `parent` does, or after `ms` milliseconds. */
export function withTimeout(parent: AbortSignal | undefined, ms: number): AbortSignal {
  const timeout = AbortSignal.timeout(ms);
  return parent ? AbortSignal.any([parent, timeout]) : timeout;
}

/** A fresh signal for clean-up work, which must run even though the job's own signal has aborted. */
export function cleanupSignal(ms = 30_000): AbortSignal {
  return AbortSignal.timeout(ms);
}

/** Resolves after `ms` milliseconds; rejects with the signal's reason when it aborts first. */
export function sleep(ms: number, { signal }: Cancellable = {}): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) {
      reject(abortReason(signal));
      return;
    }
    const onAbort = (): void => {
      clearTimeout(timer);
      if (signal) reject(abortReason(signal));
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', onAbort);
      resolve();
    }, ms);
    signal?.addEventListener('abort', onAbort, { once: true });
  });
}

/**
 * Runs a request that the other side would go on with if it were cut off: once `signal` has aborted, it may take `ms`
 * milliseconds longer. What comes of it then is the caller's to undo.
 */
export async function lettingEnd<T>(signal: AbortSignal | undefined, ms: number, run: (signal: AbortSignal | undefined) => Promise<T>): Promise<T> {
  if (!signal || signal.aborted) return run(signal);
  const late = new AbortController();
  let timer: ReturnType<typeof setTimeout> | undefined;
  const onAbort = (): void => {
    timer = setTimeout(() => late.abort(abortReason(signal)), ms);
  };
  signal.addEventListener('abort', onAbort, { once: true });
  try {
    return await run(late.signal);
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', onAbort);
  }
}
