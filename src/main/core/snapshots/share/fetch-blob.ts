import type { Cancellable } from '../../base/abort.ts';
import { Fault } from '../../base/fault.ts';
import { openBlob } from '../crypto/sealed-blob.ts';
import { damaged, isDamage } from '../format/damage.ts';
import type { Blobs } from '../store/blobs.ts';
import type { BlobName, SnapshotSource } from './snapshot-remote.ts';
import { hashing, writeTemporary } from './write-blob.ts';

/** A blob as the store wants it, and where encrypted, as the other side has it. */
export interface FetchableBlob extends BlobName {
  readonly sealed?: { readonly blob: BlobName; readonly contentKey: Buffer };
}

/** Bytes can be damaged on the way: then once more. */
const tries = 2;

/** Fetches one blob into the store, where it appears when its bytes are what its digest says. Raises `snapshot.damaged`. */
export async function fetchBlob(
  blobs: Blobs,
  remote: SnapshotSource,
  blob: FetchableBlob,
  options: Cancellable & { readonly onBytes: (bytes: number) => void },
): Promise<void> {
  for (let left = tries; ; left -= 1) {
    try {
      await fetchOnce(blobs, remote, blob, options);
      return;
    } catch (error) {
      const onTheWay = isDamage(error) || (error instanceof Fault && error.problem.code === 'image.digest-mismatch');
      if (!onTheWay || left <= 1) throw error;
    }
  }
}

async function fetchOnce(
  blobs: Blobs,
  remote: SnapshotSource,
  blob: FetchableBlob,
  { signal, onBytes }: Cancellable & { readonly onBytes: (bytes: number) => void },
): Promise<void> {
  const source = blob.sealed?.blob ?? blob;
  const arriving = hashing(counting(remote.receive(source, { signal }), onBytes));
  const file = await writeTemporary(blobs, blob.sealed ? openBlob(blob.sealed.contentKey, arriving) : arriving, { signal });
  try {
    const whole = arriving.result().digest === source.digest && (!blob.sealed || file.digest === blob.digest) && file.size === blob.size;
    if (!whole) throw damaged(`Blob ${source.digest}`, 'what arrived does not match its checksum');
    await blobs.adopt(file.path, blob.digest);
  } catch (error) {
    await file.remove();
    throw error;
  }
}

async function* counting(content: AsyncIterable<Buffer>, onBytes: (bytes: number) => void): AsyncGenerator<Buffer, void, void> {
  let bytes = 0;
  for await (const piece of content) {
    bytes += piece.length;
    onBytes(bytes);
    yield piece;
  }
}
