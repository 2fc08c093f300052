/** A cache of at most `limit` values that drops the one used longest ago. */
export class LeastRecent<Key, Value> {
  readonly #limit: number;
  readonly #onDrop: (value: Value) => void;
  readonly #values = new Map<Key, Value>();

  constructor(limit: number, onDrop: (value: Value) => void = () => undefined) {
    this.#limit = limit;
    this.#onDrop = onDrop;
  }

  /** The value of `key`, made when it isn't there. */
  getOr(key: Key, make: () => Value): Value {
    const held = this.#values.get(key);
    const value = held ?? make();
    // A Map keeps the order of insertion: the first key is the one used longest ago.
    if (held !== undefined) this.#values.delete(key);
    this.#values.set(key, value);
    const [oldest] = this.#values;
    if (this.#values.size > this.#limit && oldest) {
      this.#values.delete(oldest[0]);
      this.#onDrop(oldest[1]);
    }
    return value;
  }

  /** Empties the cache without dropping: the caller takes care of the values. */
  takeAll(): readonly Value[] {
    const values = [...this.#values.values()];
    this.#values.clear();
    return values;
  }
}
