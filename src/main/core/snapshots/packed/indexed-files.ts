import { Decoder } from '@toondepauw/node-zstd';
import { areFileLines } from '../format/index-line.ts';
import type { Blobs } from '../store/blobs.ts';
import { EntryTexts } from '../store/entry-texts.ts';
import { PackReader } from '../store/pack-reader.ts';
import type { StoredPack } from '../store/pack-writer.ts';
import { notSeen, type SeenFiles, type SeenLines, type SeenRecords } from './seen-files.ts';

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
  #texts: Generator<string, undefined>;
  /** Files that came of it by now. */
  #passed = 0;

  private constructor({ records, positions }: SeenRecords, { volume, packs }: IndexedVolume, frames: readonly Buffer[]) {
    this.records = records;
    this.#positions = positions;
    this.#volume = volume;
    this.#packs = packs;
    this.#frames = frames;
    this.#texts = this.#entryTexts();
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

  file(position: number): SeenLines {
    const wanted = this.#positions[position];
    if (wanted === undefined) throw notSeen();
    if (wanted < this.#passed) {
      this.#texts = this.#entryTexts();
      this.#passed = 0;
    }
    for (;;) {
      const { value: text, done } = this.#texts.next();
      if (done === true) throw new Error('the index has no such file');
      // As our own writer puts it: only what this machine captured is remembered.
      if (!areFileLines(text)) continue;
      this.#passed += 1;
      if (this.#passed > wanted) return { text, packs: this.#packs };
    }
  }

  *#entryTexts(): Generator<string, undefined> {
    const texts = new EntryTexts(this.#volume);
    for (const frame of this.#frames) {
      yield* texts.add(decoder.decodeSync(frame).toString('utf8').slice(0, -1));
      if (texts.isEnded) return undefined;
    }
    yield* texts.rest();
    return undefined;
  }
}
