import type { Cancellable } from '../../base/abort.ts';
import { Fault } from '../../base/fault.ts';
import { sideBySide } from '../../base/side-by-side.ts';
import { quietIo } from '../explore.ts';
import { damaged } from '../format/damage.ts';
import { mediaTypes } from '../format/manifest.ts';
import type { OnProgress, SnapshotStore } from '../snapshot-store.ts';
import type { Blobs } from '../store/blobs.ts';
import { fetchBlob, type FetchableBlob } from './fetch-blob.ts';
import type { Admission } from './admit-job.ts';
import { type ArrivedSnapshot, readArrival } from './arrival.ts';
import type { OnTransfer, SnapshotSource } from './snapshot-remote.ts';
import { openStoreFiles } from './store-files.ts';
import { TransferCount } from './transfer-count.ts';
import type { Unlocking } from '../crypto/key-jobs.ts';

/** Blobs that travel at once. */
const atOnce = 4;

export interface PullRequest extends Cancellable {
  readonly store: SnapshotStore;
  readonly remote: SnapshotSource;
  /** A tag or a digest. */
  readonly reference: string;
  /** How a person calls it, for messages. */
  readonly title: string;
  readonly unlocking?: Unlocking | undefined;
  /** Whose snapshot it is to be here; without it, that of the environment it was taken from. */
  readonly environment?: { readonly id: string; readonly name: string } | undefined;
  readonly onTransfer?: OnTransfer;
  /** Of the check at the end. */
  readonly onProgress?: OnProgress;
}

export interface PullResult {
  readonly snapshotId: string;
  /** Of the manifest at the other side: the snapshot's id, unless it was encrypted. */
  readonly digest: string;
  readonly receivedBytes: number;
  readonly reusedBytes: number;
}

/**
 * Fetches a snapshot into the store: only the blobs that the store lacks, or has damaged. Everything is held against its
 * checksum and decompressed once before the snapshot exists; on failure the list of snapshots is as before, and what has
 * arrived is not fetched again. Raises `snapshot.unsupported` for what is no snapshot or a newer one,
 * `snapshot.passphrase`, `snapshot.damaged`, and what the remote raises.
 */
export function pullSnapshot(request: PullRequest): Promise<PullResult> {
  return openStoreFiles(request.store.directory, request, async (blobs) => {
    const arrived = await readArrival(request);
    const count = new TransferCount(arrived.blobs.reduce((sum, { size }) => sum + size, 0), request.onTransfer);
    const fetched = new Set<string>();
    await sideBySide(arrived.blobs, atOnce, async (blob, options) => {
      if ((await blobs.sizeOf(blob.digest)) === blob.size) count.reused(blob.size);
      else await fetchCounted(request, blobs, blob, { count, fetched, ...options });
    }, request);
    const { digest, size } = await blobs.writeDocument(mediaTypes.manifest, arrived.manifest);
    const admit = (): Promise<Admission> =>
      request.store.runner.run(
        'admit',
        { directory: request.store.directory, manifest: { digest, size }, environment: request.environment, words: arrived.words },
        quietIo({ signal: request.signal, ...(request.onProgress ? { onProgress: request.onProgress } : {}) }),
      );
    await admitHealed(request, { admit, arrived, blobs, count, fetched });
    return { snapshotId: digest, digest: arrived.digest, receivedBytes: count.movedBytes, reusedBytes: count.reusedBytes };
  });
}

interface Fetching {
  readonly count: TransferCount;
  /** Digests of what this pull has brought. */
  readonly fetched: Set<string>;
}

/** What the store had may be damaged: then it is fetched after all, and looked at again. */
async function admitHealed(
  request: PullRequest,
  { admit, arrived, blobs, ...fetching }: Fetching & { readonly admit: () => Promise<Admission>; readonly arrived: ArrivedSnapshot; readonly blobs: Blobs },
): Promise<void> {
  const first = await admit();
  const broken = first.damaged.map(({ blob }) => arrived.blobs.find(({ digest }) => digest === blob));
  const worthwhile = broken.every((blob) => blob !== undefined && !fetching.fetched.has(blob.digest));
  if (first.damaged.length > 0 && worthwhile) {
    for (const blob of broken) if (blob) await fetchCounted(request, blobs, blob, { ...fetching, signal: request.signal });
  }
  const [found] = first.damaged.length > 0 && worthwhile ? (await admit()).damaged : first.damaged;
  if (found) throw damaged(`${request.title}, blob ${found.blob}`, found.reason);
}

async function fetchCounted(request: PullRequest, blobs: Blobs, blob: FetchableBlob, { count, fetched, signal }: Fetching & Cancellable): Promise<void> {
  try {
    await fetchBlob(blobs, request.remote, blob, { signal, onBytes: (bytes) => count.moved(blob.digest, bytes) });
  } catch (error) {
    if (error instanceof Fault && error.problem.code === 'image.not-found') throw damaged(`${request.title}, blob ${blob.digest}`, 'the registry does not have it', { cause: error });
    throw error;
  }
  fetched.add(blob.digest);
}
