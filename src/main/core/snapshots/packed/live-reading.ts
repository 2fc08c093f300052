import { appendRun } from '../store/append-run.ts';
import type { ChunkWriter } from '../store/chunk-writer.ts';
import type { VolumeTotals } from '../store/volume-writer.ts';
import { entrySize, entryType, fileRecord, isSettled, type PackedEntry, recordAt, recordedSize, settledBefore } from './packed-entry.ts';
import type { PackedSink } from './packed-parser.ts';
import type { SeenFiles } from './seen-files.ts';
import { ToldFiles } from './told-files.ts';

/**
 * Takes the first of two readings of a volume, while its services write: contents go into packs, and what is told of the
 * files is kept for the second, which skips those that did not change.
 */
export class LiveReading implements PackedSink {
  readonly totals: VolumeTotals = { bytes: 0, files: 0, entries: 0 };
  readonly #chunks: ChunkWriter;
  readonly #before: SeenFiles;
  readonly #told: ToldFiles;
  #settledBefore = 0n;
  /** A file that is worth remembering and whose content is being told; its bytes are a copy. */
  #current: PackedEntry | undefined;
  #runs: number[] = [];
  /** Content lists that wait for the chunk of the group. */
  #waiting: number[] = [];

  constructor({ chunks, before }: { readonly chunks: ChunkWriter; readonly before: SeenFiles }) {
    this.#chunks = chunks;
    this.#before = before;
    this.#told = new ToldFiles(before);
  }

  begin(seconds: bigint): void {
    this.#settledBefore = settledBefore(seconds);
  }

  entry(entry: PackedEntry): void {
    this.#endFile();
    const type = entryType(entry);
    this.totals.entries += 1;
    if (type !== 'd') this.totals.files += 1;
    if (type !== 'f') return;
    this.totals.bytes += entrySize(entry);
    this.#runs = [];
    if (isSettled(fileRecord(entry), this.#settledBefore)) this.#current = entry;
  }

  chunk(hash: Buffer, bytes: number, isNew: boolean): void {
    appendRun(this.#runs, this.#chunks.addTold(hash, bytes, isNew));
  }

  part(offset: number): void {
    if (this.#current) this.#waiting.push(this.#told.addPart(this.#current, offset));
    this.#current = undefined;
  }

  group(hash: Buffer, bytes: number, isNew: boolean): void {
    const place = this.#chunks.addTold(hash, bytes, isNew);
    for (const list of this.#waiting) this.#told.place(list, place);
    this.#waiting = [];
  }

  unchanged(position: number): void {
    this.#endFile();
    const record = recordAt(this.#before.records, position);
    this.totals.entries += 1;
    this.totals.files += 1;
    this.totals.bytes += recordedSize(record);
    this.#told.addEarlier(record, position);
  }

  frame(compressed: Buffer, rawBytes: number): void {
    this.#chunks.addCompressedFrame(compressed, rawBytes);
  }

  /** The volume is whole. Returns what the second reading may skip. */
  end(): SeenFiles {
    this.#endFile();
    if (this.#waiting.length > 0) throw new Error('the helper ended within a group of files');
    return this.#told.seen();
  }

  #endFile(): void {
    if (this.#current) this.#told.add(this.#current, this.#runs);
    this.#current = undefined;
  }
}
