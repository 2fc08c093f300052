import { lookAhead } from '../store/look-ahead.ts';
import type { SnapshotSide } from '../store/snapshot-side.ts';
import { content, frameName, type Piece, sameStretches } from './file-content.ts';
import { FrameSlots } from './frame-slots.ts';
import { clearAll, end, entry as entryInstruction, load, remove, removeSockets, write } from './instructions.ts';
import type { Step } from './tree-change.ts';

/** Instructions travel together until they are this long, in bytes: one by one they would cost more than their work. */
const gatheredBytes = 64 * 1024;

/** The instructions that turn what a volume holds into what is wanted. */
export async function* applyStream(request: {
  /** What happens to the volume as a whole first: it is emptied, or loses its sockets; absent: nothing, as the rest of it stays. */
  readonly first?: 'clear' | 'remove-sockets' | undefined;
  readonly removals: readonly string[];
  readonly steps: Iterable<Step> | AsyncIterable<Step>;
  readonly now: SnapshotSide | undefined;
  readonly wanted: SnapshotSide;
  readonly onStep: (step: Step) => void;
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

async function* pieces({ first, removals, steps, now, wanted, onStep }: Parameters<typeof applyStream>[0]): AsyncGenerator<Piece> {
  if (first === 'clear') yield clearAll;
  if (first === 'remove-sockets') yield removeSockets;
  for (const path of removals) yield remove(path);
  const slots = new FrameSlots();
  for await (const step of steps) {
    onStep(step);
    const { indexed, kind, there } = step;
    const { entry } = indexed;
    const small = kind === 'new' ? wanted.reader.smallSegment(indexed) : undefined;
    if (small) {
      const { slot, isLoaded } = slots.slotOf(frameName(small));
      if (!isLoaded) yield { slot, segment: small };
      yield Buffer.concat([entryInstruction(entry, true), write([{ at: 0, slot, start: small.start, bytes: small.bytes }])]);
      continue;
    }
    yield entryInstruction(entry, kind === 'new');
    if (entry.type !== 'file' || kind === 'metadata') continue;
    const isSame = there && now ? await sameStretches({ side: now, file: there }, { side: wanted, file: indexed }) : undefined;
    yield* content(indexed, { wanted, slots, isSame });
  }
}
