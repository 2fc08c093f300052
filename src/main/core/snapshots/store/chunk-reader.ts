import type { Fault } from '../../base/fault.ts';
import { damaged } from '../format/damage.ts';
import type { ChunkRuns, IndexedEntry } from '../format/index-line.ts';
import { chunkBytesAt, frameOf, type PackFrame, type PackTable } from '../format/pack-table.ts';
import type { Blobs } from './blobs.ts';
import { LeastRecent } from './least-recent.ts';
import { PackReader } from './pack-reader.ts';
import type { StoredPack } from './pack-writer.ts';

/** A stretch of a file's content that lies in one frame of one pack. */
export interface Segment {
  readonly pack: number;
  readonly frame: PackFrame;
  /** Where it begins in the frame's raw bytes. */
  readonly start: number;
  readonly bytes: number;
  /** The ordinals of its chunks, the last one left out. */
  readonly chunks: readonly [first: number, end: number];
}

const openPacks = 24;
const heldFrames = 24;

/** Reads content by chunk runs, out of the packs of one snapshot. Packs and frames in use are kept a while. */
export class ChunkReader {
  readonly #blobs: Blobs;
  readonly #packs: readonly StoredPack[];
  readonly #readers = new LeastRecent<number, Promise<PackReader>>(openPacks, (reader) => {
    reader.then((opened) => opened.close()).catch(() => undefined);
  });
  readonly #frames = new LeastRecent<string, Promise<Buffer>>(heldFrames);
  #last: { readonly pack: number; readonly table: PackTable } | undefined;

  constructor(blobs: Blobs, packs: readonly StoredPack[]) {
    this.#blobs = blobs;
    this.#packs = packs;
  }

  async table(pack: number): Promise<PackTable> {
    const { table } = await this.#reader(pack);
    this.#last = { pack, table };
    return table;
  }

  /**
   * The segment of a file that is all in one chunk; undefined where that takes a look at another pack than the last one,
   * or where `segments` will tell what is wrong. Of thousands of small files this is most of the work.
   */
  smallSegment({ entry, chunks, offset }: IndexedEntry): Segment | undefined {
    const [pack = 0, ordinal = 0, count] = chunks;
    if (entry.type !== 'file' || chunks.length !== 3 || count !== 1 || this.#last?.pack !== pack) return undefined;
    const { table } = this.#last;
    const frame = frameOf(table, ordinal);
    const bytes = entry.size;
    if (!frame || bytes === 0 || chunkBytesAt(table, ordinal) - offset < bytes) return undefined;
    return { pack, frame, start: chunkBytes(table, frame.firstChunk, ordinal) + offset, bytes, chunks: [ordinal, ordinal + 1] };
  }

  /**
   * The segments of a file's content in order. Raises `snapshot.damaged` when it names chunks that aren't there, or when
   * they are not as long as the file; a single chunk may be longer, as others may share it.
   */
  async *segments({ entry, chunks, offset }: IndexedEntry): AsyncGenerator<Segment> {
    const size = entry.type === 'file' ? entry.size : 0;
    const mayShare = chunks.length === 3 && chunks[2] === 1;
    let told = 0;
    for await (const segment of this.#wholeSegments(chunks)) {
      const bytes = mayShare ? Math.min(segment.bytes - offset, size) : segment.bytes;
      if (bytes <= 0 || told + bytes > size) throw wrongSize(entry.path);
      yield { ...segment, start: segment.start + (mayShare ? offset : 0), bytes };
      told += bytes;
    }
    if (told !== size) throw wrongSize(entry.path);
  }

  /** Whether a file's content is there as it should be, by the packs' tables. Raises `snapshot.damaged`. */
  async check(file: IndexedEntry): Promise<void> {
    if (this.smallSegment(file)) return;
    const segments = this.segments(file);
    while ((await segments.next()).done !== true);
  }

  /** Where the chunks of runs lie, one stretch a frame. */
  async *#wholeSegments(runs: ChunkRuns): AsyncGenerator<Segment> {
    for (let at = 0; at < runs.length; at += 3) {
      const pack = runs[at] ?? 0;
      let ordinal = runs[at + 1] ?? 0;
      const end = ordinal + (runs[at + 2] ?? 0);
      const table = await this.table(pack);
      while (ordinal < end) {
        const frame = frameOf(table, ordinal);
        if (!frame) throw damaged('The file index', `it names chunk ${ordinal} of pack ${pack}, which is not there`);
        const stop = Math.min(end, frame.firstChunk + frame.chunkCount);
        yield { pack, frame, start: chunkBytes(table, frame.firstChunk, ordinal), bytes: chunkBytes(table, ordinal, stop), chunks: [ordinal, stop] };
        ordinal = stop;
      }
    }
  }

  /** The bytes of a segment. */
  async read(segment: Segment): Promise<Buffer> {
    return (await this.#frame(segment)).subarray(segment.start, segment.start + segment.bytes);
  }

  /** Sizes of a segment's chunks, in order. */
  async chunkSizes({ pack, chunks: [first, end] }: Segment): Promise<readonly number[]> {
    const table = await this.table(pack);
    return Array.from({ length: end - first }, (_, index) => chunkBytesAt(table, first + index));
  }

  /** The whole frame that a segment lies in, compressed. */
  async readCompressed({ pack, frame }: Segment): Promise<Buffer> {
    return (await this.#reader(pack)).readCompressed(frame);
  }

  async close(): Promise<void> {
    const readers = this.#readers.takeAll();
    await Promise.all(readers.map(async (reader) => reader.then((opened) => opened.close()).catch(() => undefined)));
  }

  #frame({ pack, frame }: Segment): Promise<Buffer> {
    return this.#frames.getOr(`${pack}:${frame.offset}`, async () => (await this.#reader(pack)).readFrame(frame));
  }

  #reader(pack: number): Promise<PackReader> {
    return this.#readers.getOr(pack, async () => {
      const stored = this.#packs[pack];
      if (!stored) throw damaged('The file index', `it names pack ${pack}, which the snapshot does not have`);
      return PackReader.open(this.#blobs, stored);
    });
  }
}

function wrongSize(path: string): Fault {
  return damaged('The file index', `${JSON.stringify(path)} has another size than its content`);
}

function chunkBytes(table: PackTable, from: number, to: number): number {
  let bytes = 0;
  for (let ordinal = from; ordinal < to; ordinal += 1) bytes += chunkBytesAt(table, ordinal);
  return bytes;
}
