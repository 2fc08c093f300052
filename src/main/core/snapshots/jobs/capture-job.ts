import type { Logger } from '../../base/logger.ts';
import { Fault } from '../../base/fault.ts';
import { annotations, type Descriptor, mediaTypes, type SnapshotConfig } from '../format/manifest.ts';
import { fileRecordBytes, PackedParser } from '../packed/packed-parser.ts';
import { PackedVolumeWriter } from '../packed/packed-volume-writer.ts';
import { type SeenFiles, SeenFilesCache } from '../packed/seen-files.ts';
import { Blobs } from '../store/blobs.ts';
import type { ChunkTable } from '../store/chunk-table.ts';
import { ChunkWriter } from '../store/chunk-writer.ts';
import { IndexWriter } from '../store/index-writer.ts';
import { readKnownChunks } from '../store/known-chunks.ts';
import { changeImageIndex } from '../store/layout.ts';
import type { StoredPack } from '../store/pack-writer.ts';
import { listRecords } from '../store/snapshot-records.ts';
import { withStoreLock } from '../store/store-lock.ts';
import { storageFault } from '../store/storage-fault.ts';
import { type VolumeTotals, VolumeWriter } from '../store/volume-writer.ts';
import { TarParser } from '../tar/tar-parser.ts';
import type { JobIo, StoreJob } from './job-io.ts';

export interface CaptureInput {
  readonly directory: string;
  /** All that is known before the volumes have been read. */
  readonly config: Omit<SnapshotConfig, 'volumes' | 'logicalBytes' | 'newBytes' | 'parent' | 'format'>;
  /** What reading a volume gives. */
  readonly format: 'tar' | 'packed';
  readonly volumes: readonly Omit<SnapshotConfig['volumes'][number], 'bytes' | 'files' | 'entries'>[];
}

/** Reads the volumes into a new snapshot and returns its id. */
export function captureJob(logger: Logger): StoreJob<CaptureInput, string> {
  return async (input, io) => {
    const blobs = new Blobs(input.directory);
    try {
      return await withStoreLock(input.directory, 'use', () => capture(blobs, input, io, logger), { signal: io.signal });
    } catch (error) {
      throw storageFault(error, input.directory);
    }
  };
}

async function capture(blobs: Blobs, { config, volumes, format }: CaptureInput, io: JobIo, logger: Logger): Promise<string> {
  const { records } = await listRecords(blobs, { signal: io.signal });
  const packs = distinctPacks(records.flatMap(({ manifest }) => manifest.layers.slice(1)));
  const known = await readKnownChunks(blobs, packs, { signal: io.signal, logger });
  const chunks = new ChunkWriter(blobs, { known, packs });
  const index = new IndexWriter(blobs);
  try {
    const captured: SnapshotConfig['volumes'] = [];
    const seen = new SeenFilesCache(blobs);
    const seenNow = new Map<string, Buffer>();
    for (const { name, ...volume } of volumes) {
      const done = { bytes: sum(captured, 'bytes'), files: sum(captured, 'files') };
      if (format === 'tar') {
        const writer = new VolumeWriter(name, { chunks, index });
        await readVolume(name, { parser: new TarParser(writer), bytes: io.read(name), writer, chunks, index, done, io });
        captured.push({ name, ...volume, ...writer.totals });
      } else {
        const before = await seen.read(config.environment.id, name, records);
        const writer = new PackedVolumeWriter(name, { chunks, index, seen: before });
        const bytes = io.read(name, encodeKnown(known, before));
        await readVolume(name, { parser: new PackedParser(writer), bytes, writer, chunks, index, done, io });
        seenNow.set(name, writer.end());
        captured.push({ name, ...volume, ...writer.totals });
      }
    }
    const layers = [await index.finish(), ...(await chunks.finish())] as const;
    const parent = records.filter((record) => record.config.environment.id === config.environment.id)[0]?.descriptor.digest;
    const complete: SnapshotConfig = {
      format: 1,
      ...config,
      volumes: captured,
      logicalBytes: sum(captured, 'bytes'),
      newBytes: layers[0].size + chunks.newBytes,
      ...(parent === undefined ? {} : { parent }),
    };
    io.signal.throwIfAborted();
    const id = await commit(blobs, complete, layers);
    for (const [volume, files] of seenNow) await seen.write(config.environment.id, volume, id, files);
    return id;
  } catch (error) {
    await Promise.all([chunks.discard(), index.discard()]);
    throw error;
  }
}

