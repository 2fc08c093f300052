import { damaged } from '../format/damage.ts';
import type { ChunkRuns } from '../format/index-line.ts';
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

  constructor(blobs: Blobs, packs: readonly StoredPack[]) {
    this.#blobs = blobs;
    this.#packs = packs;
  }

  async table(pack: number): Promise<PackTable> {
    return (await this.#reader(pack)).table;
  }

  /** The content's segments in order. Raises `snapshot.damaged` when runs name chunks that aren't there. */
  async *segments(runs: ChunkRuns): AsyncGenerator<Segment> {
    for (let at = 0; at < runs.length; at += 3) {
      const pack = runs[at] ?? 0;
      let ordinal = runs[at + 1] ?? 0;
      const end = ordinal + (runs[at + 2] ?? 0);
      const table = await this.table(pack);
      while (ordinal < end) {
        const frame = frameOf(table, ordinal);
        if (!frame) throw damaged('The file index', `it names chunk ${ordinal} of pack ${pack}, which is not there`);
        const stop = Math.min(end, frame.firstChunk + frame.chunkCount);
        yield { pack, frame, start: chunkBytes(table, frame.firstChunk, ordinal), bytes: chunkBytes(table, ordinal, stop) };
        ordinal = stop;
      }
    }
  }

  /** The bytes of a segment. */
  async read({ pack, frame, start, bytes }: Segment): Promise<Buffer> {
    const raw = await this.#frames.getOr(`${pack}:${frame.offset}`, async () => (await this.#reader(pack)).readFrame(frame));
    return raw.subarray(start, start + bytes);
  }

  /** Uncompressed size of a content list. */
  async sizeOf(runs: ChunkRuns): Promise<number> {
    let size = 0;
    for await (const segment of this.segments(runs)) size += segment.bytes;
    return size;
  }

  async close(): Promise<void> {
    const readers = this.#readers.takeAll();
    await Promise.all(readers.map(async (reader) => reader.then((opened) => opened.close()).catch(() => undefined)));
  }

  #reader(pack: number): Promise<PackReader> {
    return this.#readers.getOr(pack, async () => {
      const stored = this.#packs[pack];
      if (!stored) throw damaged('The file index', `it names pack ${pack}, which the snapshot does not have`);
      return PackReader.open(this.#blobs, stored);
    });
  }
}

function chunkBytes(table: PackTable, from: number, to: number): number {
  let bytes = 0;
  for (let ordinal = from; ordinal < to; ordinal += 1) bytes += chunkBytesAt(table, ordinal);
  return bytes;
}
