import { buffer } from 'node:stream/consumers';
import { Readable } from 'node:stream';
import { Fault } from '../../base/fault.ts';
import { openBytes } from '../crypto/sealed-blob.ts';
import { quietIo } from '../explore.ts';
import { damaged, tooNew } from '../format/damage.ts';
import { anyArtifactVersion, anyManifest, type Descriptor, mediaTypes, snapshotManifest, type SnapshotManifest } from '../format/manifest.ts';
import { sha256 } from '../store/blobs.ts';
import { parseDocument } from '../store/layout.ts';
import type { FetchableBlob } from './fetch-blob.ts';
import type { PullRequest } from './pull-snapshot.ts';
import { anySealedVersion, sealedManifest, type SealedManifest, sealedTypes } from './sealed-manifest.ts';
import { maxSealedNotesBytes, openNotes, type SnapshotWords } from './sealed-notes.ts';

/** Documents larger than this, in bytes, are not ours. */
const maxDocumentBytes = 4 * 1024 * 1024;

/** A snapshot at the other side, understood: what to fetch, and the manifest that will stand in the store. */
export interface ArrivedSnapshot {
  /** Of the manifest at the other side. */
  readonly digest: string;
  readonly manifest: Buffer;
  readonly blobs: readonly FetchableBlob[];
  /** What was said of it there after it was taken, where it came with that. */
  readonly words?: SnapshotWords | undefined;
}

/** Reads what `reference` leads to. Raises `snapshot.unsupported`, `snapshot.passphrase`, `snapshot.damaged`. */
export async function readArrival(request: PullRequest): Promise<ArrivedSnapshot> {
  const { title } = request;
  const { digest, bytes } = await request.remote.receiveManifest(request.reference, request);
  const { artifactType, config } = parseDocument(bytes, title, (value) => anyManifest.parse(value));
  const type = artifactType ?? config?.mediaType ?? '';
  if (anySealedVersion.test(type)) {
    if (type !== sealedTypes.artifact) throw tooNew(title);
    return readSealed(request, digest, parseDocument(bytes, title, (value) => sealedManifest.parse(value)));
  }
  if (!anyArtifactVersion.test(type)) throw notASnapshot(title);
  if (type !== mediaTypes.artifact) throw tooNew(title);
  return { digest, manifest: bytes, blobs: distinct(partsOf(bytes, title)) };
}

async function readSealed(request: PullRequest, digest: string, { config, layers }: SealedManifest): Promise<ArrivedSnapshot> {
  const { title, unlocking, store, signal } = request;
  if (!unlocking) {
    throw new Fault({
      code: 'snapshot.passphrase',
      message: `${title} is encrypted.`,
      hint: 'Give the passphrase (--passphrase-file), or the age identity that it is for (--identity).',
    });
  }
  const [key, sealedDocument, ...sealed] = layers;
  const envelope = await readSmall(request, key);
  const contentKey = Buffer.from(await store.runner.run('unwrapKey', { envelope, unlocking }, quietIo({ signal })));
  const manifest = await openBytes(contentKey, await readSmall(request, sealedDocument));
  const plain = partsOf(manifest, title);
  if (plain.length !== sealed.length) throw damaged(title, 'it names other parts than it encrypts');
  const words =
    config?.mediaType === sealedTypes.notes
      ? await openNotes(contentKey, await readSmall(request, config, maxSealedNotesBytes), { snapshotId: sha256(manifest), title })
      : undefined;
  return { digest, manifest, words, blobs: distinct(plain.map((part, position) => ({ ...part, sealed: { blob: sealed[position] ?? part, contentKey } }))) };
}

/** The config and the layers, in order. */
function partsOf(bytes: Buffer, title: string): readonly Pick<Descriptor, 'digest' | 'size'>[] {
  const manifest: SnapshotManifest = parseDocument(bytes, title, (value) => snapshotManifest.parse(value));
  return [manifest.config, ...manifest.layers].map(({ digest, size }) => ({ digest, size }));
}

async function readSmall({ remote, title, signal }: PullRequest, blob: Pick<Descriptor, 'digest' | 'size'>, maxBytes = maxDocumentBytes): Promise<Buffer> {
  if (blob.size > maxBytes) throw damaged(title, 'one of its documents is far too large');
  const bytes = await buffer(Readable.from(remote.receive(blob, { signal })));
  if (sha256(bytes) !== blob.digest) throw damaged(title, 'what arrived does not match its checksum');
  return bytes;
}

function distinct(blobs: readonly FetchableBlob[]): readonly FetchableBlob[] {
  return [...new Map(blobs.map((blob) => [blob.digest, blob])).values()];
}

function notASnapshot(title: string): Fault {
  return new Fault({
    code: 'snapshot.unsupported',
    message: `${title} is not a snapshot.`,
    hint: 'Check the name and the tag: images are pulled with `slipway up`, or by the engine.',
  });
}
