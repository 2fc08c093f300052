import type { IndexedEntry } from '../format/index-line.ts';
import type { Segment } from '../store/chunk-reader.ts';
import { lookAhead } from '../store/look-ahead.ts';
import type { PlacedChunk, SnapshotSide } from '../store/snapshot-side.ts';
import { FrameSlots } from './frame-slots.ts';
import { clearAll, end, entry as entryInstruction, load, remove, removeSockets, type Write, write } from './instructions.ts';
import type { TreeChange } from './tree-change.ts';

/** Instructions travel together until they are this long, in bytes: one by one they would cost more than their work. */
const gatheredBytes = 64 * 1024;
/** Writes told in one instruction. */
const writesAtOnce = 512;

type Piece = Buffer | { readonly slot: number; readonly segment: Segment };

/** The instructions that turn what a volume holds into what is wanted. */
export async function* applyStream(request: {
  readonly entries: () => AsyncIterable<IndexedEntry>;
  /** Absent: the volume is emptied first (but for `isPart`), and every entry is new. */
  readonly change: TreeChange | undefined;
  readonly now: SnapshotSide | undefined;
  readonly wanted: SnapshotSide;
  /** Only some paths are wanted; the rest of the volume stays. */
  readonly isPart: boolean;
  readonly onEntry: (bytes: number) => void;
  readonly signal: AbortSignal;
}): AsyncGenerator<Buffer> {
  const { wanted, signal } = request;
  yield* lookAhead(gathered(pieces(request)), async (piece) => {
    signal.throwIfAborted();
    if (Buffer.isBuffer(piece)) return piece;
    return load(piece.slot, piece.segment.frame.rawBytes, await wanted.reader.readCompressed(piece.segment));
  });
  yield end;
}

async function* gathered(all: AsyncIterable<Piece>): AsyncGenerator<Piece> {
  let held: Buffer[] = [];
  let length = 0;
  for await (const piece of all) {
    if (Buffer.isBuffer(piece)) {
      held.push(piece);
      length += piece.length;
      if (length < gatheredBytes) continue;
    }
    if (length > 0) yield Buffer.concat(held, length);
    held = [];
    length = 0;
    if (!Buffer.isBuffer(piece)) yield piece;
  }
  if (length > 0) yield Buffer.concat(held, length);
}

async function* pieces({ entries, change, now, wanted, isPart, onEntry }: Parameters<typeof applyStream>[0]): AsyncGenerator<Piece> {
  if (!change && !isPart) yield clearAll;
  if (change && !isPart) yield removeSockets;
  for (const path of change?.removals ?? []) yield remove(path);
  const slots = new FrameSlots();
  for await (const indexed of entries()) {
    const { entry } = indexed;
    onEntry(entry.type === 'file' ? entry.size : 0);
    const kind = change ? change.changes.get(entry.path) : 'new';
    if (kind === undefined) continue;
    const small = kind === 'new' ? wanted.reader.smallSegment(indexed) : undefined;
    if (small) {
      const { slot, isLoaded } = slots.slotOf(frameName(small));
      if (!isLoaded) yield { slot, segment: small };
      yield Buffer.concat([entryInstruction(entry, true), write([{ at: 0, slot, start: small.start, bytes: small.bytes }])]);
      continue;
    }
    yield entryInstruction(entry, kind === 'new');
    if (entry.type !== 'file' || kind === 'metadata') continue;
    const there = kind === 'content' ? change?.current.get(entry.path) : undefined;
    const same = there && now ? await sameStretches(await now.chunksOf(there), there, wanted, indexed) : undefined;
    yield* content(indexed, { wanted, slots, same });
  }
}

function frameName({ pack, frame }: Segment): string {
  return `${pack}:${frame.offset}`;
}

/** What of a file's content has to be written, and the frames that it comes from. */
async function* content(
  file: IndexedEntry,
  { wanted, slots, same }: { wanted: SnapshotSide; slots: FrameSlots; same: ((at: number, bytes: number) => boolean) | undefined },
): AsyncGenerator<Piece> {
  let writes: Write[] = [];
  let at = 0;
  for await (const segment of wanted.reader.segments(file)) {
    const parts = same ? await differingParts(segment, { at, wanted, same }) : [{ at, start: segment.start, bytes: segment.bytes }];
    at += segment.bytes;
    if (parts.length === 0) continue;
    const { slot, isLoaded } = slots.slotOf(frameName(segment));
    if (!isLoaded) {
      if (writes.length > 0) yield write(writes);
      writes = [];
      yield { slot, segment };
    }
    for (const part of parts) writes.push({ ...part, slot });
    if (writes.length < writesAtOnce) continue;
    yield write(writes);
    writes = [];
  }
  if (writes.length > 0) yield write(writes);
}

/** Tells whether a stretch of the file is there already: chunks at the same place with the same hash. */
async function sameStretches(
  there: readonly PlacedChunk[],
  file: IndexedEntry,
  wanted: SnapshotSide,
  indexed: IndexedEntry,
): Promise<((at: number, bytes: number) => boolean) | undefined> {
  if (file.offset !== 0 || indexed.offset !== 0) return undefined;
  const now = new Map(there.map((chunk) => [chunk.at, chunk]));
  const same = new Set<number>();
  for (const { at, bytes, hash } of await wanted.chunksOf(indexed)) {
    const other = now.get(at);
    if (other?.bytes === bytes && other.hash.equals(hash)) same.add(at);
  }
  return (at) => same.has(at);
}

/** The chunks of a segment that aren't there, neighbours joined. */
async function differingParts(
  segment: Segment,
  { at, wanted, same }: { at: number; wanted: SnapshotSide; same: (at: number, bytes: number) => boolean },
): Promise<{ at: number; start: number; bytes: number }[]> {
  const parts: { at: number; start: number; bytes: number }[] = [];
  let done = 0;
  for (const whole of await wanted.reader.chunkSizes(segment)) {
    // The last chunk of a small file goes on with the files after it.
    const bytes = Math.min(whole, segment.bytes - done);
    const last = parts.at(-1);
    if (!same(at + done, bytes)) {
      if (last && last.at + last.bytes === at + done) parts[parts.length - 1] = { ...last, bytes: last.bytes + bytes };
      else parts.push({ at: at + done, start: segment.start + done, bytes });
    }
    done += bytes;
  }
  return parts;
}
