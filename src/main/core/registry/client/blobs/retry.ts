import { sleep, type Cancellable } from '../../../base/abort.ts';
import { Fault } from '../../../base/fault.ts';
import { Refusal } from './refusal.ts';

/** How often and how soon to try again after what may pass: times in milliseconds. */
export interface RetryPolicy {
  readonly attempts: number;
  readonly firstDelayMs: number;
  /** Also bounds what a registry asks for by `Retry-After`. */
  readonly longestDelayMs: number;
}

export const usualRetry: RetryPolicy = { attempts: 6, firstDelayMs: 500, longestDelayMs: 60_000 };

/**
 * Counts attempts at one thing. `again` waits before the next one, twice as long each time and at least as long as the
 * registry asked for; it raises the failure when it will not pass, or when it was the last attempt.
 */
export class Attempts {
  readonly #policy: RetryPolicy;
  #failed = 0;

  constructor(policy: RetryPolicy) {
    this.#policy = policy;
  }

  /** Something went well since: the next failure counts as the first. */
  progressed(): void {
    this.#failed = 0;
  }

  async again(error: unknown, { signal }: Cancellable): Promise<void> {
    signal?.throwIfAborted();
    this.#failed += 1;
    if (!mayPass(error) || this.#failed >= this.#policy.attempts) throw error instanceof Refusal ? error.fault : error;
    const own = this.#policy.firstDelayMs * 2 ** (this.#failed - 1);
    const asked = error instanceof Refusal ? (error.retryAfterMs ?? 0) : 0;
    // Uploads that broke off together should not come back together.
    const delay = Math.max(asked, own * (0.75 + Math.random() / 2));
    await sleep(Math.min(delay, this.#policy.longestDelayMs), { signal });
  }
}

/** Does `work`, again and again while its failure may pass. Raises its Fault. */
export async function withRetries<Result>(policy: RetryPolicy, work: () => Promise<Result>, options: Cancellable): Promise<Result> {
  const attempts = new Attempts(policy);
  for (;;) {
    try {
      return await work();
    } catch (error) {
      await attempts.again(error, options);
    }
  }
}

/** Overload, limits and broken connections pass; whatever the registry means, or the person must mend, doesn't. */
function mayPass(error: unknown): boolean {
  if (error instanceof Refusal) return error.status >= 500 || error.status === 429 || error.status === 408;
  return error instanceof Fault && error.problem.code === 'registry.unreachable';
}
