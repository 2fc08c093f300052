import { open } from 'node:fs/promises';
import type { Cancellable } from '../../base/abort.ts';
import { sideBySide } from '../../base/side-by-side.ts';
import { damaged } from '../format/damage.ts';
import { type Descriptor, mediaTypes } from '../format/manifest.ts';
import { openStoreFiles } from './store-files.ts';
import type { SnapshotStore } from '../snapshot-store.ts';
import { type Blobs, sha256 } from '../store/blobs.ts';
import { findRecord } from '../store/find-record.ts';
import type { SnapshotRecord } from '../store/snapshot-record.ts';
import { emptyConfig, sealedTypes, sealManifest } from './sealed-manifest.ts';
import { sealNotes } from './sealed-notes.ts';
import { sealToFile } from './seal-to-file.ts';
import type { BlobName, OnTransfer, ReadPart, SnapshotTarget } from './snapshot-remote.ts';
import { TransferCount } from './transfer-count.ts';

/** Blobs that travel at once. */
const atOnce = 4;

export interface PushRequest extends Cancellable {
  readonly store: SnapshotStore;
  readonly snapshotId: string;
  readonly remote: SnapshotTarget;
  /** Tag to send it to. */
  readonly reference: string;
  /** Encrypts everything: the content key, and the same key wrapped for those who may read. */
  readonly seal?: { readonly contentKey: Buffer; readonly envelope: Buffer } | undefined;
  readonly onTransfer?: OnTransfer;
}

export interface PushResult {
  readonly snapshotId: string;
  /** Of the manifest at the other side: the snapshot's id, unless it was encrypted. */
  readonly digest: string;
  readonly sentBytes: number;
  readonly reusedBytes: number;
}

/**
 * Sends a snapshot: what the other side has already stays where it is, the manifest goes last, so that nobody sees half
 * a snapshot. Raises `snapshot.not-found`, `snapshot.damaged` when it is the local copy that is damaged, and what the
 * remote raises.
 */
export function pushSnapshot(request: PushRequest): Promise<PushResult> {
  return openStoreFiles(request.store.directory, request, async (blobs) => {
    const record = await findRecord(blobs, request.snapshotId, request);
    const manifest = await blobs.readDocument(record.descriptor, 'The snapshot');
    const { bytes, movedBytes, reusedBytes } = await (request.seal ? sendSealed(request, blobs, record, request.seal) : sendPlain(request, blobs, record, manifest));
    await request.remote.sendManifest(request.reference, { mediaType: mediaTypes.manifest, bytes }, request);
    return { snapshotId: record.descriptor.digest, digest: sha256(bytes), sentBytes: movedBytes, reusedBytes };
  });
}

interface Sent {
  /** The manifest to send. */
  readonly bytes: Buffer;
  readonly movedBytes: number;
  readonly reusedBytes: number;
}

async function sendPlain(request: PushRequest, blobs: Blobs, { manifest }: SnapshotRecord, bytes: Buffer): Promise<Sent> {
  const needed = distinct([manifest.config, ...manifest.layers]);
  const count = new TransferCount(sum(needed), request.onTransfer);
  await sideBySide(needed, atOnce, (blob, options) => sendFile(request.remote, blob, blobs.pathOf(blob.digest), { blobs, count, ...options }), request);
  return { bytes, movedBytes: count.movedBytes, reusedBytes: count.reusedBytes };
}

async function sendSealed(request: PushRequest, blobs: Blobs, record: SnapshotRecord, seal: NonNullable<PushRequest['seal']>): Promise<Sent> {
  const { contentKey, envelope } = seal;
  const notes = await sealNotes(contentKey, record);
  const plain = [record.descriptor, record.manifest.config, ...record.manifest.layers];
  const count = new TransferCount(sum(plain), request.onTransfer);
  const sealed = await sideBySide(plain, atOnce, async (blob, options) => {
    const file = await sealToFile(blobs, contentKey, blob, options);
    try {
      await sendFile(request.remote, file, file.path, { count, ...options });
      return file;
    } finally {
      await file.remove();
    }
  }, request);
  const key = await sendBytes(request, envelope);
  const config = { mediaType: notes ? sealedTypes.notes : sealedTypes.empty, ...(await sendBytes(request, notes ?? emptyConfig)) };
  return { bytes: sealManifest({ key, blobs: sealed, config }), movedBytes: count.movedBytes, reusedBytes: count.reusedBytes };
}

async function sendBytes({ remote, signal }: PushRequest, bytes: Buffer): Promise<BlobName> {
  const blob = { digest: sha256(bytes), size: bytes.length };
  if (!(await remote.has(blob.digest, { signal }))) {
    await remote.send(blob, (offset, length) => Promise.resolve(bytes.subarray(offset, offset + length)), { signal });
  }
  return blob;
}

/** With `blobs`, a refused file of the store is looked at: what is damaged here must not be blamed on the registry. */
async function sendFile(
  remote: SnapshotTarget,
  blob: BlobName,
  path: string,
  { blobs, count, signal }: Cancellable & { readonly blobs?: Blobs; readonly count: TransferCount },
): Promise<void> {
  if (await remote.has(blob.digest, { signal })) {
    count.reused(blob.size);
    return;
  }
  if (blobs && (await blobs.sizeOf(blob.digest)) !== blob.size) throw damaged(`Blob ${blob.digest}`, 'it is missing or cut off');
  const file = await open(path, 'r');
  try {
    const read: ReadPart = async (offset, length) => {
      const part = Buffer.alloc(length);
      const { bytesRead } = await file.read(part, 0, length, offset);
      return part.subarray(0, bytesRead);
    };
    await remote.send(blob, read, { signal, onSent: (bytes) => count.moved(blob.digest, bytes) });
  } catch (error) {
    const reason = signal?.aborted ? undefined : await blobs?.findDamage(blob, { signal });
    if (reason !== undefined) throw damaged(`Blob ${blob.digest}`, reason, { cause: error });
    throw error;
  } finally {
    await file.close();
  }
}

function distinct(blobs: readonly Descriptor[]): readonly Descriptor[] {
  return [...new Map(blobs.map((blob) => [blob.digest, blob])).values()];
}

function sum(blobs: readonly BlobName[]): number {
  return blobs.reduce((total, { size }) => total + size, 0);
}

