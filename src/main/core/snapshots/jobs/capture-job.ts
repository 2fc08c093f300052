import type { Logger } from '../../base/logger.ts';
import { Fault } from '../../base/fault.ts';
import { annotations, type Descriptor, mediaTypes, type SnapshotConfig } from '../format/manifest.ts';
import { Blobs } from '../store/blobs.ts';
import { ChunkWriter } from '../store/chunk-writer.ts';
import { IndexWriter } from '../store/index-writer.ts';
import { readKnownChunks } from '../store/known-chunks.ts';
import { changeImageIndex } from '../store/layout.ts';
import type { StoredPack } from '../store/pack-writer.ts';
import { listRecords } from '../store/snapshot-records.ts';
import { withStoreLock } from '../store/store-lock.ts';
import { storageFault } from '../store/storage-fault.ts';
import { VolumeWriter } from '../store/volume-writer.ts';
import { TarParser } from '../tar/tar-parser.ts';
import type { JobIo, StoreJob } from './job-io.ts';

export interface CaptureInput {
  readonly directory: string;
  /** All that is known before the volumes have been read. */
  readonly config: Omit<SnapshotConfig, 'volumes' | 'logicalBytes' | 'newBytes' | 'parent' | 'format'>;
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

async function capture(blobs: Blobs, { config, volumes }: CaptureInput, io: JobIo, logger: Logger): Promise<string> {
  const { records } = await listRecords(blobs, { signal: io.signal });
  const packs = distinctPacks(records.flatMap(({ manifest }) => manifest.layers.slice(1)));
  const known = await readKnownChunks(blobs, packs, { signal: io.signal, logger });
  const chunks = new ChunkWriter(blobs, { known, packs });
  const index = new IndexWriter(blobs);
  try {
    const captured: SnapshotConfig['volumes'] = [];
    for (const volume of volumes) {
      const totals = await readVolume(volume.name, { chunks, index, done: captured, io });
      captured.push({ ...volume, ...totals });
    }
    const layers = [await index.finish(), ...(await chunks.finish())] as const;
    const parent = records.filter((record) => record.config.environment.id === config.environment.id)[0]?.descriptor.digest;
    const complete: SnapshotConfig = {
      format: 1,
      ...config,
      volumes: captured,
      logicalBytes: captured.reduce((sum, { bytes }) => sum + bytes, 0),
      newBytes: layers[0].size + chunks.newBytes,
      ...(parent === undefined ? {} : { parent }),
    };
    io.signal.throwIfAborted();
    return await commit(blobs, complete, layers);
  } catch (error) {
    await Promise.all([chunks.discard(), index.discard()]);
    throw error;
  }
}

async function readVolume(
  name: string,
  { chunks, index, done, io }: { chunks: ChunkWriter; index: IndexWriter; done: SnapshotConfig['volumes']; io: JobIo },
): Promise<VolumeWriter['totals']> {
  const writer = new VolumeWriter(name, { chunks, index });
  const parser = new TarParser(writer);
  const bytesBefore = done.reduce((sum, { bytes }) => sum + bytes, 0);
  const filesBefore = done.reduce((sum, { files }) => sum + files, 0);
  let read = 0;
  for await (const bytes of io.read(name)) {
    io.signal.throwIfAborted();
    interpret(name, () => parser.write(bytes));
    await Promise.all([chunks.drain(), index.drain()]);
    read += bytes.length;
    io.progress({
      phase: 'capturing',
      volume: name,
      bytes: bytesBefore + read,
      files: filesBefore + writer.totals.files,
      newBytes: chunks.newBytes,
    });
  }
  io.signal.throwIfAborted();
  interpret(name, () => parser.end());
  return writer.totals;
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
function refName({ environment, createdAt }: SnapshotConfig, digest: string): string {
  const project = environment.project.toLowerCase().replace(/[^a-z0-9_.-]+/g, '-').replace(/^[^a-z0-9_]+/, '') || 'snapshot';
  const time = createdAt.slice(0, 19).replace(/[-:]/g, '').replace('T', '-');
  return `${project.slice(0, 80)}-${time}-${digest.slice(7, 15)}`;
}

function distinctPacks(layers: readonly Descriptor[]): readonly StoredPack[] {
  return [...new Map(layers.map(({ digest, size }) => [digest, { digest, size }])).values()];
}
