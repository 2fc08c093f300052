const wordsPerSlot = 3;
const maxLoad = 0.75;

/**
 * Path → a number from 1 on, for millions of paths in 12 bytes a slot, where a Map of strings would need ten times that. A
 * path is told by 64 bits of hash: two of a million meet by accident once in some ten million volumes. Who lets two meet
 * on purpose makes `add` and `get` take one for the other, so whoever asks has to hold hostile paths to what else they
 * must obey.
 */
export class PathTable {
  #capacity = 1024;
  #slots = new Uint32Array(this.#capacity * wordsPerSlot);
  #size = 0;

  get size(): number {
    return this.#size;
  }

  /** False when the path is there already; it keeps its number then. */
  add(path: string, value: number): boolean {
    if (this.#size + 1 > this.#capacity * maxLoad) this.#grow();
    const [a, b] = hashOf(path);
    const at = this.#find(a, b);
    if (this.#slots[at + 2] !== 0) return false;
    this.#fill(at, a, b, value);
    this.#size += 1;
    return true;
  }

  /** 0 for a path that was not added. */
  get(path: string): number {
    const [a, b] = hashOf(path);
    return this.#slots[this.#find(a, b) + 2] ?? 0;
  }

  /** Index of the slot that has the key, or of the free one where it belongs. A slot is free while its number is 0. */
  #find(a: number, b: number): number {
    let slot = a & (this.#capacity - 1);
    for (;;) {
      const at = slot * wordsPerSlot;
      if (this.#slots[at + 2] === 0 || (this.#slots[at] === a && this.#slots[at + 1] === b)) return at;
      slot = (slot + 1) & (this.#capacity - 1);
    }
  }

  #fill(at: number, a: number, b: number, value: number): void {
    this.#slots[at] = a;
    this.#slots[at + 1] = b;
    this.#slots[at + 2] = value;
  }

  #grow(): void {
    const old = this.#slots;
    this.#capacity *= 2;
    this.#slots = new Uint32Array(this.#capacity * wordsPerSlot);
    for (let at = 0; at < old.length; at += wordsPerSlot) {
      const value = old[at + 2] ?? 0;
      if (value === 0) continue;
      const [a, b] = [old[at] ?? 0, old[at + 1] ?? 0];
      this.#fill(this.#find(a, b), a, b, value);
    }
  }
}

/** Two hashes of 32 bits, mixed as MurmurHash3 mixes its blocks, with its constants and those of its 128-bit form. */
function hashOf(path: string): readonly [number, number] {
  let a = path.length;
  let b = ~path.length;
  for (let at = 0; at < path.length; at += 1) {
    const unit = path.charCodeAt(at);
    a = Math.imul(rotate(a ^ Math.imul(unit, 0xcc9e2d51), 13), 5) + 0xe6546b64;
    b = Math.imul(rotate(b ^ Math.imul(unit + a, 0x38b34ae5), 15), 5) + 0x561ccd1b;
  }
  return [finish(a), finish(b)];
}

function rotate(word: number, bits: number): number {
  return (word << bits) | (word >>> (32 - bits));
}

function finish(word: number): number {
  let mixed = Math.imul(word ^ (word >>> 16), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return (mixed ^ (mixed >>> 16)) >>> 0;
}
