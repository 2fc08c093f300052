import { type ChunkRuns, pathOfFileLines, renumberedLines } from '../format/index-line.ts';
import type { VolumeEntry } from '../format/volume-entry.ts';
import { TreeRules } from '../format/tree-rules.ts';
import { appendRun } from '../store/append-run.ts';
import type { ChunkWriter } from '../store/chunk-writer.ts';
import type { EntrySink } from '../store/index-writer.ts';
import type { VolumeTotals } from '../store/volume-writer.ts';
import { FileRecords } from './file-records.ts';
import { fileRecord, type FileRecord, isSettled, type PackedEntry, readEntry, recordAt, recordedSize, settledBefore } from './packed-entry.ts';
import type { PackedSink } from './packed-parser.ts';
import type { SeenFiles, SeenRecords } from './seen-files.ts';

interface ToldEntry {
  readonly entry: VolumeEntry;
  chunks: ChunkRuns;
  offset: number;
  /** Its group's chunk has not been told yet. */
  inGroup: boolean;
}

/** A file that is as it was: its lines in this index. */
interface ToldLines {
  readonly lines: string;
  readonly inGroup: false;
}

/** Writes one volume's part of the index from what the helper tells, and the frames it sends into packs. */
export class PackedVolumeWriter implements PackedSink {
  readonly totals: VolumeTotals = { bytes: 0, files: 0, entries: 0 };
  readonly #chunks: ChunkWriter;
  readonly #index: EntrySink;
  readonly #seen: SeenFiles;
  readonly #rules = new TreeRules();
  readonly #records = new FileRecords();
  #fileCount = 0;
  /** Entries that wait for the chunk of a group, theirs or one of an entry before. */
  #waiting: (ToldEntry | ToldLines)[] = [];
  #settledBefore = 0n;
  #current: ToldEntry | ToldLines | undefined;
  /** The chunks of the current file. */
  #runs: number[] = [];

  /** `seen`: what the helper was told that it may skip. */
  constructor(volume: string, { chunks, index, seen }: { chunks: ChunkWriter; index: EntrySink; seen: SeenFiles }) {
    this.#chunks = chunks;
    this.#index = index;
    this.#seen = seen;
    this.#rules.startVolume(volume);
    index.startVolume(volume);
  }

  begin(seconds: bigint): void {
    this.#settledBefore = settledBefore(seconds);
  }

  entry(packed: PackedEntry): void {
    const entry = readEntry(packed);
    const record = fileRecord(packed);
    this.#runs = [];
    this.#begin(entry, { entry, chunks: this.#runs, offset: 0, inGroup: false }, isSettled(record, this.#settledBefore) ? record : undefined);
  }

  unchanged(position: number): void {
    const record = recordAt(this.#seen.records, position);
    const seen = this.#seen.file(position);
    if ('entry' in seen) {
      this.#begin(seen.entry, { ...seen, inGroup: false }, record);
      return;
    }
    const lines = renumberedLines(seen.text, (pack) => this.#chunks.numberOfStored(seen.packs[pack] ?? ''));
    this.#begin({ path: pathOfFileLines(seen.text), type: 'file', size: recordedSize(record) }, { lines, inGroup: false }, record);
  }

  chunk(hash: Buffer, bytes: number, isNew: boolean): void {
    this.#file();
    appendRun(this.#runs, this.#chunks.addTold(hash, bytes, isNew));
  }

  part(offset: number): void {
    const file = this.#file();
    file.offset = offset;
    file.inGroup = true;
  }

  group(hash: Buffer, bytes: number, isNew: boolean): void {
    const { pack, ordinal } = this.#chunks.addTold(hash, bytes, isNew);
    for (const told of this.#current ? [...this.#waiting, this.#current] : this.#waiting) {
      if (!told.inGroup) continue;
      told.chunks = [pack, ordinal, 1];
      told.inGroup = false;
    }
    for (const told of this.#waiting) this.#put(told);
    this.#waiting = [];
  }

  frame(compressed: Buffer, rawBytes: number): void {
    this.#chunks.addCompressedFrame(compressed, rawBytes);
  }

  /** The volume is whole. Returns how the files can be recognised next time. */
  end(): SeenRecords {
    this.#endEntry();
    if (this.#waiting.length > 0) throw new Error('the helper ended within a group of files');
    return this.#records.all();
  }

  /** `record`: how to recognise the file, where that is possible. */
  #begin(entry: Parameters<TreeRules['check']>[0] & { readonly size?: number }, told: ToldEntry | ToldLines, record: FileRecord | undefined): void {
    this.#endEntry();
    this.#rules.check(entry);
    this.totals.entries += 1;
    if (entry.type !== 'directory') this.totals.files += 1;
    this.#current = told;
    if (entry.type !== 'file') return;
    this.totals.bytes += entry.size ?? 0;
    if (record) this.#records.add(record, this.#fileCount);
    this.#fileCount += 1;
  }

  #file(): ToldEntry {
    const told = this.#current;
    if (!told || 'lines' in told || told.entry.type !== 'file') throw new Error('the helper sent content without a file');
    return told;
  }

  #endEntry(): void {
    const told = this.#current;
    if (!told) return;
    this.#current = undefined;
    if (told.inGroup || this.#waiting.length > 0) this.#waiting.push(told);
    else this.#put(told);
  }

  #put(told: ToldEntry | ToldLines): void {
    if ('lines' in told) this.#index.addLines(told.lines);
    else this.#index.addEntry(told.entry, told);
  }
}
