import { damaged } from '../format/damage.ts';
import type { ChunkRuns } from '../format/index-line.ts';
import { chunkBytesAt, chunkRecordBytes, type PackTable } from '../format/pack-table.ts';
import type { ChunkReader } from './chunk-reader.ts';
import type { StoredPack } from './pack-writer.ts';

const hashBytes = 32;

/** Goes through the chunks that a content list names, whole and in order. An object a chunk would cost more than the look at it. */
export class ChunkWalk {
  readonly #reader: ChunkReader;
  readonly #packs: readonly StoredPack[];
  readonly #runs: ChunkRuns;
  #run = -3;
  #table: PackTable | undefined;
  #digest: string | undefined;
  #ordinal = 0;
  #end = 0;
  /** Where the chunk begins in the content; after the last one, where the content ends. */
  at = 0;
  /** 0 after the last chunk. */
  bytes = 0;

  private constructor(reader: ChunkReader, packs: readonly StoredPack[], runs: ChunkRuns) {
    this.#reader = reader;
    this.#packs = packs;
    this.#runs = runs;
  }

  /** Stands at the first chunk. Raises `snapshot.damaged` for chunks that aren't there, as `next` does. */
  static async begin(reader: ChunkReader, packs: readonly StoredPack[], runs: ChunkRuns): Promise<ChunkWalk> {
    const walk = new ChunkWalk(reader, packs, runs);
    await walk.#nextRun();
    return walk;
  }

  get isEnded(): boolean {
    return this.#table === undefined;
  }

  /** Moves to the next chunk; a promise where that is another run's. */
  next(): Promise<void> | undefined {
    this.at += this.bytes;
    this.#ordinal += 1;
    if (this.#ordinal >= this.#end) return this.#nextRun();
    this.#look();
    return undefined;
  }

  /** Whether the chunk has the same bytes as one of another walk. */
  isSameAs(other: ChunkWalk): boolean {
    if (this.#table === undefined || other.#table === undefined || this.bytes !== other.bytes) return false;
    if (this.#ordinal === other.#ordinal && this.#digest === other.#digest) return true;
    const [own, others] = [this.#ordinal * chunkRecordBytes, other.#ordinal * chunkRecordBytes];
    return this.#table.chunks.compare(other.#table.chunks, others, others + hashBytes, own, own + hashBytes) === 0;
  }

  async #nextRun(): Promise<void> {
    do this.#run += 3;
    while (this.#runs[this.#run + 2] === 0);
    const pack = this.#runs[this.#run];
    this.#table = undefined;
    this.bytes = 0;
    if (pack === undefined) return;
    this.#table = await this.#reader.table(pack);
    this.#digest = this.#packs[pack]?.digest;
    this.#ordinal = this.#runs[this.#run + 1] ?? 0;
    this.#end = this.#ordinal + (this.#runs[this.#run + 2] ?? 0);
    this.#look();
  }

  #look(): void {
    if (!this.#table || this.#ordinal >= this.#table.chunkCount) {
      throw damaged('The file index', `it names chunk ${this.#ordinal} of pack ${this.#runs[this.#run]}, which is not there`);
    }
    this.bytes = chunkBytesAt(this.#table, this.#ordinal);
  }
}
