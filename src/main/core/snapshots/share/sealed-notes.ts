import { z } from 'zod';
import { Fault } from '../../base/fault.ts';
import { openBytes, sealBytes, sealedOverhead } from '../crypto/sealed-blob.ts';
import { damaged } from '../format/damage.ts';
import { annotations, digest } from '../format/manifest.ts';
import { sha256 } from '../store/blobs.ts';
import { parseDocument } from '../store/layout.ts';
import type { SnapshotRecord } from '../store/snapshot-record.ts';

const maxPlainBytes = 256 * 1024;

/** Encrypted notes larger than this, in bytes, are not ours. */
export const maxSealedNotesBytes = maxPlainBytes + sealedOverhead;

const words = z.object({
  [annotations.title]: z.string().min(1).optional(),
  [annotations.note]: z.string().optional(),
  [annotations.tags]: z.string().optional(),
});

/** The content of an encrypted snapshot's notes. FORMAT.md, "Encrypted snapshots", says what each field promises. */
const sealedNotes = z.object({ snapshot: digest, annotations: words });

/** What a person said of a snapshot after it was taken: its name, note and tags, as annotations. */
export type SnapshotWords = z.infer<typeof words>;

/** Undefined when all is as it was when the snapshot was taken. */
function wordsOf({ descriptor, config }: SnapshotRecord): SnapshotWords | undefined {
  const taken: Readonly<Record<keyof SnapshotWords, string>> = {
    [annotations.title]: config.name,
    [annotations.note]: config.note,
    [annotations.tags]: config.tags.join(','),
  };
  const changed = (Object.keys(taken) as (keyof SnapshotWords)[]).flatMap((key) => {
    const text = descriptor.annotations?.[key];
    return text === undefined || text === taken[key] ? [] : [[key, text] as const];
  });
  return changed.length === 0 ? undefined : Object.fromEntries(changed);
}

/**
 * What a person has changed about the snapshot since it was taken, encrypted; undefined when that is nothing. Raises
 * `usage.invalid` when it is more than a reader takes.
 */
export async function sealNotes(contentKey: Buffer, record: SnapshotRecord): Promise<Buffer | undefined> {
  const said = wordsOf(record);
  if (!said) return undefined;
  const plain = Buffer.from(JSON.stringify({ snapshot: record.descriptor.digest, annotations: said } satisfies z.infer<typeof sealedNotes>));
  if (plain.length > maxPlainBytes) {
    throw new Fault({ code: 'usage.invalid', message: 'The snapshot’s note is too long to be sent encrypted.', hint: 'Shorten it, then try again.' });
  }
  return sealBytes(contentKey, sha256(plain), plain);
}

/**
 * What encrypted notes say of the snapshot with this id. Raises `snapshot.damaged`, also when they were made for another
 * one; `title` is how a person calls it.
 */
export async function openNotes(contentKey: Buffer, sealed: Buffer, { snapshotId, title }: { readonly snapshotId: string; readonly title: string }): Promise<SnapshotWords> {
  const plain = await openBytes(contentKey, sealed);
  const notes = parseDocument(plain, title, (value) => sealedNotes.parse(value));
  if (notes.snapshot !== snapshotId) throw damaged(title, 'its notes belong to another snapshot');
  return notes.annotations;
}
