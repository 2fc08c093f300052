import type { Logger } from '../../base/logger.ts';
import { annotations, type Descriptor, mediaTypes, type SnapshotConfig } from '../format/manifest.ts';
import { SeenFilesCache } from '../packed/seen-files-cache.ts';
import { Blobs } from '../store/blobs.ts';
import { changeImageIndex } from '../store/layout.ts';
import type { StoredPack } from '../store/pack-writer.ts';
import { listRecords } from '../store/snapshot-records.ts';
import { withStoreLock } from '../store/store-lock.ts';
import { storageFault } from '../store/storage-fault.ts';
import type { JobIo, StoreJob } from './job-io.ts';
import { readVolumes, type VolumesToRead } from './read-volumes.ts';

export interface CaptureInput extends Pick<VolumesToRead, 'format' | 'livePass'> {
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

async function capture(blobs: Blobs, { config, volumes, format, livePass }: CaptureInput, io: JobIo, logger: Logger): Promise<string> {
  const { records } = await listRecords(blobs, { signal: io.signal });
  const environmentId = config.environment.id;
  const request = { environmentId, volumes: volumes.map(({ name }) => name), format, livePass };
  const { layers, totals, seen, newBytes } = await readVolumes(blobs, request, { records, io, logger });
  const captured = volumes.map((volume) => ({ ...volume, ...(totals.get(volume.name) ?? { bytes: 0, files: 0, entries: 0 }) }));
  const parent = records.filter((record) => record.config.environment.id === environmentId)[0]?.descriptor.digest;
  const complete: SnapshotConfig = {
    format: 1,
    ...config,
    volumes: captured,
    logicalBytes: captured.reduce((sum, { bytes }) => sum + bytes, 0),
    newBytes,
    ...(parent === undefined ? {} : { parent }),
  };
  io.signal.throwIfAborted();
  const id = await commit(blobs, complete, layers);
  const cache = new SeenFilesCache(blobs);
  for (const [volume, files] of seen) await cache.write(environmentId, volume, id, files);
  return id;
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
