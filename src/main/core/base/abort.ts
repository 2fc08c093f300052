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
      reject(abortReason(signal));
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', onAbort);
      resolve();
    }, ms);
    signal?.addEventListener('abort', onAbort, { once: true });
  });
}

function abortReason(signal: AbortSignal | undefined): Error {
  return signal?.reason instanceof Error ? signal.reason : new DOMException('Cancelled', 'AbortError');
}
