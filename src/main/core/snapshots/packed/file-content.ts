import type { IndexedEntry } from '../format/index-line.ts';
import type { Segment } from '../store/chunk-reader.ts';
import type { SnapshotSide } from '../store/snapshot-side.ts';
import type { FrameSlots } from './frame-slots.ts';
import { type Write, write } from './instructions.ts';

/** Instructions, or a stored frame for a slot. */
export type Piece = Buffer | { readonly slot: number; readonly segment: Segment };

/** Writes told in one instruction. */
const writesAtOnce = 512;

export function frameName({ pack, frame }: Segment): string {
  return `${pack}:${frame.offset}`;
}

/**
 * What of a file's content has to be written, and the frames that it comes from. `isSame`: whether the chunk that begins
 * there is the same already; undefined: nothing is known to be.
 */
export async function* content(
  file: IndexedEntry,
  { wanted, slots, isSame }: { wanted: SnapshotSide; slots: FrameSlots; isSame: ((at: number) => boolean) | undefined },
): AsyncGenerator<Piece> {
  let writes: Write[] = [];
  let at = 0;
  for await (const segment of wanted.reader.segments(file)) {
    const stretches = isSame ? await differing(segment, { at, wanted, isSame }) : [{ at, segment }];
    at += segment.bytes;
    if (stretches.length === 0) continue;
    const { slot, isLoaded } = slots.slotOf(frameName(segment));
    if (!isLoaded) {
      if (writes.length > 0) yield write(writes);
      writes = [];
      yield { slot, segment };
    }
    for (const stretch of stretches) writes.push({ at: stretch.at, slot, start: stretch.segment.start, bytes: stretch.segment.bytes });
    if (writes.length < writesAtOnce) continue;
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
export async function sameStretches(there: FileOfSide, wanted: FileOfSide): Promise<((at: number) => boolean) | undefined> {
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
