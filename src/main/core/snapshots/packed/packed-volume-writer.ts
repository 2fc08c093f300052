import type { VolumeEntry } from '../format/volume-entry.ts';
import { TreeRules } from '../format/tree-rules.ts';
import { appendRun } from '../store/append-run.ts';
import type { ChunkWriter } from '../store/chunk-writer.ts';
import type { IndexWriter } from '../store/index-writer.ts';
import type { VolumeTotals } from '../store/volume-writer.ts';
import type { PackedSink } from './packed-parser.ts';
import type { SeenFiles } from './seen-files.ts';

/** A change this long before the reading began is told by its ctime, in nanoseconds; a later one may not be. */
const settledTime = 2_000_000_000n;
const ctimeOffset = 32;

/** Writes one volume's part of the index from what the helper tells, and the frames it sends into packs. */
export class PackedVolumeWriter implements PackedSink {
  readonly totals: VolumeTotals = { bytes: 0, files: 0, entries: 0 };
  readonly #chunks: ChunkWriter;
  readonly #index: IndexWriter;
  readonly #seen: SeenFiles;
  readonly #rules = new TreeRules();
  readonly #records: Buffer[] = [];
  #settledBefore = 0n;
  #current: { readonly entry: VolumeEntry; readonly record: Buffer; readonly runs: number[] } | undefined;

  constructor(volume: string, { chunks, index, seen }: { chunks: ChunkWriter; index: IndexWriter; seen: SeenFiles }) {
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
    if (entry.type === 'file') this.totals.bytes += entry.size;
    this.#current = { entry, record: Buffer.from(record), runs: [] };
  }

  chunk(hash: Buffer, bytes: number, isNew: boolean): void {
    appendRun(this.#file().runs, this.#chunks.addTold(hash, bytes, isNew));
  }

  unchanged(): void {
    const { entry, runs } = this.#file();
    const content = this.#seen.contents.get(entry.path);
    const packs = this.#seen.snapshot?.manifest.layers.slice(1) ?? [];
    if (!content) throw new Error(`the helper skipped ${JSON.stringify(entry.path)}, which was not seen before`);
    for (let at = 0; at < content.length; at += 3) {
      const pack = this.#chunks.numberOfStored(packs[content[at] ?? 0]?.digest ?? '');
      runs.push(pack, content[at + 1] ?? 0, content[at + 2] ?? 0);
    }
  }

  frame(compressed: Buffer, rawBytes: number): void {
    this.#chunks.addCompressedFrame(compressed, rawBytes);
  }

  /** The volume is whole. Returns the records of the files that can be recognised next time. */
  end(): Buffer {
    this.#endEntry();
    return Buffer.concat(this.#records);
  }

  #file(): { readonly entry: VolumeEntry; readonly record: Buffer; readonly runs: number[] } {
    if (this.#current?.entry.type !== 'file') throw new Error('the helper sent content without a file');
    return this.#current;
  }

  #endEntry(): void {
    if (!this.#current) return;
    const { entry, record, runs } = this.#current;
    this.#index.addEntry(entry, runs);
    const isSettled = record.readBigUInt64LE(ctimeOffset) < this.#settledBefore;
    if (entry.type === 'file' && isSettled) this.#records.push(record);
    this.#current = undefined;
  }
}
