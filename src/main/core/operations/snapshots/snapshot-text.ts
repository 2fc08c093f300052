import { structuredPatch } from 'diff';
import type { FileText, TextDifference } from '../../../../shared/models/snapshot.ts';
import type { Cancellable } from '../../base/abort.ts';
import { Fault } from '../../base/fault.ts';
import type { PlaceInSnapshot, SnapshotShelf } from './snapshot-shelf.ts';

/** Bytes of a file that are still shown as text; a comparison of longer ones would also take its time. */
const textLimit = 512 * 1024;

/** How long two texts that have little in common are compared, in milliseconds. */
const patience = 2_000;

/** A file of a snapshot as text. Raises `snapshot.not-found`, `snapshot.damaged`. */
export async function readText(shelf: SnapshotShelf, place: PlaceInSnapshot, options: Cancellable): Promise<FileText> {
  const content = await shelf.read({ ...place, limit: textLimit }, options);
  if (content === undefined) return { kind: 'too-long', limit: textLimit };
  if (!isText(content)) return { kind: 'binary', bytes: content.length };
  return { kind: 'text', text: content.toString('utf8'), bytes: content.length };
}

/** What changed in one file's text; a file that only one of the snapshots has is compared with nothing. */
export async function diffText(
  shelf: SnapshotShelf,
  { before, after, volume, path }: { readonly before: string; readonly after: string; readonly volume: string; readonly path: string },
  options: Cancellable,
): Promise<TextDifference> {
  // From here on "not found" can only mean the file.
  await Promise.all([shelf.get(before, options), shelf.get(after, options)]);
  const read = (snapshotId: string): Promise<Buffer | undefined> =>
    shelf.read({ snapshotId, volume, path, limit: textLimit }, options).catch(emptyWhereMissing);
  const [old, now] = await Promise.all([read(before), read(after)]);
  if (old === undefined || now === undefined) return { kind: 'too-long', limit: textLimit };
  if (!isText(old) || !isText(now)) return { kind: 'binary' };
  const patch = structuredPatch(path, path, old.toString('utf8'), now.toString('utf8'), '', '', { context: 3, timeout: patience });
  if (patch === undefined) return { kind: 'too-long', limit: textLimit };
  return { kind: 'text', hunks: patch.hunks.map(({ oldStart, newStart, lines }) => ({ oldStart, newStart, lines })) };
}

function emptyWhereMissing(error: unknown): Buffer {
  if (error instanceof Fault && error.problem.code === 'snapshot.not-found') return Buffer.alloc(0);
  throw error;
}

/** Text is UTF-8 without NUL, as git and others decide it. */
function isText(content: Buffer): boolean {
  if (content.includes(0)) return false;
  try {
    new TextDecoder('utf8', { fatal: true }).decode(content);
    return true;
  } catch {
    return false;
  }
}
