/** Frames that the helper can hold at once (WIRE.md, "Instructions"). */
const slotCount = 24;

/** Knows which stored frame lies in which of the helper's slots, and which slot the next one takes. */
export class FrameSlots {
  readonly #slots = new Map<string, number>();

  /** The slot of a frame; `isLoaded` says that it lies there already, else it has to be sent. */
  slotOf(frame: string): { readonly slot: number; readonly isLoaded: boolean } {
    const held = this.#slots.get(frame);
    if (held !== undefined) {
      // Moved to the end: the first of a Map is what was not used for longest.
      this.#slots.delete(frame);
      this.#slots.set(frame, held);
      return { slot: held, isLoaded: true };
    }
    let slot = this.#slots.size;
    if (slot >= slotCount) {
      const [oldest, freed] = [...this.#slots][0] ?? ['', 0];
      this.#slots.delete(oldest);
      slot = freed;
    }
    this.#slots.set(frame, slot);
    return { slot, isLoaded: false };
  }
}
