import { stringToBytes } from '../format/byte-string.ts';
import { beginsGroup, groupLimitBytes } from '../format/small-files.ts';
import type { File, VolumeEntry } from '../format/volume-entry.ts';
import type { ChunkWriter } from './chunk-writer.ts';
import type { EntrySink } from './index-writer.ts';

/** Gathers small files into chunks that they share, and hands all entries on in their order. */
export class GroupWriter {
  readonly #chunks: ChunkWriter;
  readonly #index: EntrySink;
  readonly #gathered = Buffer.allocUnsafe(groupLimitBytes);
  #length = 0;
  /** Entries since the group began; `offset` where they are part of it. */
  #waiting: { readonly entry: VolumeEntry; readonly runs: readonly number[]; readonly offset?: number }[] = [];

  constructor({ chunks, index }: { chunks: ChunkWriter; index: EntrySink }) {
    this.#chunks = chunks;
    this.#index = index;
  }

  /** A small file, whose content follows by `data`. To be called between files only. */
  begin(entry: File): void {
    if (this.#length + entry.size > groupLimitBytes || beginsGroup(stringToBytes(entry.path))) this.end();
    this.#waiting.push({ entry, runs: [], offset: this.#length });
  }

  data(bytes: Buffer): void {
    this.#length += bytes.copy(this.#gathered, this.#length);
  }

  /** An entry that is no part of a group. */
  after(entry: VolumeEntry, runs: readonly number[] = []): void {
    if (this.#waiting.length === 0) this.#index.addEntry(entry, { chunks: runs, offset: 0 });
    else this.#waiting.push({ entry, runs });
  }

  /** Writes the group's chunk. */
  end(): void {
    if (this.#length === 0) return;
    this.#gathered.copy(this.#chunks.reserve(this.#length), 0, 0, this.#length);
    const { pack, ordinal } = this.#chunks.add(this.#length);
    for (const { entry, runs, offset } of this.#waiting) {
      this.#index.addEntry(entry, offset === undefined ? { chunks: runs, offset: 0 } : { chunks: [pack, ordinal, 1], offset });
    }
    this.#waiting = [];
    this.#length = 0;
  }
}
