import type { Cancellable } from '../../base/abort.ts';
import type { Descriptor } from '../format/manifest.ts';

export type BlobName = Pick<Descriptor, 'digest' | 'size'>;

/** A part of a blob's content. */
export type ReadPart = (offset: number, bytes: number) => Promise<Buffer>;

export interface RemoteManifest {
  readonly mediaType: string;
  readonly bytes: Buffer;
}

/**
 * Where snapshots are sent to: a repository of a registry, or a file. It takes care of broken connections itself; what
 * it raises is final.
 */
export interface SnapshotTarget {
  has(digest: string, options: Cancellable): Promise<boolean>;
  /** `onSent` tells how much of the blob has gone; that can go back when a connection broke. */
  send(blob: BlobName, read: ReadPart, options: Cancellable & { readonly onSent?: (bytes: number) => void }): Promise<void>;
  /** Everything that the manifest names has been sent before. */
  sendManifest(reference: string, manifest: RemoteManifest, options: Cancellable): Promise<void>;
}

/** Where snapshots are fetched from; as for `SnapshotTarget`, what it raises is final. */
export interface SnapshotSource {
  /** At most `size` bytes. Whoever reads them checks the digest. */
  receive(blob: BlobName, options: Cancellable): AsyncIterable<Buffer>;
  /** `reference` is a tag or a digest; a digest has been checked. */
  receiveManifest(reference: string, options: Cancellable): Promise<RemoteManifest & { readonly digest: string }>;
}

/** How far a transfer is, in compressed bytes. */
export interface TransferProgress {
  readonly bytes: number;
  /** Of what has to travel; grows until it is known what the other side has. */
  readonly totalBytes: number;
  /** Of what the other side had already. */
  readonly reusedBytes: number;
}

export type OnTransfer = (progress: TransferProgress) => void;
