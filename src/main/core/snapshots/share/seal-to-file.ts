import { createReadStream } from 'node:fs';
import type { Cancellable } from '../../base/abort.ts';
import { sealBlob } from '../crypto/sealed-blob.ts';
import { damaged } from '../format/damage.ts';
import type { Blobs } from '../store/blobs.ts';
import type { BlobName } from './snapshot-remote.ts';
import { hashing, writeTemporary, type WrittenFile } from './write-blob.ts';

/** A blob of the store, encrypted into a temporary file. Raises `snapshot.damaged` when it is not what it should be. */
export async function sealToFile(blobs: Blobs, contentKey: Buffer, blob: BlobName, { signal }: Cancellable): Promise<WrittenFile> {
  if ((await blobs.sizeOf(blob.digest)) !== blob.size) throw damaged(`Blob ${blob.digest}`, 'it is missing or cut off');
  const plain = hashing(createReadStream(blobs.pathOf(blob.digest), { highWaterMark: 1024 * 1024, signal }) as AsyncIterable<Buffer>);
  const file = await writeTemporary(blobs, sealBlob(contentKey, blob.digest, plain), { signal });
  if (plain.result().digest === blob.digest) return file;
  await file.remove();
  throw damaged(`Blob ${blob.digest}`, 'its content does not match its checksum');
}
