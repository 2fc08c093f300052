import { z } from 'zod';

export const snapshotVolume = z.object({
  /** The volume's key in the Compose file. */
  key: z.string(),
  /** Its name on the engine when it was captured. */
  name: z.string(),
  bytes: z.number().nonnegative(),
  files: z.number().int().nonnegative(),
});
export type SnapshotVolume = z.infer<typeof snapshotVolume>;

/** One snapshot as a person sees it. Sizes in bytes. */
export const snapshotSummary = z.object({
  /** `sha256:…` of its manifest. */
  id: z.string(),
  name: z.string(),
  environmentId: z.string(),
  environmentName: z.string(),
  createdAt: z.iso.datetime(),
  kind: z.enum(['manual', 'safety', 'scheduled', 'seed']),
  consistency: z.enum(['paused', 'stopped', 'hooks', 'live']),
  note: z.string().optional(),
  tags: z.array(z.string()),
  volumes: z.array(snapshotVolume),
  logicalBytes: z.number().nonnegative(),
  /** What this snapshot added to the store when it was taken. */
  newBytes: z.number().nonnegative(),
  parent: z.string().optional(),
  /** Image reference → digest of what ran. */
  images: z.record(z.string(), z.string()),
});
export type SnapshotSummary = z.infer<typeof snapshotSummary>;
