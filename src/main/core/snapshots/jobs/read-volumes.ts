import type { Logger } from '../../base/logger.ts';
import { Fault } from '../../base/fault.ts';
import type { Descriptor } from '../format/manifest.ts';
import { LiveReading } from '../packed/live-reading.ts';
import { fileRecordBytes } from '../packed/packed-entry.ts';
import { PackedParser, type PackedSink } from '../packed/packed-parser.ts';
import { PackedVolumeWriter } from '../packed/packed-volume-writer.ts';
import type { SeenFiles, SeenRecords } from '../packed/seen-files.ts';
import { SeenFilesCache } from '../packed/seen-files-cache.ts';
import type { Blobs } from '../store/blobs.ts';
import type { ChunkTable } from '../store/chunk-table.ts';
import { ChunkWriter } from '../store/chunk-writer.ts';
import { IndexWriter } from '../store/index-writer.ts';
import { readKnownChunks } from '../store/known-chunks.ts';
import type { StoredPack } from '../store/pack-writer.ts';
import type { SnapshotRecord } from '../store/snapshot-record.ts';
import { type VolumeTotals, VolumeWriter } from '../store/volume-writer.ts';
import { TarParser } from '../tar/tar-parser.ts';
import type { JobIo } from './job-io.ts';

export interface VolumesToRead {
  readonly environmentId: string;
  /** Their names, in the order in which they are read. */
  readonly volumes: readonly string[];
  /** What reading a volume gives. */
  readonly format: 'tar' | 'packed';
  /** Each volume is read twice: as it is while services write, then what has changed since. Of `packed` only. */
  readonly livePass: boolean;
}

export interface VolumesRead {
  /** The file index and the packs, as a manifest names them. */
  readonly layers: readonly [StoredPack, ...StoredPack[]];
  readonly totals: ReadonlyMap<string, VolumeTotals>;
  /** How files can be recognised next time, by volume. */
  readonly seen: ReadonlyMap<string, SeenRecords>;
  /** Compressed bytes that were written for it. */
  readonly newBytes: number;
}

/**
 * Reads volumes into the store as packs and a file index. Nothing refers to them yet. On failure unfinished files are
 * removed; finished packs stay for whoever takes the same content next, or for `prune`.
 */
export async function readVolumes(
  blobs: Blobs,
  request: VolumesToRead,
  { records, io, logger }: { records: readonly SnapshotRecord[]; io: JobIo; logger: Logger },
): Promise<VolumesRead> {
  const packs = distinctPacks(records.flatMap(({ manifest }) => manifest.layers.slice(1)));
  const known = await readKnownChunks(blobs, packs, { signal: io.signal, logger });
  const chunks = new ChunkWriter(blobs, { known, packs });
  const index = new IndexWriter(blobs);
  try {
    const reading = new Reading(request, { chunks, index, known, io });
    const cache = new SeenFilesCache(blobs);
    const before = async (volume: string): Promise<SeenFiles> => cache.read(request.environmentId, volume, records);
    const { totals, seen } = request.format === 'tar' ? await reading.tar() : await reading.packed(before);
    const layers = [await index.finish(), ...(await chunks.finish())] as const;
    return { layers, totals, seen, newBytes: layers[0].size + chunks.newBytes };
  } catch (error) {
    await Promise.all([chunks.discard(), index.discard()]);
    throw error;
  }
}

/** One run over the volumes of a request. */
class Reading {
  readonly #request: VolumesToRead;
  readonly #chunks: ChunkWriter;
  readonly #index: IndexWriter;
  readonly #known: ChunkTable;
  readonly #io: JobIo;
  readonly #totals = new Map<string, VolumeTotals>();
  readonly #seen = new Map<string, SeenRecords>();

  constructor(request: VolumesToRead, parts: { chunks: ChunkWriter; index: IndexWriter; known: ChunkTable; io: JobIo }) {
    this.#request = request;
    this.#chunks = parts.chunks;
    this.#index = parts.index;
    this.#known = parts.known;
    this.#io = parts.io;
  }

