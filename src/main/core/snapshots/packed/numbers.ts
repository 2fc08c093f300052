/** A list of numbers of 32 bits that grows, in four bytes each. */
export class Numbers {
  #values = new Uint32Array(64);
  #length = 0;

  get length(): number {
    return this.#length;
  }

  push(...added: readonly number[]): void {
    while (this.#length + added.length > this.#values.length) {
      const values = new Uint32Array(this.#values.length * 2);
      values.set(this.#values);
      this.#values = values;
    }
    for (let at = 0; at < added.length; at += 1) this.#values[this.#length + at] = added[at] ?? 0;
    this.#length += added.length;
  }

  /** 0 for a position that the list does not have. */
  at(position: number): number {
    return position < this.#length ? (this.#values[position] ?? 0) : 0;
  }

  set(position: number, values: readonly number[]): void {
    this.#values.set(values, position);
  }

  slice(from: number, to: number): number[] {
    const values: number[] = [];
    for (let at = from; at < Math.min(to, this.#length); at += 1) values.push(this.#values[at] ?? 0);
    return values;
  }
}
