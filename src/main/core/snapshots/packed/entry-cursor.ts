import type { IndexedEntry } from '../format/index-line.ts';
import { parseEntry } from '../store/index-reader.ts';
import type { SnapshotSide } from '../store/snapshot-side.ts';

/** An entry and its position among those of its volume, in the order of the index. */
export interface PlacedEntry {
  readonly indexed: IndexedEntry;
  readonly position: number;
}

/** Goes through the entries of a volume as they stand in an index, and parses those that are asked for. */
export class EntryCursor {
  readonly #volume: string;
  readonly #pieces: AsyncGenerator<readonly string[], undefined>;
  #texts: readonly string[] = [];
  #at = 0;
  #isEnded = false;
  #parsed: PlacedEntry | undefined;
  /** Entries before the one at hand. */
  position = 0;

  constructor(side: SnapshotSide, volume: string) {
    this.#volume = volume;
    this.#pieces = side.entryTexts(volume);
  }

  /** The lines of the entry at hand; undefined where `fill` has to be called, or at the end. */
  get text(): string | undefined {
    return this.#texts[this.#at];
  }

  /** The entry at hand, undefined at the end. Raises `snapshot.damaged`. */
  get placed(): PlacedEntry | undefined {
    const { text } = this;
    if (text !== undefined) this.#parsed ??= { indexed: parseEntry(this.#volume, text), position: this.position };
    return this.#parsed;
  }

  next(): void {
    this.#at += 1;
    this.position += 1;
    this.#parsed = undefined;
  }

  /** True when there is more than was read by now. */
  get isDrained(): boolean {
    return this.text === undefined && !this.#isEnded;
  }

  /** Reads on where `isDrained`. */
  async fill(): Promise<void> {
    const { value = [], done } = await this.#pieces.next();
    this.#texts = value;
    this.#at = 0;
    this.#isEnded = done === true;
  }

  /** Lets go of the index. */
  async close(): Promise<void> {
    await this.#pieces.return(undefined);
  }
}
