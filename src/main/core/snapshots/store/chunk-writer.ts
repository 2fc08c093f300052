import { createHash } from 'node:crypto';
import { Encoder } from '@toondepauw/node-zstd';
import { limits } from '../format/pack-table.ts';
import type { Blobs } from './blobs.ts';
import { type ChunkPlace, ChunkTable } from './chunk-table.ts';
import { PackWriter, type StoredPack } from './pack-writer.ts';

/** Raw bytes after which a frame is compressed: larger ones gain little, and a restore of one page takes a whole frame. */
const frameTargetBytes = 64 * 1024;
const packTargetBytes = 16 * 1024 * 1024;
/** Frames being compressed or written at once; each holds up to 1 MiB. */
const maxPendingFrames = 6;
const maxPendingPacks = 2;
const compressionLevel = 1;

/**
 * Writes chunks that the store does not hold yet into packs, and knows where those lie that it does. A chunk is
 * written into space of this writer's own (`reserve`), so that its bytes are copied once, known or new.
 */
export class ChunkWriter {
  readonly #blobs: Blobs;
  readonly #known: ChunkTable;
  readonly #packs: (StoredPack | undefined)[];
  /** Digest of a pack that was there before → the table's count. */
  readonly #stored: ReadonlyMap<string, number>;
  /** Pack by the table's count → its number in this snapshot, in order of first use. */
  readonly #numbers = new Map<number, number>();
  readonly #encoder = new Encoder(compressionLevel);
  readonly #spare: Buffer[] = [];
  readonly #pendingFrames = new Set<Promise<unknown>>();
  readonly #pendingPacks = new Set<Promise<unknown>>();
  readonly #unfinished = new Set<PackWriter>();
  #frame: Buffer | undefined;
  #used = 0;
  #current: { readonly writer: PackWriter; readonly pack: number } | undefined;
  #newBytes = 0;
  #failure: Error | undefined;

  /** `known` names chunks by the position of their pack in `packs`; both grow here. */
  constructor(blobs: Blobs, { known = new ChunkTable(), packs = [] }: { known?: ChunkTable; packs?: readonly StoredPack[] } = {}) {
    this.#blobs = blobs;
    this.#known = known;
    this.#packs = [...packs];
    this.#stored = new Map(packs.map((pack, position) => [pack.digest, position]));
  }

  /** Compressed bytes of the packs finished so far. */
  get newBytes(): number {
    return this.#newBytes;
  }

