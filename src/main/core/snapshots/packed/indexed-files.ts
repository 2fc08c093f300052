import { Decoder } from '@toondepauw/node-zstd';
import { parseIndexLine } from '../format/parse-index-line.ts';
import type { Blobs } from '../store/blobs.ts';
import { PackReader } from '../store/pack-reader.ts';
import type { StoredPack } from '../store/pack-writer.ts';
import type { SeenFile, SeenFiles, SeenRecords } from './seen-files.ts';

const decoder = new Decoder();

export interface IndexedVolume {
  readonly volume: string;
  /** The file index, and the digests of the packs as it counts them. */
  readonly index: StoredPack;
  readonly packs: readonly string[];
}

/** The files of a volume as a snapshot's index tells them, read along with those that ask: an index may be of millions. */
export class IndexedFiles implements SeenFiles {
  readonly records: Buffer;
  readonly #positions: Uint32Array;
  readonly #volume: string;
  readonly #packs: readonly string[];
  /** Of the index, compressed. */
  readonly #frames: readonly Buffer[];
  #lines: Generator<string>;
  /** The line after the last file that was read, and how many files came before it. */
  #line: string | undefined;
  #passed = 0;

  private constructor({ records, positions }: SeenRecords, { volume, packs }: IndexedVolume, frames: readonly Buffer[]) {
    this.records = records;
    this.#positions = positions;
    this.#volume = volume;
    this.#packs = packs;
    this.#frames = frames;
    this.#lines = this.#linesOfVolume();
  }

  /** Undefined when the index is damaged: then nothing is known. */
  static async open(blobs: Blobs, volume: IndexedVolume, seen: SeenRecords): Promise<IndexedFiles | undefined> {
    if ((await blobs.findDamage(volume.index)) !== undefined) return undefined;
    const pack = await PackReader.open(blobs, volume.index);
    try {
      const frames: Buffer[] = [];
      for (const frame of pack.table.frames) frames.push(await pack.readCompressed(frame));
      return new IndexedFiles(seen, volume, frames);
    } finally {
      await pack.close();
    }
  }

  file(position: number): SeenFile {
    const wanted = this.#positions[position];
    if (wanted === undefined) throw new Error('the helper skipped a file that was not seen before');
    if (wanted < this.#passed) this.#rewind();
    this.#line ??= this.#nextLine();
    while (this.#passed < wanted || !isFile(this.#line)) {
      if (isFile(this.#line)) this.#passed += 1;
      this.#line = this.#nextLine();
    }
    this.#passed += 1;
    const found = parseIndexLine(this.#line);
    this.#line = this.#nextLine();
    if (found.kind !== 'entry') throw new Error('the index has no such file');
    const { entry, chunks, offset } = found;
    for (; this.#line.startsWith('{"type":"more"'); this.#line = this.#nextLine()) {
      const more = parseIndexLine(this.#line);
      if (more.kind === 'more') for (const number of more.chunks) chunks.push(number);
    }
    return { entry, chunks, offset, packs: this.#packs };
  }

  #rewind(): void {
    this.#lines = this.#linesOfVolume();
    this.#line = undefined;
    this.#passed = 0;
  }

  /** Empty from the end on. */
  #nextLine(): string {
    const next = this.#lines.next();
    return next.done === true ? '' : next.value;
  }

  *#linesOfVolume(): Generator<string> {
    let isOurs = false;
    for (const frame of this.#frames) {
      for (const line of decoder.decodeSync(frame).toString('utf8').split('\n')) {
        if (line.startsWith('{"type":"volume"')) {
          const start = parseIndexLine(line);
          isOurs = start.kind === 'volume' && start.name === this.#volume;
        } else if (isOurs && line !== '') {
          yield line;
        }
      }
    }
  }
}

/** As our own writer puts it: only what this machine captured is remembered. */
function isFile(line: string): boolean {
  return line.startsWith('{"type":"file"');
}
