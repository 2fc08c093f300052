import { z } from 'zod';

/** One image as a bundle has it, or would have it. Sizes in bytes. */
export const bundleImage = z.object({
  /** As the environment's files write them. */
  references: z.array(z.string()),
  id: z.string(),
  platform: z.string(),
  bytes: z.number().nonnegative(),
  /** What it adds to the images before it and to what the other machine has. */
  addedBytes: z.number().nonnegative(),
  /** False: some of its layers stay at home, as the other machine has them. */
  complete: z.boolean(),
});
export type BundleImage = z.infer<typeof bundleImage>;

export const bundleSnapshot = z.object({
  id: z.string(),
  name: z.string(),
  createdAt: z.string(),
  bytes: z.number().nonnegative(),
  addedBytes: z.number().nonnegative(),
});
export type BundleSnapshot = z.infer<typeof bundleSnapshot>;

/** What a bundle would hold, before it is made. Images are counted uncompressed, so the file becomes smaller. */
export const bundlePlan = z.object({
  environmentName: z.string(),
  files: z.array(z.object({ path: z.string(), bytes: z.number().nonnegative() })),
  /** Files with secrets that stay at home. */
  ask: z.array(z.string()),
  /** What the environment refers to and a bundle can't hold. */
  leftOut: z.array(z.object({ path: z.string(), why: z.string() })),
  images: z.array(bundleImage),
  /** Images that the engine doesn't have: the bundle can't be made until they are pulled. */
  missingImages: z.array(z.string()),
  snapshots: z.array(bundleSnapshot),
  totalBytes: z.number().nonnegative(),
});
export type BundlePlan = z.infer<typeof bundlePlan>;

/** What a bundle file holds. */
export const bundleContents = z.object({
  /** `sha256:…` of its document, which names everything else by digest. */
  id: z.string(),
  file: z.string(),
  bytes: z.number().nonnegative(),
  createdAt: z.iso.datetime(),
  environmentName: z.string(),
  profile: z.string().optional(),
  files: z.array(z.object({ path: z.string(), bytes: z.number().nonnegative() })),
  ask: z.array(z.string()),
  lock: z.record(z.string(), z.string()),
  images: z.array(bundleImage),
  snapshots: z.array(bundleSnapshot),
});
export type BundleContents = z.infer<typeof bundleContents>;