  /** Space for the next chunk of at most `maxBytes`; valid until `add`. */
  reserve(maxBytes: number): Buffer {
    if (this.#used >= frameTargetBytes || this.#used + maxBytes > limits.chunkBytes) this.#endFrame();
    this.#frame ??= this.#spare.pop() ?? Buffer.allocUnsafeSlow(limits.chunkBytes);
    return this.#frame.subarray(this.#used, this.#used + maxBytes);
  }

  /** Takes the first `bytes` of the reserved space as a chunk and says where it lies, by pack number in this snapshot. */
  add(bytes: number): ChunkPlace {
    const chunk = this.#frame?.subarray(this.#used, this.#used + bytes) ?? Buffer.alloc(0);
    const hash = createHash('sha256').update(chunk).digest();
    let place = this.#known.get(hash);
    if (!place) {
      this.#current ??= this.#startPack();
      place = { pack: this.#current.pack, ordinal: this.#current.writer.addChunk(hash, bytes) };
      this.#known.add(hash, place);
      this.#used += bytes;
    }
    return { pack: this.#numberOf(place.pack), ordinal: place.ordinal };
  }

  /**
   * Takes a chunk that somebody else has hashed; the bytes of a new one come later, by `addCompressedFrame`. Throws for
   * one that should be known and isn't.
   */
  addTold(hash: Buffer, bytes: number, isNew: boolean): ChunkPlace {
    let place = isNew ? undefined : this.#known.get(hash);
    if (!isNew && !place) throw new Error('a chunk was left out that the store does not hold');
    if (!place) {
      this.#current ??= this.#startPack();
      place = { pack: this.#current.pack, ordinal: this.#current.writer.addChunk(Buffer.from(hash), bytes) };
      this.#known.add(hash, place);
    }
    return { pack: this.#numberOf(place.pack), ordinal: place.ordinal };
  }

  /** The frame of all new chunks told since the last one. */
  addCompressedFrame(compressed: Buffer, rawBytes: number): void {
    if (!this.#current) throw new Error('a frame came without chunks');
    const { writer } = this.#current;
    this.#track(this.#pendingFrames, writer.appendFrame(Promise.resolve(compressed), rawBytes));
    if (writer.bytesWritten >= packTargetBytes) this.#endPack();
  }

  /** This snapshot's number of a pack that the store holds. */
  numberOfStored(digest: string): number {
    const pack = this.#stored.get(digest);
    if (pack === undefined) throw new Error(`pack ${digest} is not in the store`);
    return this.#numberOf(pack);
  }

  /** Waits until the queue has room again. To be called between pieces of input. Raises what writing raised. */
  async drain(): Promise<void> {
    while (this.#pendingFrames.size >= maxPendingFrames) await Promise.race(this.#pendingFrames);
    while (this.#pendingPacks.size >= maxPendingPacks) await Promise.race(this.#pendingPacks);
    if (this.#failure) throw this.#failure;
  }

  /** Writes everything out. The packs of this snapshot, by number. */
  async finish(): Promise<readonly StoredPack[]> {
    this.#endFrame();
    this.#endPack();
    await Promise.all([...this.#pendingFrames, ...this.#pendingPacks]);
    if (this.#failure) throw this.#failure;
    return [...this.#numbers.keys()].map((pack) => {
      const stored = this.#packs[pack];
      if (!stored) throw new Error('a pack was not finished');
      return stored;
    });
  }

  /** Removes unfinished files. Finished packs stay for whoever takes the same content next, or for `prune`. */
  async discard(): Promise<void> {
    await Promise.all([...this.#pendingFrames, ...this.#pendingPacks]);
    await Promise.all([...this.#unfinished].map((writer) => writer.discard()));
  }

  #startPack(): { writer: PackWriter; pack: number } {
    const writer = new PackWriter(this.#blobs);
    this.#unfinished.add(writer);
    this.#packs.push(undefined);
    return { writer, pack: this.#packs.length - 1 };
  }

  #numberOf(pack: number): number {
    const number = this.#numbers.get(pack) ?? this.#numbers.size;
    this.#numbers.set(pack, number);
    return number;
  }

  #endFrame(): void {
    const frame = this.#frame;
    if (!frame || !this.#current || this.#used === 0) return;
    const { writer } = this.#current;
    const rawBytes = this.#used;
    const compressed = this.#encoder.encode(frame.subarray(0, rawBytes));
    this.#frame = undefined;
    this.#used = 0;
    this.#track(
      this.#pendingFrames,
      writer.appendFrame(compressed, rawBytes).then(() => this.#spare.push(frame)),
    );
    if (writer.bytesWritten >= packTargetBytes) this.#endPack();
  }

  #endPack(): void {
    if (!this.#current) return;
    const { writer, pack } = this.#current;
    this.#current = undefined;
    const finish = async (): Promise<void> => {
      const stored = await writer.finish();
      this.#packs[pack] = stored;
      this.#newBytes += stored.size;
      this.#unfinished.delete(writer);
    };
    this.#track(this.#pendingPacks, finish());
  }

  /** Keeps the first failure for `drain` and `finish`; tracked promises themselves never reject. */
  #track(pending: Set<Promise<unknown>>, work: Promise<unknown>): void {
    const tracked = work
      .catch((error: unknown) => (this.#failure ??= error instanceof Error ? error : new Error(String(error))))
      .finally(() => pending.delete(tracked));
    pending.add(tracked);
  }
}