  async tar(): Promise<Pick<VolumesRead, 'totals' | 'seen'>> {
    for (const volume of this.#request.volumes) {
      const writer = new VolumeWriter(volume, { chunks: this.#chunks, index: this.#index });
      await this.#read(volume, 'capturing', { parser: new TarParser(writer), bytes: this.#io.read(volume), writer });
      interpret(volume, () => writer.end());
      this.#totals.set(volume, writer.totals);
    }
    return { totals: this.#totals, seen: this.#seen };
  }

  /** `before` tells how the volume's files looked at an earlier time. */
  async packed(before: (volume: string) => Promise<SeenFiles>): Promise<Pick<VolumesRead, 'totals' | 'seen'>> {
    const live = new Map<string, SeenFiles>();
    for (const volume of this.#request.livePass ? this.#request.volumes : []) {
      const seen = await before(volume);
      live.set(volume, await this.#packed(volume, 'capturing', seen, new LiveReading({ chunks: this.#chunks, before: seen })));
    }
    this.#totals.clear();
    for (const volume of this.#request.volumes) {
      const told = live.get(volume);
      // What is known of files that were read is needed no more.
      live.delete(volume);
      const seen = told ?? (await before(volume));
      const writer = new PackedVolumeWriter(volume, { chunks: this.#chunks, index: this.#index, seen });
      this.#seen.set(volume, await this.#packed(volume, told ? 'catching-up' : 'capturing', seen, writer));
    }
    return { totals: this.#totals, seen: this.#seen };
  }

  async #packed<Found>(volume: string, phase: Phase, seen: SeenFiles, sink: PackedReading<Found>): Promise<Found> {
    const bytes = this.#io.read(volume, encodeKnown(this.#known, seen));
    await this.#read(volume, phase, { parser: new PackedParser(sink), bytes, writer: sink });
    this.#totals.set(volume, sink.totals);
    return interpret(volume, () => sink.end());
  }

  async #read(
    volume: string,
    phase: Phase,
    {
      parser,
      bytes,
      writer,
    }: { parser: { write(bytes: Buffer): void; end(): void }; bytes: AsyncIterable<Buffer>; writer: { readonly totals: VolumeTotals } },
  ): Promise<void> {
    const done = [...this.#totals.values()].reduce((sum, one) => ({ bytes: sum.bytes + one.bytes, files: sum.files + one.files }), { bytes: 0, files: 0 });
    for await (const piece of bytes) {
      this.#io.signal.throwIfAborted();
      interpret(volume, () => parser.write(piece));
      await Promise.all([this.#chunks.drain(), this.#index.drain()]);
      const { totals } = writer;
      this.#io.progress({ phase, volume, bytes: done.bytes + totals.bytes, files: done.files + totals.files, newBytes: this.#chunks.newBytes });
    }
    this.#io.signal.throwIfAborted();
    interpret(volume, () => parser.end());
  }
}

type Phase = 'capturing' | 'catching-up';

/** Takes what the helper tells of a volume, to the end. */
interface PackedReading<Found> extends PackedSink {
  readonly totals: VolumeTotals;
  end(): Found;
}

/** What the helper may leave out: chunks that the store holds, files as they were seen before. */
function encodeKnown(known: ChunkTable, { records }: SeenFiles): Buffer {
  const prefixes = known.prefixes();
  const counts = Buffer.alloc(16);
  counts.writeBigUInt64LE(BigInt(known.size), 0);
  counts.writeBigUInt64LE(BigInt(records.length / fileRecordBytes), 8);
  return Buffer.concat([counts, prefixes, records]);
}

/** What the parser objects to is the engine's archive, which broke off or is of a kind we can't keep. */
function interpret<Result>(volume: string, action: () => Result): Result {
  try {
    return action();
  } catch (error) {
    if (error instanceof Fault) throw error;
    throw new Fault(
      {
        code: 'engine.rejected',
        message: `Volume ${volume} could not be read from the engine: ${error instanceof Error ? error.message : String(error)}.`,
        hint: 'Check that the engine still runs and has room on its disk, then take the snapshot again.',
        data: { volume },
      },
      { cause: error },
    );
  }
}

function distinctPacks(layers: readonly Descriptor[]): readonly StoredPack[] {
  return [...new Map(layers.map(({ digest, size }) => [digest, { digest, size }])).values()];
}
