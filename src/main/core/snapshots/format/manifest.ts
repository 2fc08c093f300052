import { z } from 'zod';

/** The JSON documents of a store. FORMAT.md says what each field promises. */
export const mediaTypes = {
  manifest: 'application/vnd.oci.image.manifest.v1+json',
  index: 'application/vnd.oci.image.index.v1+json',
  artifact: 'application/vnd.slipway.snapshot.v1',
  config: 'application/vnd.slipway.snapshot.config.v1+json',
  fileIndex: 'application/vnd.slipway.snapshot.index.v1',
  pack: 'application/vnd.slipway.snapshot.pack.v1',
} as const;

/** Matches this and any other version of the artifact type. */
export const anyArtifactVersion = /^application\/vnd\.slipway\.snapshot\.(config\.)?v(\d+)(\+json)?$/;

export const annotations = {
  refName: 'org.opencontainers.image.ref.name',
  created: 'org.opencontainers.image.created',
  title: 'org.opencontainers.image.title',
  environmentId: 'dev.slipway.snapshot.environment.id',
  environmentName: 'dev.slipway.snapshot.environment.name',
  note: 'dev.slipway.snapshot.note',
  tags: 'dev.slipway.snapshot.tags',
} as const;

export const digest = z.string().regex(/^sha256:[0-9a-f]{64}$/);

export const descriptor = z.looseObject({
  mediaType: z.string(),
  digest,
  size: z.number().int().nonnegative(),
  annotations: z.record(z.string(), z.string()).optional(),
});
export type Descriptor = z.infer<typeof descriptor>;

/** `index.json` and any other image index. Unknown fields stay when it is written back. */
export const imageIndex = z.looseObject({
  schemaVersion: z.literal(2),
  mediaType: z.string().optional(),
  manifests: z.array(descriptor),
});
export type ImageIndex = z.infer<typeof imageIndex>;

/** Any OCI manifest, a foreign one too: enough to know what it refers to. */
export const anyManifest = z.looseObject({
  schemaVersion: z.literal(2),
  artifactType: z.string().optional(),
  config: descriptor.optional(),
  layers: z.array(descriptor).optional(),
  manifests: z.array(descriptor).optional(),
});

export const snapshotManifest = z.object({
  schemaVersion: z.literal(2),
  mediaType: z.literal(mediaTypes.manifest),
  artifactType: z.literal(mediaTypes.artifact),
  config: descriptor.extend({ mediaType: z.literal(mediaTypes.config) }),
  /** The file index, then the packs in the order by which the index counts them. */
  layers: z
    .tuple([descriptor.extend({ mediaType: z.literal(mediaTypes.fileIndex) })])
    .rest(descriptor.extend({ mediaType: z.literal(mediaTypes.pack) })),
  annotations: z.record(z.string(), z.string()).optional(),
});
export type SnapshotManifest = z.infer<typeof snapshotManifest>;

const strings = z.record(z.string(), z.string());

export const snapshotConfig = z.object({
  format: z.literal(1),
  name: z.string(),
  note: z.string(),
  tags: z.array(z.string()),
  createdAt: z.iso.datetime(),
  kind: z.enum(['manual', 'safety', 'scheduled', 'seed']),
  consistency: z.enum(['paused', 'stopped', 'hooks', 'live']),
  environment: z.object({ id: z.string(), name: z.string(), project: z.string() }),
  engine: z.object({ name: z.string(), version: z.string(), platform: z.string() }),
  images: strings,
  resolvedConfig: z.unknown(),
  volumes: z.array(
    z.object({
      key: z.string(),
      name: z.string(),
      driver: z.string(),
      driverOptions: strings,
      labels: strings,
      bytes: z.number().int().nonnegative(),
      files: z.number().int().nonnegative(),
      entries: z.number().int().nonnegative(),
    }),
  ),
  logicalBytes: z.number().int().nonnegative(),
  newBytes: z.number().int().nonnegative(),
  parent: digest.optional(),
  maskedFrom: digest.optional(),
});
export type SnapshotConfig = z.infer<typeof snapshotConfig>;
