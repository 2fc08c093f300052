import { damaged } from '../format/damage.ts';
import type { IndexedEntry } from '../format/index-line.ts';
import { contentKey, metadataKey } from '../store/entry-keys.ts';
import type { SnapshotSide } from '../store/snapshot-side.ts';
import { completeChange } from './complete-change.ts';
import { EntryCursor, type PlacedEntry } from './entry-cursor.ts';
import { sameText } from './same-text.ts';

/** What has to happen to an entry of the wanted state. */
export type Change =
  /** It is made: nothing is there under its name by then. */
  | 'new'
  /** It is a file, there and with the right names, but with other bytes. */
  | 'content'
  /** Owner, mode, times or attributes are set. */
  | 'metadata';

export interface Step {
  readonly indexed: IndexedEntry;
  readonly kind: Change;
  /** The file as it is now, where its content changes. */
  readonly there?: IndexedEntry | undefined;
}

/** How a volume becomes what is wanted; what is not named stays as it is. */
export interface TreeChange {
  /** Paths to remove, what lies in a directory before the directory. */
  readonly removals: readonly string[];
  /** In the order of the wanted index, after the removals. */
  readonly steps: readonly Step[];
}

export type PlacedStep = PlacedEntry & Step;

/** What was found to differ between two states. */
export interface Differences {
  /** What is there and not wanted, or in the way of something else. */
  readonly gone: PlacedEntry[];
  /** Path → what happens to it. */
  readonly steps: Map<string, PlacedStep>;
}

/**
 * Compares what is there with what is wanted. Both indexes are read side by side; of what has the same lines in both
 * nothing is kept, and no order of entries is relied on. `now` is a snapshot of the volume that this program has just
 * taken: what is the same there obeys the rules of the format, and the rest is held to them here. Raises
 * `snapshot.damaged`.
 */
export async function treeChange(now: SnapshotSide, wanted: SnapshotSide, { volume, from }: { readonly volume: string; readonly from: string }): Promise<TreeChange> {
  if (volume === from && now.isSameAs(wanted)) return { removals: [], steps: [] };
  return completeChange(await findDifferences(now, wanted, { volume, from }), wanted, from);
}

async function findDifferences(now: SnapshotSide, wanted: SnapshotSide, { volume, from }: { readonly volume: string; readonly from: string }): Promise<Differences> {
  const [left, right] = [new EntryCursor(now, volume), new EntryCursor(wanted, from)];
  try {
    const isSame = sameText(now.packs, wanted.packs);
    const found = new Pairs(now, wanted);
    for (;;) {
      while (left.isDrained) await left.fill();
      while (right.isDrained) await right.fill();
      const [text, other] = [left.text, right.text];
      if (text === undefined && other === undefined) break;
      const { takesLeft, takesRight } =
        text !== undefined && other !== undefined && isSame(text, other) ? both : await found.take(left.placed, right.placed);
      if (takesLeft) left.next();
      if (takesRight) right.next();
    }
    if (left.position === 0) throw holdsNot(volume);
    if (right.position === 0) throw holdsNot(from);
    return found.rest();
  } finally {
    await Promise.all([left.close(), right.close()]);
  }
}

interface Taken {
  readonly takesLeft: boolean;
  readonly takesRight: boolean;
}

const both: Taken = { takesLeft: true, takesRight: true };

/** Brings together the entries of two states that stand under one path, wherever they stand in the indexes. */
class Pairs {
  readonly #now: SnapshotSide;
  readonly #wanted: SnapshotSide;
  /** Those whose other one has not come yet: as many as one index is ahead of the other. */
  readonly #there = new Map<string, PlacedEntry>();
  readonly #wantedAhead = new Map<string, PlacedEntry>();
  readonly #found: Differences = { gone: [], steps: new Map() };

  constructor(now: SnapshotSide, wanted: SnapshotSide) {
    this.#now = now;
    this.#wanted = wanted;
  }

  /** Takes the next entry of one state or of both, and says which. The one whose index is behind goes first. */
  async take(there: PlacedEntry | undefined, wanted: PlacedEntry | undefined): Promise<Taken> {
    const earlierThere = wanted && taken(this.#there, wanted);
    if (earlierThere) {
      await this.#pair(earlierThere, wanted);
      return { takesLeft: false, takesRight: true };
    }
    const earlierWanted = there && taken(this.#wantedAhead, there);
    if (earlierWanted) {
      await this.#pair(there, earlierWanted);
      return { takesLeft: true, takesRight: false };
    }
    if (there && wanted && pathOf(there) === pathOf(wanted)) {
      await this.#pair(there, wanted);
    } else {
      if (there) this.#there.set(pathOf(there), there);
      if (wanted) {
        if (this.#wantedAhead.has(pathOf(wanted))) throw isThereTwice(wanted);
        this.#wantedAhead.set(pathOf(wanted), wanted);
      }
    }
    return { takesLeft: there !== undefined, takesRight: wanted !== undefined };
  }

  /** All differences, when both indexes have ended. */
  rest(): Differences {
    this.#found.gone.push(...this.#there.values());
    for (const wanted of this.#wantedAhead.values()) this.#add({ ...wanted, kind: 'new' });
    return this.#found;
  }

  async #pair(there: PlacedEntry, wanted: PlacedEntry): Promise<void> {
    const kind = await this.#changeOf(there.indexed, wanted.indexed);
    if (kind === undefined) return;
    if (kind === 'new') this.#found.gone.push(there);
    this.#add({ ...wanted, kind, ...(kind === 'content' ? { there: there.indexed } : {}) });
  }

  #add(step: PlacedStep): void {
    if (this.#found.steps.has(pathOf(step))) throw isThereTwice(step);
    this.#found.steps.set(pathOf(step), step);
  }

  async #changeOf(there: IndexedEntry, wanted: IndexedEntry): Promise<Change | undefined> {
    const { type } = wanted.entry;
    if (there.entry.type !== type) return 'new';
    if (type === 'file') {
      if (!(await this.#now.holdsSame(there, this.#wanted, wanted))) return 'content';
    } else if (contentKey(there) !== contentKey(wanted)) {
      return 'new';
    }
    return type === 'hardlink' || hasSameMetadata(there, wanted) ? undefined : 'metadata';
  }
}

function taken(from: Map<string, PlacedEntry>, like: PlacedEntry): PlacedEntry | undefined {
  const found = from.get(pathOf(like));
  from.delete(pathOf(like));
  return found;
}

function pathOf({ indexed }: PlacedEntry): string {
  return indexed.entry.path;
}

function holdsNot(volume: string): Error {
  return damaged('The file index', `it does not hold volume ${volume}`);
}

function isThereTwice(placed: PlacedEntry): Error {
  return damaged('The file index', `${JSON.stringify(pathOf(placed))} is there twice`);
}

function hasSameMetadata(a: IndexedEntry, b: IndexedEntry): boolean {
  return a.entry.mtime === b.entry.mtime && a.entry.nanos === b.entry.nanos && metadataKey(a) === metadataKey(b);
}
