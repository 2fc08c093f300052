import type { Clock } from '../base/clock.ts';
import type { StateStore } from './state-store.ts';

/** So many are remembered; the oldest are forgotten first. */
const remembered = 500;

/**
 * When Slipway pulled which image onto which engine: engines do not tell, and pull policies such as `daily` ask for it.
 * An image that was pulled by other means is not known here.
 */
export class PullTimes {
  readonly #store: StateStore;
  readonly #clock: Clock;

  constructor({ state, clock }: { readonly state: StateStore; readonly clock: Clock }) {
    this.#store = state;
    this.#clock = clock;
  }

  /** Reference, as written → time of the last pull onto the engine at this address. */
  on(engineAddress: string): ReadonlyMap<string, Date> {
    const prefix = `${engineAddress} `;
    const own = Object.entries(this.#store.read().pulledAt).filter(([key]) => key.startsWith(prefix));
    return new Map(own.map(([key, at]) => [key.slice(prefix.length), new Date(at)]));
  }

  record(engineAddress: string, reference: string): void {
    const now = this.#clock.now().toISOString();
    this.#store.update((state) => {
      const all = Object.entries({ ...state.pulledAt, [`${engineAddress} ${reference}`]: now });
      const newest = all.sort(([, a], [, b]) => (a < b ? 1 : a > b ? -1 : 0)).slice(0, remembered);
      return { ...state, pulledAt: Object.fromEntries(newest) };
    });
  }
}
