import { isSmallFile } from '../format/small-files.ts';
import type { FileContent, IndexedEntry } from '../format/index-line.ts';
import type { Blobs } from './blobs.ts';
import { ChunkReader } from './chunk-reader.ts';
import { ChunkWalk } from './chunk-walk.ts';
import { readEntryTexts, readIndex } from './index-reader.ts';
import type { StoredPack } from './pack-writer.ts';

/** One of two states of volumes that are compared: an index and its packs. */
export class SnapshotSide {
  readonly #blobs: Blobs;
  readonly #index: StoredPack;
  /** As the index numbers them. */
  readonly packs: readonly StoredPack[];
  readonly #names: ReadonlyMap<string, string>;
  readonly reader: ChunkReader;

  /** `names` gives volumes of the index the names under which they are compared; others are left out. */
  constructor(blobs: Blobs, [index, ...packs]: readonly [StoredPack, ...StoredPack[]], names: ReadonlyMap<string, string>) {
    this.#blobs = blobs;
    this.#index = index;
    this.packs = packs;
    this.#names = names;
    this.reader = new ChunkReader(blobs, packs);
  }

  async *entries(): AsyncGenerator<IndexedEntry> {
    for await (const indexed of readIndex(this.#blobs, this.#index)) {
      const volume = this.#names.get(indexed.volume);
      if (volume !== undefined) yield { ...indexed, volume };
    }
  }

  /** The entries of a volume as they stand in the index, under its name there (see `readEntryTexts`). */
  entryTexts(volume: string): AsyncGenerator<readonly string[], undefined> {
    return readEntryTexts(this.#blobs, this.#index, volume);
  }

  /** Whether both are the same index with the same packs: all their volumes hold the same. */
  isSameAs(other: SnapshotSide): boolean {
    const hasSamePacks = this.packs.length === other.packs.length && this.packs.every(({ digest }, number) => digest === other.packs[number]?.digest);
    return hasSamePacks && this.#index.digest === other.#index.digest;
  }

  /** Whether a file of this side holds the same bytes as one of the other. */
  async holdsSame(own: IndexedEntry, other: SnapshotSide, others: IndexedEntry): Promise<boolean> {
    if (own.entry.type !== 'file' || others.entry.type !== 'file') return own.entry.type === others.entry.type;
    if (own.entry.size !== others.entry.size) return false;
    // Mostly both name the same chunks of the same packs.
    if (this.#nameOf(own) === other.#nameOf(others)) return true;
    if (own.offset === others.offset && (await this.#hasSameChunks(own, other, others))) return true;
    // Small files in one chunk with different neighbours: only their bytes tell.
    return isSmallFile(own.entry.size) && (await this.#bytes(own)).equals(await other.#bytes(others));
  }

  /** The chunks that a file's content list names. */
  chunksOf({ chunks }: FileContent): Promise<ChunkWalk> {
    return ChunkWalk.begin(this.reader, this.packs, chunks);
  }

  async close(): Promise<void> {
    await this.reader.close();
  }

  /** Runs with the packs' digests in place of their numbers, which differ from snapshot to snapshot. */
  #nameOf({ chunks, offset }: FileContent): string {
    return `${offset}:${chunks.map((number, index) => (index % 3 === 0 ? this.packs[number]?.digest : number)).join()}`;
  }

  async #hasSameChunks(own: FileContent, other: SnapshotSide, others: FileContent): Promise<boolean> {
    const [a, b] = [await this.chunksOf(own), await other.chunksOf(others)];
    while (a.isSameAs(b)) {
      const [next, nextOther] = [a.next(), b.next()];
      if (next ?? nextOther) await Promise.all([next, nextOther]);
    }
    return a.isEnded && b.isEnded;
  }

  async #bytes(file: IndexedEntry): Promise<Buffer> {
    const pieces: Buffer[] = [];
    for await (const segment of this.reader.segments(file)) pieces.push(await this.reader.read(segment));
    return Buffer.concat(pieces);
  }
}
