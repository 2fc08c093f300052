import { chooseChunkBytes, sampleBytes } from '../format/chunking.ts';
import { isSmallFile } from '../format/small-files.ts';
import type { File, VolumeEntry } from '../format/volume-entry.ts';
import { TreeRules } from '../format/tree-rules.ts';
import type { TarSink } from '../tar/tar-parser.ts';
import { appendRun } from './append-run.ts';
import type { ChunkWriter } from './chunk-writer.ts';
import { GroupWriter } from './group-writer.ts';
import type { EntrySink } from './index-writer.ts';

/** What has been taken of one volume. */
export interface VolumeTotals {
  bytes: number;
  files: number;
  entries: number;
}

interface FileInWork {
  readonly entry: File;
  left: number;
  /** Undefined until enough of the file is there to choose. */
  chunkBytes: number | undefined;
  readonly runs: number[];
}

/** Cuts the files of one volume's tar stream into chunks and writes its part of the index. */
export class VolumeWriter implements TarSink {
  readonly totals: VolumeTotals = { bytes: 0, files: 0, entries: 0 };
  readonly #chunks: ChunkWriter;
  readonly #rules = new TreeRules();
  #prefix: string | undefined;
  readonly #sample = Buffer.alloc(sampleBytes);
  #sampled = 0;
  readonly #group: GroupWriter;
  /** Bytes that the small file at hand still lacks. */
  #small = 0;
  #file: FileInWork | undefined;
  #space: Buffer | undefined;
  #filled = 0;

  constructor(volume: string, { chunks, index }: { chunks: ChunkWriter; index: EntrySink }) {
    this.#chunks = chunks;
    this.#group = new GroupWriter({ chunks, index });
    this.#rules.startVolume(volume);
    index.startVolume(volume);
  }

  entry(raw: VolumeEntry): void {
    const entry = this.#relative(raw);
    this.#rules.check(entry);
    this.totals.entries += 1;
    if (entry.type !== 'directory') this.totals.files += 1;
    if (entry.type !== 'file' || entry.size === 0) {
      this.#group.after(entry);
      return;
    }
    this.totals.bytes += entry.size;
    if (isSmallFile(entry.size)) {
      this.#group.begin(entry);
      this.#small = entry.size;
      return;
    }
    this.#file = { entry, left: entry.size, chunkBytes: undefined, runs: [] };
  }

  data(bytes: Buffer): void {
    if (this.#small > 0) {
      this.#group.data(bytes);
      this.#small -= bytes.length;
      return;
    }
    const file = this.#file;
    if (!file) throw new Error('the archive has content without a file');
    if (file.chunkBytes !== undefined) {
      this.#feed(file, file.chunkBytes, bytes);
      return;
    }
    const enough = Math.min(sampleBytes, file.entry.size);
    const copied = bytes.copy(this.#sample, this.#sampled, 0, enough - this.#sampled);
    this.#sampled += copied;
    if (this.#sampled < enough) return;
    const sample = this.#sample.subarray(0, enough);
    this.#sampled = 0;
    file.chunkBytes = chooseChunkBytes(file.entry.size, sample);
    this.#feed(file, file.chunkBytes, sample);
    this.#feed(file, file.chunkBytes, bytes.subarray(copied));
  }

  #feed(file: FileInWork, chunkBytes: number, bytes: Buffer): void {
    let at = 0;
    while (at < bytes.length) {
      this.#space ??= this.#chunks.reserve(Math.min(file.left, chunkBytes));
      const copied = bytes.copy(this.#space, this.#filled, at);
      at += copied;
      this.#filled += copied;
      if (this.#filled === this.#space.length) this.#endChunk(file);
    }
  }

  #endChunk(file: FileInWork): void {
    appendRun(file.runs, this.#chunks.add(this.#filled));
    file.left -= this.#filled;
    this.#filled = 0;
    this.#space = undefined;
    if (file.left > 0) return;
    this.#group.after(file.entry, file.runs);
    this.#file = undefined;
  }

  /** The volume is whole. */
  end(): void {
    this.#group.end();
  }

  /** Takes off the leading part of the names that stands for the volume's root. */
  #relative(entry: VolumeEntry): VolumeEntry {
    this.#prefix ??= entry.path;
    const path = this.#strip(entry.path);
    return entry.type === 'hardlink' ? { ...entry, path, target: this.#strip(entry.target) } : { ...entry, path };
  }

  #strip(name: string): string {
    const prefix = this.#prefix ?? '';
    if (name === prefix) return '';
    if (!name.startsWith(`${prefix}/`)) throw new Error(`the archive holds ${JSON.stringify(name)}, which lies outside of it`);
    return name.slice(prefix.length + 1);
  }
}
