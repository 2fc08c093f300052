/** Over so long the speed is averaged, in milliseconds: long enough to be calm, short enough to be true. */
const windowMs = 4_000;
/** Before this nothing is said. */
const leastMs = 700;
const betweenSamplesMs = 200;

/** How fast a growing amount grows. */
export class Rate {
  readonly #now: () => number;
  #samples: { readonly at: number; readonly amount: number }[] = [];

  /** `now` in milliseconds. */
  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
  }

  /** Takes the present amount; returns the speed a second, or undefined while it is too early to say. */
  update(amount: number): number | undefined {
    const at = this.#now();
    const last = this.#samples.at(-1);
    if (!last || at - last.at >= betweenSamplesMs) this.#samples.push({ at, amount });
    this.#samples = this.#samples.filter((sample, index, all) => at - sample.at <= windowMs || index === all.length - 1);
    const [first] = this.#samples;
    if (!first || at - first.at < leastMs) return undefined;
    return Math.max(0, ((amount - first.amount) / (at - first.at)) * 1000);
  }
}
