import { copyBytes } from '../../base/copy-bytes.ts';
import type { ChunkPlace } from '../store/chunk-table.ts';
import { FileRecords } from './file-records.ts';
import { Numbers } from './numbers.ts';
import { fileRecord, type FileRecord, type PackedEntry, readEntry } from './packed-entry.ts';
import { notSeen, type SeenFile, type SeenFiles, type SeenLines } from './seen-files.ts';

/** In the place of a content list: the file is one of an earlier reading. */
const earlier = 0xffff_ffff;
/** A content list begins with the file's offset in its chunk and the count of the numbers that follow. */
const headNumbers = 2;

/**
 * What the first of two readings was told about files, kept as it came: a volume may have millions of them, and most are
 * looked at once more at most.
 */
export class ToldFiles {
  readonly #before: SeenFiles;
  readonly #records = new FileRecords();
  #bytes = Buffer.allocUnsafeSlow(64 * 1024);
  #length = 0;
  /** By file: where its entry lies, or its position in `#before`; where its content list lies, or `earlier`. */
  readonly #places = new Numbers();
  readonly #contents = new Numbers();
  /** Content lists, one after the other. */
  readonly #lists = new Numbers();

  constructor(before: SeenFiles) {
    this.#before = before;
  }

  /** Copies an entry whose content has been told: `runs` as an index has them. */
  add(entry: PackedEntry, runs: readonly number[]): void {
    this.#copy(entry);
    this.#contents.push(this.#lists.length);
    this.#lists.push(0, runs.length);
    for (let at = 0; at < runs.length; at += 3) this.#lists.push(runs[at] ?? 0, runs[at + 1] ?? 0, runs[at + 2] ?? 0);
  }

  /** Copies an entry whose content begins at `offset` of a chunk that is told later, to `place`. Returns what to tell then. */
  addPart(entry: PackedEntry, offset: number): number {
    this.#copy(entry);
    const list = this.#lists.length;
    this.#contents.push(list);
    this.#lists.push(offset, 3, 0, 0, 0);
    return list;
  }

  place(list: number, { pack, ordinal }: ChunkPlace): void {
    this.#lists.set(list + headNumbers, [pack, ordinal, 1]);
  }

  /** The file is as it was at that position of the earlier reading. */
  addEarlier(record: FileRecord, position: number): void {
    this.#records.add(record, 0);
    this.#places.push(position);
    this.#contents.push(earlier);
  }

  /** What was told. Nothing is to be added any more. */
  seen(): SeenFiles {
    return { records: this.#records.all().records, file: (position) => this.#file(position) };
  }

  #file(position: number): SeenFile | SeenLines {
    if (position >= this.#places.length) throw notSeen();
    const place = this.#places.at(position);
    const list = this.#contents.at(position);
    if (list === earlier) return this.#before.file(place);
    const start = place + 4;
    const entry = readEntry({ bytes: this.#bytes, start, end: start + this.#bytes.readUInt32LE(place) });
    const begin = list + headNumbers;
    return { entry, chunks: this.#lists.slice(begin, begin + this.#lists.at(list + 1)), offset: this.#lists.at(list) };
  }

  #copy(entry: PackedEntry): void {
    const { bytes, start, end } = entry;
    this.#records.add(fileRecord(entry), 0);
    this.#places.push(this.#length);
    const needed = this.#length + 4 + end - start;
    if (needed > this.#bytes.length) {
      const grown = Buffer.allocUnsafeSlow(Math.max(needed, this.#bytes.length * 2));
      this.#bytes.copy(grown, 0, 0, this.#length);
      this.#bytes = grown;
    }
    this.#bytes.writeUInt32LE(end - start, this.#length);
    copyBytes(bytes, start, end - start, this.#bytes, this.#length + 4);
    this.#length = needed;
  }
}
