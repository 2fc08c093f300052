import path from 'node:path';
import { z } from 'zod';
import { portRemap } from '../../../shared/models/environment.ts';

/**
 * A bundle is one tar of an OCI image layout (https://github.com/opencontainers/image-spec, "image-layout") with the
 * file `slipway-bundle.json` beside `index.json`. Everything else is a blob named by its SHA-256: the images' configs
 * and layers, the snapshots' manifests, indexes and packs, and the environment's files.
 */
export const bundleNames = {
  layout: 'oci-layout',
  index: 'index.json',
  manifest: 'slipway-bundle.json',
  blob: (digest: string): string => `blobs/sha256/${digest.slice('sha256:'.length)}`,
} as const;

export const mediaTypes = {
  index: 'application/vnd.oci.image.index.v1+json',
  manifest: 'application/vnd.oci.image.manifest.v1+json',
  config: 'application/vnd.oci.image.config.v1+json',
  layer: 'application/vnd.oci.image.layer.v1.tar+gzip',
} as const;

const digest = z.string().regex(/^sha256:[0-9a-f]{64}$/);
const bytes = z.number().int().nonnegative();

/** A path inside the bundle's folder that can lead nowhere else on any system. */
export const innerPath = z.string().refine(isInnerPath, 'leads out of the bundle');

export function isInnerPath(text: string): boolean {
  if (text === '' || text.length > 1024 || /[\\\0:]/.test(text) || path.posix.isAbsolute(text)) return false;
  return text.split('/').every((part) => part !== '' && part !== '.' && part !== '..' && !/[. ]$/.test(part));
}

const blob = z.object({ digest, size: bytes });
export type BlobReference = z.infer<typeof blob>;

const descriptor = blob.extend({ mediaType: z.string(), annotations: z.record(z.string(), z.string()).optional() });
export type Descriptor = z.infer<typeof descriptor>;

export const bundledImage = z.object({
  /** As the environment's files write them. */
  references: z.array(z.string()).min(1),
  /** Digest of the image's config, which is its id on an engine. */
  id: digest,
  platform: z.string(),
  config: blob,
  /** Bottom first. One without a blob was left out: whoever imports the bundle has it already. */
  layers: z.array(z.object({ diffId: digest, blob: blob.optional() })),
});
export type BundledImage = z.infer<typeof bundledImage>;

export const bundledSnapshot = z.object({
  name: z.string(),
  createdAt: z.string(),
  /** Its entry in a snapshot store's `index.json`. */
  descriptor,
  /** All that it needs, its manifest first. */
  blobs: z.array(blob),
  logicalBytes: z.number().nonnegative(),
});
export type BundledSnapshot = z.infer<typeof bundledSnapshot>;

export const bundledFile = blob.extend({
  path: innerPath,
  executable: z.boolean(),
});
export type BundledFile = z.infer<typeof bundledFile>;

/** `slipway-bundle.json`, version 1. */
export const bundleManifest = z.object({
  slipwayBundle: z.literal(1),
  createdAt: z.iso.datetime(),
  environment: z.object({
    id: z.string(),
    name: z.string().min(1),
    projectName: z.string(),
    profile: z.string().optional(),
    composeProfiles: z.array(z.string()),
    values: z.record(z.string(), z.string()),
    portRemaps: z.array(portRemap),
    /** Folder of the environment inside the bundle; '' is its root. */
    directory: z.union([z.literal(''), innerPath]),
    /** Compose files in merge order; empty: discovered in the folder. */
    composeFiles: z.array(innerPath),
    /** In place of the folder's `.env`. */
    envFiles: z.array(innerPath),
  }),
  files: z.array(bundledFile),
  /** Files with secrets that stayed at home: whoever imports the bundle has to give them. */
  ask: z.array(innerPath),
  /** Image reference → digest in its registry, where the engine knew one. */
  lock: z.record(z.string(), digest),
  images: z.array(bundledImage),
  /** Service → image and pull policy to use where the files' own can't be followed without a registry. */
  overrides: z.record(z.string(), z.object({ image: z.string(), pullPolicy: z.string() })),
  /** Environment profiles that run by a lock: its digests can't be asked for where the images came out of a file. */
  lockedProfiles: z.array(z.string()),
  snapshots: z.array(bundledSnapshot),
});
export type BundleManifest = z.infer<typeof bundleManifest>;

/** Every blob that the bundle itself must hold; `have` are those that it left out on purpose. */
export function blobsOf({ files, images, snapshots }: Pick<BundleManifest, 'files' | 'images' | 'snapshots'>): BlobReference[] {
  const all = [
    ...files,
    ...images.flatMap(({ config, layers }) => [config, ...layers.flatMap((layer) => layer.blob ?? [])]),
    ...snapshots.flatMap(({ blobs }) => blobs),
  ];
  return [...new Map(all.map(({ digest: name, size }) => [name, { digest: name, size }])).values()];
}
