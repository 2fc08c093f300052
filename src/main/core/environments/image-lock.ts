import { readFile } from 'node:fs/promises';
import writeFileAtomic from 'write-file-atomic';
import { z } from 'zod';
import { type ImageLock, imageLock, type LockChange } from '../../../shared/models/image-check.ts';
import { isMissing } from '../base/errno.ts';
import { Fault } from '../base/fault.ts';
import { parseImageReference } from '../base/image-reference.ts';

/** Where a lock is written when the environment profile names no file, beside the Compose file. */
export const defaultLockFile = 'slipway.lock.json';

/** Undefined: there is no such file. Raises `project.invalid` for one that is no lock. */
export async function readImageLock(file: string): Promise<ImageLock | undefined> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw damaged(file, String(error));
  }
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch (error) {
    throw damaged(file, String(error));
  }
  const parsed = imageLock.safeParse(document);
  if (!parsed.success) throw damaged(file, z.prettifyError(parsed.error));
  return parsed.data;
}

/** Writes it so that the same lock is the same text: sorted, a line an image. Raises `storage.failed`. */
export async function writeImageLock(file: string, { version, images, about, seed }: ImageLock): Promise<void> {
  const document = { version, images: sorted(images), about: sorted(about), ...(seed ? { seed } : {}) };
  try {
    await writeFileAtomic(file, `${JSON.stringify(document, undefined, 2)}\n`);
  } catch (error) {
    const hint = 'Check that the folder is there and that you may write to it.';
    throw new Fault({ code: 'storage.failed', message: `The lock could not be written to ${file}.`, hint, detail: String(error) }, { cause: error });
  }
}

/** What differs, by reference: images and the seed. */
export function lockChanges(before: ImageLock | undefined, after: ImageLock): LockChange[] {
  const [held, wanted] = [before ? digestsOf(before) : {}, digestsOf(after)];
  const references = [...new Set([...Object.keys(held), ...Object.keys(wanted)])].sort();
  return references.flatMap((image): LockChange[] => {
    const [old, fresh] = [held[image], wanted[image]];
    if (old === fresh) return [];
    if (old === undefined) return [{ image, kind: 'added', after: fresh }];
    if (fresh === undefined) return [{ image, kind: 'removed', before: old }];
    return [{ image, kind: 'changed', before: old, after: fresh }];
  });
}

function digestsOf({ images, seed }: ImageLock): Readonly<Record<string, string>> {
  return seed ? { ...images, [seed.reference]: seed.digest } : images;
}

/** Reference → `name@digest`, as engines and registries take it. */
export function pinnedImages({ images }: ImageLock): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(images).map(([reference, digest]) => [reference, pinned(reference, digest)]));
}

/** The image of a reference with exactly this digest, whatever its tag names by now. */
export function pinned(reference: string, digest: string): string {
  const { familiarName } = parseImageReference(reference);
  const [named = ''] = familiarName.split('@');
  const colon = named.lastIndexOf(':');
  return `${colon > named.lastIndexOf('/') ? named.slice(0, colon) : named}@${digest}`;
}

function sorted<T>(record: Readonly<Record<string, T>>): Record<string, T> {
  return Object.fromEntries(Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1)));
}

function damaged(file: string, detail: string): Fault {
  return new Fault({
    code: 'project.invalid',
    message: `${file} is not a lock that can be read.`,
    hint: 'Mend it, or write it afresh with `slipway images lock`.',
    detail,
    location: { file },
  });
}
