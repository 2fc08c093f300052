import type { SnapshotDetails, SnapshotSummary } from '../../../../shared/models/snapshot.ts';
import { damaged, tooNew } from '../format/damage.ts';
import {
  annotations,
  anyArtifactVersion,
  anyManifest,
  type Descriptor,
  mediaTypes,
  snapshotConfig,
  type SnapshotConfig,
  type SnapshotManifest,
  snapshotManifest,
} from '../format/manifest.ts';
import type { Blobs } from './blobs.ts';
import { parseDocument } from './layout.ts';

/** A snapshot's two documents, read and checked. */
export interface SnapshotRecord {
  readonly descriptor: Descriptor;
  readonly manifest: SnapshotManifest;
  readonly config: SnapshotConfig;
}

/**
 * Reads what a descriptor of `index.json` refers to. Undefined for an artifact that is no snapshot of ours (the layout
 * may hold images too). Raises `snapshot.damaged`, `snapshot.unsupported`.
 */
export async function readRecord(blobs: Blobs, descriptor: Descriptor): Promise<SnapshotRecord | undefined> {
  const what = `Snapshot ${descriptor.annotations?.[annotations.title] ?? descriptor.digest}`;
  if (descriptor.mediaType !== mediaTypes.manifest) return undefined;
  const bytes = await blobs.readDocument(descriptor, what);
  const { artifactType, config } = parseDocument(bytes, what, (value) => anyManifest.parse(value));
  const type = artifactType ?? config?.mediaType ?? '';
  if (!anyArtifactVersion.test(type)) return undefined;
  if (type !== mediaTypes.artifact) throw tooNew(what);
  const manifest = parseDocument(bytes, what, (value) => snapshotManifest.parse(value));
  const configBytes = await blobs.readDocument(manifest.config, what);
  const parsed = parseDocument(configBytes, what, (value) => snapshotConfig.safeParse(value));
  if (!parsed.success) throw damaged(what, 'its description is not of the format', { cause: parsed.error });
  return { descriptor, manifest, config: parsed.data };
}

/** The record as a person sees it: what was changed since (name, note, tags, owner) is written at the descriptor. */
export function summarise({ descriptor, config }: SnapshotRecord): SnapshotSummary {
  const note = descriptor.annotations?.[annotations.note] ?? config.note;
  return {
    id: descriptor.digest,
    name: descriptor.annotations?.[annotations.title] ?? config.name,
    environmentId: descriptor.annotations?.[annotations.environmentId] ?? config.environment.id,
    environmentName: descriptor.annotations?.[annotations.environmentName] ?? config.environment.name,
    createdAt: config.createdAt,
    kind: config.kind,
    consistency: config.consistency,
    ...(note === '' ? {} : { note }),
    tags: readTags(descriptor.annotations?.[annotations.tags]) ?? config.tags,
    volumes: config.volumes.map(({ key, name, bytes, files }) => ({ key, name, bytes, files })),
    logicalBytes: config.logicalBytes,
    newBytes: config.newBytes,
    ...(config.parent === undefined ? {} : { parent: config.parent }),
    ...(config.maskedFrom === undefined ? {} : { maskedFrom: config.maskedFrom }),
    images: config.images,
  };
}

export function describe(record: SnapshotRecord): SnapshotDetails {
  const { config, manifest } = record;
  const [, ...packs] = manifest.layers;
  return {
    ...summarise(record),
    project: config.environment.project,
    engine: config.engine,
    resolvedConfig: config.resolvedConfig,
    volumeSpecs: config.volumes.map(({ key, name, driver, driverOptions, labels }) => ({ key, name, driver, driverOptions, labels })),
    packedBytes: packs.reduce((sum, { size }) => sum + size, 0),
    packs: packs.length,
  };
}

function readTags(text: string | undefined): string[] | undefined {
  return text === undefined ? undefined : text.split(',').filter((tag) => tag !== '');
}
