import { z } from 'zod';

/** An image on the engine and who needs it. Sizes in bytes. */
export const diskImage = z.object({
  id: z.string(),
  /** `name:tag` forms, or `name@digest` where there is no tag. */
  references: z.array(z.string()),
  bytes: z.number().nonnegative(),
  createdAt: z.iso.datetime(),
  /** Names of the environments that need it, in any of their profiles, or by a lock. */
  environments: z.array(z.string()),
  /** Containers that are made from it. */
  containers: z.array(z.string()),
  /** It came from a registry, so that it can be had again. */
  fromRegistry: z.boolean(),
  /** Nobody needs it. */
  unused: z.boolean(),
});
export type DiskImage = z.infer<typeof diskImage>;

export const diskVolume = z.object({
  name: z.string(),
  bytes: z.number().nonnegative(),
  environment: z.string().optional(),
});
export type DiskVolume = z.infer<typeof diskVolume>;

/** What takes space, and for whom. */
export const diskReport = z.object({
  imagesBytes: z.number().nonnegative(),
  containersBytes: z.number().nonnegative(),
  volumesBytes: z.number().nonnegative(),
  buildCacheBytes: z.number().nonnegative(),
  /** Largest first. */
  images: z.array(diskImage),
  /** What removing the unused images that registries have would free. */
  reclaimableBytes: z.number().nonnegative(),
  /** What removing the unused ones that are only here would free besides. */
  localReclaimableBytes: z.number().nonnegative(),
  volumes: z.array(diskVolume),
  snapshots: z.object({ count: z.number().int(), bytes: z.number().nonnegative(), unreferencedBytes: z.number().nonnegative() }),
  /** Environments whose files can't be read: while there are any, nothing is called unused. */
  unreadable: z.array(z.object({ environment: z.string(), message: z.string() })),
});
export type DiskReport = z.infer<typeof diskReport>;
