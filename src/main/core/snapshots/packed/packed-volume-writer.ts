import type { VolumeEntry } from '../format/volume-entry.ts';
import { TreeRules } from '../format/tree-rules.ts';
import { appendRun } from '../store/append-run.ts';
import type { ChunkWriter } from '../store/chunk-writer.ts';
import type { EntrySink } from '../store/index-writer.ts';
import type { VolumeTotals } from '../store/volume-writer.ts';
import type { PackedSink } from './packed-parser.ts';
import type { SeenFiles } from './seen-files.ts';

/** A change this long before the reading began is told by its ctime, in nanoseconds; a later one may not be. */
const settledTime = 2_000_000_000n;
const ctimeOffset = 32;

interface ToldEntry {
  readonly entry: VolumeEntry;
  readonly runs: number[];
  offset: number;
  /** Its group's chunk has not been told yet. */
  inGroup: boolean;
}

/** Writes one volume's part of the index from what the helper tells, and the frames it sends into packs. */
export class PackedVolumeWriter implements PackedSink {
  readonly totals: VolumeTotals = { bytes: 0, files: 0, entries: 0 };
  readonly #chunks: ChunkWriter;
  readonly #index: EntrySink;
  readonly #seen: SeenFiles;
  readonly #rules = new TreeRules();
  readonly #records: Buffer[] = [];
  /** Entries that wait for the chunk of a group, theirs or one of an entry before. */
  #waiting: ToldEntry[] = [];
  #settledBefore = 0n;
  #current: ToldEntry | undefined;

  constructor(volume: string, { chunks, index, seen }: { chunks: ChunkWriter; index: EntrySink; seen: SeenFiles }) {
    this.#chunks = chunks;
    this.#index = index;
    this.#seen = seen;
    this.#rules.startVolume(volume);
    index.startVolume(volume);
  }

  begin(seconds: bigint): void {
    this.#settledBefore = seconds * 1_000_000_000n - settledTime;
  }

  entry(entry: VolumeEntry, record: Buffer): void {
    this.#endEntry();
    this.#rules.check(entry);
    this.totals.entries += 1;
    if (entry.type !== 'directory') this.totals.files += 1;
    if (entry.type === 'file') {
      this.totals.bytes += entry.size;
      if (record.readBigUInt64LE(ctimeOffset) < this.#settledBefore) this.#records.push(Buffer.from(record));
    }
    this.#current = { entry, runs: [], offset: 0, inGroup: false };
  }

  chunk(hash: Buffer, bytes: number, isNew: boolean): void {
    appendRun(this.#file().runs, this.#chunks.addTold(hash, bytes, isNew));
  }

  part(offset: number): void {
    const file = this.#file();
    file.offset = offset;
    file.inGroup = true;
  }

  group(hash: Buffer, bytes: number, isNew: boolean): void {
    const place = this.#chunks.addTold(hash, bytes, isNew);
    for (const told of this.#current ? [...this.#waiting, this.#current] : this.#waiting) {
      if (!told.inGroup) continue;
      appendRun(told.runs, place);
      told.inGroup = false;
    }
    for (const told of this.#waiting) this.#index.addEntry(told.entry, { chunks: told.runs, offset: told.offset });
    this.#waiting = [];
  }

  unchanged(): void {
    const told = this.#file();
    const content = this.#seen.contents.get(told.entry.path);
    if (!content) throw new Error(`the helper skipped ${JSON.stringify(told.entry.path)}, which was not seen before`);
    const { packs } = this.#seen;
    for (let at = 0; at < content.chunks.length; at += 3) {
      const number = content.chunks[at] ?? 0;
      const pack = packs ? this.#chunks.numberOfStored(packs[number] ?? '') : number;
      told.runs.push(pack, content.chunks[at + 1] ?? 0, content.chunks[at + 2] ?? 0);
    }
    told.offset = content.offset;
  }

  frame(compressed: Buffer, rawBytes: number): void {
    this.#chunks.addCompressedFrame(compressed, rawBytes);
  }

  /** The volume is whole. Returns the records of the files that can be recognised next time. */
  end(): Buffer {
    this.#endEntry();
    if (this.#waiting.length > 0) throw new Error('the helper ended within a group of files');
    return Buffer.concat(this.#records);
  }

  #file(): ToldEntry {
    if (this.#current?.entry.type !== 'file') throw new Error('the helper sent content without a file');
    return this.#current;
  }

  #endEntry(): void {
    const told = this.#current;
    if (!told) return;
    this.#current = undefined;
    if (told.inGroup || this.#waiting.length > 0) this.#waiting.push(told);
    else this.#index.addEntry(told.entry, { chunks: told.runs, offset: told.offset });
  }
}
