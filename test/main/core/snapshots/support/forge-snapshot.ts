import { createHash } from 'node:crypto';
import { Encoder } from '@toondepauw/node-zstd';
import { type Descriptor, mediaTypes, type SnapshotConfig } from '../../../../../src/main/core/snapshots/format/manifest.ts';
import { Blobs } from '../../../../../src/main/core/snapshots/store/blobs.ts';
import { changeImageIndex } from '../../../../../src/main/core/snapshots/store/layout.ts';
import { PackWriter, type StoredPack } from '../../../../../src/main/core/snapshots/store/pack-writer.ts';
import { environment } from './snapshot-request.ts';

const config: SnapshotConfig = {
  format: 1,
  name: 'forged',
  note: '',
  tags: [],
  createdAt: '2026-01-01T00:00:00.000Z',
  kind: 'manual',
  consistency: 'stopped',
  environment,
  engine: { name: '', version: '', platform: '' },
  images: {},
  resolvedConfig: null,
  volumes: [{ key: 'data', name: 'data', driver: 'local', driverOptions: {}, labels: {}, bytes: 0, files: 0, entries: 0 }],
  logicalBytes: 0,
  newBytes: 0,
};

export interface Forgery {
  /** `data` where absent. */
  readonly volume?: string;
  /** Lines of the file index after the volume's own; text goes in as it is. */
  readonly lines?: readonly unknown[];
  /** Chunks of pack 0; their frame is compressed by `compress`. */
  readonly chunks?: readonly Buffer[];
  readonly compress?: (raw: Buffer) => Buffer;
  readonly artifactType?: string;
}

/** Writes a snapshot whose checksums are all right, whatever its content: what an attacker would send. */
export async function forgeSnapshot(directory: string, forgery: Forgery): Promise<string> {
  const { volume = 'data', lines = [], chunks = [Buffer.from('content')], compress = (raw: Buffer) => new Encoder(1).encodeSync(raw) } = forgery;
  const blobs = new Blobs(directory);
  const text = [{ type: 'volume', name: volume }, ...lines]
    .map((line) => `${typeof line === 'string' ? line : JSON.stringify(line)}\n`)
    .join('');
  const index = await writePack(blobs, [Buffer.from(text)], (raw) => new Encoder(1).encodeSync(raw));
  const pack = await writePack(blobs, chunks, compress);
  const volumes = [{ ...config.volumes[0], name: volume }] as SnapshotConfig['volumes'];
  return nameSnapshot(directory, { layers: [index, pack], volumes, ...(forgery.artifactType === undefined ? {} : { artifactType: forgery.artifactType }) });
}

/** Writes the documents of a snapshot of which everything else is stored; returns its id. */
export async function nameSnapshot(
  directory: string,
  { layers: [index, ...packs], volumes, artifactType = mediaTypes.artifact }: { layers: readonly [StoredPack, ...StoredPack[]]; volumes: SnapshotConfig['volumes']; artifactType?: string },
): Promise<string> {
  const blobs = new Blobs(directory);
  const manifest = {
    schemaVersion: 2,
    mediaType: mediaTypes.manifest,
    artifactType,
    config: await blobs.writeDocument(mediaTypes.config, Buffer.from(JSON.stringify({ ...config, volumes }))),
    layers: [{ mediaType: mediaTypes.fileIndex, ...index }, ...packs.map((pack) => ({ mediaType: mediaTypes.pack, ...pack }))],
  };
  const descriptor: Descriptor = await blobs.writeDocument(mediaTypes.manifest, Buffer.from(JSON.stringify(manifest)));
  await changeImageIndex(directory, (manifests) => [...manifests, descriptor]);
  return descriptor.digest;
}

async function writePack(blobs: Blobs, chunks: readonly Buffer[], compress: (raw: Buffer) => Buffer): Promise<StoredPack> {
  const writer = new PackWriter(blobs);
  for (const chunk of chunks) writer.addChunk(createHash('sha256').update(chunk).digest(), chunk.length);
  const raw = Buffer.concat(chunks);
  await writer.appendFrame(Promise.resolve(compress(raw)), raw.length);
  return writer.finish();
}
