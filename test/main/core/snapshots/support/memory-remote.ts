import { createHash } from 'node:crypto';
import type { BlobName, ReadPart, RemoteManifest, SnapshotSource, SnapshotTarget } from '../../../../../src/main/core/snapshots/share/snapshot-remote.ts';

export const sha256 = (bytes: Buffer): string => `sha256:${createHash('sha256').update(bytes).digest('hex')}`;

/** A repository in memory, whose content a test can change as whoever runs a registry could. */
export class MemoryRemote implements SnapshotTarget, SnapshotSource {
  readonly blobs = new Map<string, Buffer>();
  readonly manifests = new Map<string, RemoteManifest>();

  /** Adds a blob and says how a manifest names it. */
  add(bytes: Buffer): BlobName {
    const digest = sha256(bytes);
    this.blobs.set(digest, bytes);
    return { digest, size: bytes.length };
  }

  has(digest: string): Promise<boolean> {
    return Promise.resolve(this.blobs.has(digest));
  }

  async send({ size }: BlobName, read: ReadPart): Promise<void> {
    this.add(await read(0, size));
  }

  sendManifest(reference: string, manifest: RemoteManifest): Promise<void> {
    this.manifests.set(reference, manifest);
    return Promise.resolve();
  }

  async *receive({ digest }: BlobName): AsyncGenerator<Buffer> {
    yield await Promise.resolve(this.blobs.get(digest) ?? Buffer.alloc(0));
  }

  receiveManifest(reference: string): Promise<RemoteManifest & { readonly digest: string }> {
    const manifest = this.manifests.get(reference);
    if (!manifest) return Promise.reject(new Error(`there is no ${reference}`));
    return Promise.resolve({ ...manifest, digest: sha256(manifest.bytes) });
  }
}
