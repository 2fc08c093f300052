import { z } from 'zod';

/** Media types that a manifest may have: OCI's (image-spec) and Docker's older names for the same. */
export const manifestTypes = [
  'application/vnd.oci.image.index.v1+json',
  'application/vnd.docker.distribution.manifest.list.v2+json',
  'application/vnd.oci.image.manifest.v1+json',
  'application/vnd.docker.distribution.manifest.v2+json',
] as const;

const platform = z.object({ os: z.string(), architecture: z.string(), variant: z.string().optional() });

const descriptor = z.object({
  mediaType: z.string(),
  digest: z.string(),
  size: z.number(),
  annotations: z.record(z.string(), z.string()).nullish(),
});

export const imageIndex = z.object({
  manifests: z.array(descriptor.extend({ platform: platform.optional() })),
});

export const imageManifest = z.object({
  config: descriptor,
  layers: z.array(descriptor),
  annotations: z.record(z.string(), z.string()).nullish(),
});

/** An image's own configuration (image-spec, `config.md`), as far as it is shown. */
export const imageConfig = z.object({
  created: z.string().optional(),
  os: z.string(),
  architecture: z.string(),
  variant: z.string().optional(),
  rootfs: z.object({ diff_ids: z.array(z.string()) }).optional(),
  config: z.object({ Labels: z.record(z.string(), z.string()).nullish() }).nullish(),
  history: z.array(z.object({ created: z.string().optional(), created_by: z.string().optional(), empty_layer: z.boolean().optional() })).nullish(),
});

export type Descriptor = z.infer<typeof descriptor>;
export type ImageIndex = z.infer<typeof imageIndex>;
export type ImageManifest = z.infer<typeof imageManifest>;
export type ImageConfig = z.infer<typeof imageConfig>;
