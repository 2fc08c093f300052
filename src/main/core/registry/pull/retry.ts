import type { Problem } from '../../../../shared/problem.ts';
import { sleep, type Cancellable } from '../../base/abort.ts';
import { Fault } from '../../base/fault.ts';

/** What comes before each further try, in milliseconds. */
const usualDelaysMs: readonly number[] = [1_000, 2_000, 4_000, 8_000];
/** A registry that wants longer patience than this is told as a Problem instead of waited for. */
const longestWaitMs = 60_000;

export interface RetryOptions extends Cancellable {
  /** Told before each further try: what went wrong, and how long until then. */
  readonly onRetry: (problem: Problem, delayMs: number) => void;
  /** How long a registry that limits its pulls asks to wait, in seconds, where the failure itself doesn't say. */
  readonly askRetryAfter?: () => Promise<number | undefined>;
  readonly delaysMs?: readonly number[] | undefined;
}

/**
 * Does `attempt` again while it fails for a reason that passes: dropped connections, 5xx, 429. What it yields is passed
 * on, the failed tries' too. Raises the last failure.
 */
export async function* retried<T>(attempt: () => AsyncIterable<T>, options: RetryOptions): AsyncGenerator<T, void, void> {
  for (let tried = 0; ; tried++) {
    try {
      yield* attempt();
      return;
    } catch (error) {
      await pause(error, tried, options);
    }
  }
}

/** The same for a promise. */
export async function retry<T>(attempt: () => Promise<T>, options: RetryOptions): Promise<T> {
  for (let tried = 0; ; tried++) {
    try {
      return await attempt();
    } catch (error) {
      await pause(error, tried, options);
    }
  }
}

/** Waits before the next try; raises `error` where none would help. */
async function pause(error: unknown, tried: number, { onRetry, askRetryAfter, delaysMs = usualDelaysMs, signal }: RetryOptions): Promise<void> {
  const usual = delaysMs[tried];
  if (usual === undefined || signal?.aborted || !(error instanceof Fault) || !isTransient(error.problem)) throw error;
  const { problem } = error;
  const asked = retryAfterOf(problem) ?? (problem.code === 'registry.rate-limited' ? await askRetryAfter?.() : undefined);
  const delayMs = asked === undefined ? usual : asked * 1000;
  if (delayMs > longestWaitMs) throw new Fault({ ...problem, hint: `The registry asks to wait ${String(asked)} s. Log in for a higher limit, or try again then.` }, { cause: error });
  onRetry(problem, delayMs);
  await sleep(delayMs, { signal });
}

/** How long the registry asked to wait, in seconds. */
export function retryAfterOf({ data }: Problem): number | undefined {
  const seconds = data?.['retryAfterSeconds'];
  return typeof seconds === 'number' ? seconds : undefined;
}

const permanentReasons: readonly unknown[] = ['ENOTFOUND', 'EAI_AGAIN', 'ECONNREFUSED', 'EHOSTUNREACH', 'ENETUNREACH'];
const permanent = /no such host|connection refused|no route to host|network is unreachable|server misbehaving/i;
const broken = /verification failed|unexpected EOF|connection reset|broken pipe|timeout|timed out/i;

/** Whether the same may go well in a moment. */
export function isTransient({ code, data, detail = '' }: Problem): boolean {
  switch (code) {
    case 'registry.rate-limited':
      return true;
    case 'registry.unreachable': {
      const status = data?.['status'];
      if (typeof status === 'number') return status >= 500 || status === 408;
      return !permanentReasons.includes(data?.['reason']) && !permanent.test(detail);
    }
    case 'image.pull-failed':
      return broken.test(detail);
    case 'image.digest-mismatch':
      return true;
    default:
      return false;
  }
}