interface VolumeReading {
  readonly parser: { write(bytes: Buffer): void; end(): void };
  readonly bytes: AsyncIterable<Buffer>;
  readonly writer: { readonly totals: VolumeTotals };
  readonly chunks: ChunkWriter;
  readonly index: IndexWriter;
  /** Of the volumes before this one. */
  readonly done: { readonly bytes: number; readonly files: number };
  readonly io: JobIo;
}

async function readVolume(name: string, { parser, bytes, writer, chunks, index, done, io }: VolumeReading): Promise<void> {
  for await (const piece of bytes) {
    io.signal.throwIfAborted();
    interpret(name, () => parser.write(piece));
    await Promise.all([chunks.drain(), index.drain()]);
    io.progress({
      phase: 'capturing',
      volume: name,
      bytes: done.bytes + writer.totals.bytes,
      files: done.files + writer.totals.files,
      newBytes: chunks.newBytes,
    });
  }
  io.signal.throwIfAborted();
  interpret(name, () => parser.end());
}

/** What the helper may leave out: chunks that the store holds, files as they were seen before. */
function encodeKnown(known: ChunkTable, { records }: SeenFiles): Buffer {
  const prefixes = known.prefixes();
  const counts = Buffer.alloc(16);
  counts.writeBigUInt64LE(BigInt(known.size), 0);
  counts.writeBigUInt64LE(BigInt(records.length / fileRecordBytes), 8);
  return Buffer.concat([counts, prefixes, records]);
}

function sum(volumes: SnapshotConfig['volumes'], field: 'bytes' | 'files'): number {
  return volumes.reduce((total, volume) => total + volume[field], 0);
}

/** What the parser objects to is the engine's archive, which broke off or is of a kind we can't keep. */
function interpret(volume: string, action: () => void): void {
  try {
    action();
  } catch (error) {
    if (error instanceof Fault) throw error;
    throw new Fault(
      {
        code: 'engine.rejected',
        message: `Volume ${volume} could not be read from the engine: ${error instanceof Error ? error.message : String(error)}.`,
        hint: 'Check that the engine still runs and has room on its disk, then take the snapshot again.',
        data: { volume },
      },
      { cause: error },
    );
  }
}

/** Writes the documents; only the last step, the changed `index.json`, makes the snapshot exist. */
async function commit(blobs: Blobs, config: SnapshotConfig, [index, ...packs]: readonly [StoredPack, ...StoredPack[]]): Promise<string> {
  const configBlob = await blobs.writeDocument(mediaTypes.config, Buffer.from(JSON.stringify(config)));
  const manifest = {
    schemaVersion: 2,
    mediaType: mediaTypes.manifest,
    artifactType: mediaTypes.artifact,
    config: configBlob,
    layers: [
      { mediaType: mediaTypes.fileIndex, ...index },
      ...packs.map((pack) => ({ mediaType: mediaTypes.pack, ...pack })),
    ],
    annotations: { [annotations.created]: config.createdAt, [annotations.title]: config.name },
  };
  const written = await blobs.writeDocument(mediaTypes.manifest, Buffer.from(JSON.stringify(manifest)));
  await blobs.syncNames();
  const descriptor: Descriptor = {
    ...written,
    artifactType: mediaTypes.artifact,
    annotations: {
      [annotations.refName]: refName(config, written.digest),
      [annotations.title]: config.name,
      [annotations.created]: config.createdAt,
      [annotations.environmentId]: config.environment.id,
      [annotations.environmentName]: config.environment.name,
    },
  };
  await withStoreLock(blobs.directory, 'index', () =>
    changeImageIndex(blobs.directory, (manifests) => [...manifests.filter(({ digest }) => digest !== written.digest), descriptor]),
  );
  return written.digest;
}

/** A name that tools like skopeo can address in the layout (`oci:DIRECTORY:NAME`): a registry tag's characters only. */
export function refName({ environment, createdAt }: SnapshotConfig, digest: string): string {
  const project = environment.project.toLowerCase().replace(/[^a-z0-9_.-]+/g, '-').replace(/^[^a-z0-9_]+/, '') || 'snapshot';
  const time = createdAt.slice(0, 19).replace(/[-:]/g, '').replace('T', '-');
  return `${project.slice(0, 80)}-${time}-${digest.slice(7, 15)}`;
}

function distinctPacks(layers: readonly Descriptor[]): readonly StoredPack[] {
  return [...new Map(layers.map(({ digest, size }) => [digest, { digest, size }])).values()];
}
