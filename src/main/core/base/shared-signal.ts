import { setMaxListeners } from 'node:events';

/**
 * A signal that aborts when one of `signals` does, made to be given to any number of calls that go on side by side:
 * Node takes more than ten listeners on one signal for a leak and warns.
 */
export function sharedSignal(...signals: readonly (AbortSignal | undefined)[]): AbortSignal {
  const shared = AbortSignal.any(signals.filter((signal) => signal !== undefined));
  setMaxListeners(0, shared);
  return shared;
}
