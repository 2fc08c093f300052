/** Where a chunk lies: a pack by the table's own count, and the chunk's ordinal in it. */
export interface ChunkPlace {
  readonly pack: number;
  readonly ordinal: number;
}

const wordsPerSlot = 6;
const maxLoad = 0.75;

/**
 * Chunk hash → place, for millions of chunks in 24 bytes a slot where a Map of strings would need ten times that.
 * Open addressing with linear probing; the first 16 bytes of a SHA-256 are the key, which no accident and no known
 * attack makes collide.
 */
export class ChunkTable {
  #capacity = 1024;
  #slots = new Uint32Array(this.#capacity * wordsPerSlot);
  #size = 0;

  get size(): number {
    return this.#size;
  }

  get(hash: Buffer): ChunkPlace | undefined {
    const at = this.#find(hash.readUInt32LE(0), hash.readUInt32LE(4), hash.readUInt32LE(8), hash.readUInt32LE(12));
    const pack = this.#slots[at + 4] ?? 0;
    return pack === 0 ? undefined : { pack: pack - 1, ordinal: this.#slots[at + 5] ?? 0 };
  }

  /** The first place of a chunk stays. */
  add(hash: Buffer, { pack, ordinal }: ChunkPlace): void {
    if (this.#size + 1 > this.#capacity * maxLoad) this.#grow();
    const [a, b, c, d] = [hash.readUInt32LE(0), hash.readUInt32LE(4), hash.readUInt32LE(8), hash.readUInt32LE(12)];
    const slots = this.#slots;
    const at = this.#find(a, b, c, d);
    if (slots[at + 4] !== 0) return;
    slots[at] = a;
    slots[at + 1] = b;
    slots[at + 2] = c;
    slots[at + 3] = d;
    slots[at + 4] = pack + 1;
    slots[at + 5] = ordinal;
    this.#size += 1;
  }

  /** The first 8 bytes of every hash. */
  prefixes(): Buffer {
    const found = Buffer.alloc(this.#size * 8);
    let written = 0;
    for (let at = 0; at < this.#slots.length; at += wordsPerSlot) {
      if (this.#slots[at + 4] === 0) continue;
      found.writeUInt32LE(this.#slots[at] ?? 0, written);
      found.writeUInt32LE(this.#slots[at + 1] ?? 0, written + 4);
      written += 8;
    }
    return found;
  }

  /** Index of the slot that holds the key, or of the free one where it belongs. A slot is free while its pack is 0. */
  #find(a: number, b: number, c: number, d: number): number {
    const slots = this.#slots;
    let slot = a & (this.#capacity - 1);
    for (;;) {
      const at = slot * wordsPerSlot;
      if (slots[at + 4] === 0) return at;
      if (slots[at] === a && slots[at + 1] === b && slots[at + 2] === c && slots[at + 3] === d) return at;
      slot = (slot + 1) & (this.#capacity - 1);
    }
  }

  #grow(): void {
    const old = this.#slots;
    this.#capacity *= 2;
    this.#slots = new Uint32Array(this.#capacity * wordsPerSlot);
    for (let at = 0; at < old.length; at += wordsPerSlot) {
      if (old[at + 4] === 0) continue;
      const to = this.#find(old[at] ?? 0, old[at + 1] ?? 0, old[at + 2] ?? 0, old[at + 3] ?? 0);
      for (let word = 0; word < wordsPerSlot; word += 1) this.#slots[to + word] = old[at + word] ?? 0;
    }
  }
}
