import type { IndexedEntry } from '../format/index-line.ts';
import type { Segment } from '../store/chunk-reader.ts';
import type { SnapshotSide } from '../store/snapshot-side.ts';
import { type FrameSlots, patchSlot } from './frame-slots.ts';
import { type Write, write } from './instructions.ts';
import type { PatchFrame } from './patch-frame.ts';

/** Instructions; a stored frame for a slot; or the stretches of a patch frame. */
export type Piece = Buffer | { readonly slot: number; readonly segment: Segment } | { readonly stretches: readonly Segment[] };

/** A file that is there, with other content. */
export interface ChangedContent {
  readonly patch: PatchFrame;
  /** Whether the chunk that begins there is the same already; undefined: nothing is known to be. */
  readonly isSame: ((at: number) => boolean) | undefined;
}

/** Writes told in one instruction. */
const writesAtOnce = 512;

export function frameName({ pack, frame }: Segment): string {
  return `${pack}:${frame.offset}`;
}

/**
 * A frame that is shorter, compressed, is sent whole however little of it is wanted: to decompress one costs this process
 * more than it costs the helper, about as much as 64 KiB cost on their way to an engine on the same machine.
 */
const patchedFrom = 96 * 1024;

/**
 * What of a file's content has to be written, and the frames that it comes from: stored ones, or a patch frame in place
 * of large ones of which less than a half is wanted. What is written from that one has been yielded when the next piece is
 * asked for.
 */
export async function* content(
  file: IndexedEntry,
  { wanted, slots, changed }: { wanted: SnapshotSide; slots: FrameSlots; changed: ChangedContent | undefined },
): AsyncGenerator<Piece> {
  let writes: Write[] = [];
  let at = 0;
  for await (const segment of wanted.reader.segments(file)) {
    const stretches = changed?.isSame ? await differing(segment, { at, wanted, isSame: changed.isSame }) : [{ at, segment }];
    at += segment.bytes;
    if (stretches.length === 0) continue;
    const name = frameName(segment);
    const bytes = stretches.reduce((sum, stretch) => sum + stretch.segment.bytes, 0);
    const isPatch = bytes * 2 < segment.frame.rawBytes && segment.frame.compressedBytes >= patchedFrom && !slots.has(name);
    const patch = isPatch ? changed?.patch : undefined;
    const { slot, isLoaded } = patch ? { slot: patchSlot, isLoaded: true } : slots.slotOf(name);
    if (!isLoaded) {
      if (writes.length > 0) yield write(writes);
      writes = [];
      yield { slot, segment };
    }
    for (const stretch of stretches) {
      const start = patch ? patch.add(stretch.segment) : stretch.segment.start;
      writes.push({ at: stretch.at, slot, start, bytes: stretch.segment.bytes });
    }
    if (writes.length < writesAtOnce && !patch?.isFull) continue;
    yield write(writes);
    writes = [];
  }
  if (writes.length > 0) yield write(writes);
}

/** A file of one of the two states that are compared. */
interface FileOfSide {
  readonly side: SnapshotSide;
  readonly file: IndexedEntry;
}

/** Which chunks of a file are there already: those at the same place with the same hash, as far as the file goes. */
export async function sameStretches(there: FileOfSide, wanted: FileOfSide): Promise<ChangedContent['isSame']> {
  if (wanted.file.offset !== 0 || there.file.offset !== 0) return undefined;
  const [sizeThere, size] = [sizeOf(there.file), sizeOf(wanted.file)];
  const [now, then] = [await there.side.chunksOf(there.file), await wanted.side.chunksOf(wanted.file)];
  const differing = new Set<number>();
  while (!then.isEnded) {
    while (!now.isEnded && now.at < then.at) {
      const next = now.next();
      if (next) await next;
    }
    // A chunk that small files share goes on after each of them.
    const isThere = now.at === then.at && now.isSameAs(then) && Math.min(then.at + then.bytes, size) <= sizeThere;
    if (!isThere) differing.add(then.at);
    const next = then.next();
    if (next) await next;
  }
  return (at) => !differing.has(at);
}

function sizeOf({ entry }: IndexedEntry): number {
  return entry.type === 'file' ? entry.size : 0;
}

/** The stretches of a segment that aren't there, neighbours joined. */
async function differing(
  segment: Segment,
  { at, wanted, isSame }: { at: number; wanted: SnapshotSide; isSame: (at: number) => boolean },
): Promise<{ readonly at: number; readonly segment: Segment }[]> {
  const stretches: { at: number; segment: Segment }[] = [];
  let done = 0;
  let ordinal = segment.chunks[0];
  for (const whole of await wanted.reader.chunkSizes(segment)) {
    // The last chunk of a small file goes on with the files after it.
    const bytes = Math.min(whole, segment.bytes - done);
    if (!isSame(at + done)) {
      const before = stretches.at(-1);
      if (before?.segment.chunks[1] === ordinal) {
        before.segment = { ...before.segment, bytes: before.segment.bytes + bytes, chunks: [before.segment.chunks[0], ordinal + 1] };
      } else {
        stretches.push({ at: at + done, segment: { ...segment, start: segment.start + done, bytes, chunks: [ordinal, ordinal + 1] } });
      }
    }
    ordinal += 1;
    done += bytes;
  }
  return stretches;
}
