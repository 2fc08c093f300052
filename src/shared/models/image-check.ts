import { z } from 'zod';
import { problem } from '../problem.ts';

/** What differs between the image that is here and the newer one in the registry. Sizes compressed, in bytes. */
export const imageChanges = z.object({
  createdBefore: z.iso.datetime().optional(),
  createdAfter: z.iso.datetime().optional(),
  sizeBefore: z.number().nonnegative().optional(),
  sizeAfter: z.number().nonnegative(),
  layers: z.number().int().nonnegative(),
  /** Layers that the present image doesn't have; all when that is no longer in the registry. */
  newLayers: z.number().int().nonnegative(),
  newBytes: z.number().nonnegative(),
  labels: z.array(z.object({ name: z.string(), before: z.string().optional(), after: z.string().optional() })),
});
export type ImageChanges = z.infer<typeof imageChanges>;

/**
 * `missing`: not on the engine. `drifted`: a container runs another image than the lock, or than the reference names
 * here now. `newer`: the registry has another one under this reference. `unknown`: `problem` says why.
 */
export const imageState = z.enum(['up-to-date', 'newer', 'missing', 'drifted', 'unknown']);
export type ImageState = z.infer<typeof imageState>;

/** How the image of one service stands. */
export const serviceImage = z.object({
  service: z.string(),
  /** As the Compose file writes it. */
  image: z.string(),
  state: imageState,
  /** What the engine has under the reference, or under the locked digest. */
  present: z.object({ id: z.string(), digest: z.string().optional(), createdAt: z.iso.datetime(), sizeBytes: z.number().nonnegative() }).optional(),
  /** Id of the image that a container of the service runs. */
  running: z.string().optional(),
  /** The digest in the environment's lock. */
  locked: z.string().optional(),
  /** The digest that the registry has under the reference now. */
  newest: z.string().optional(),
  changes: imageChanges.optional(),
  problem: problem.optional(),
});
export type ServiceImage = z.infer<typeof serviceImage>;

/** Image reference → digest of an index or manifest, for all images of a project. Kept in a file beside it. */
export const imageLock = z.object({
  version: z.literal(1),
  images: z.record(z.string(), z.string().regex(/^sha256:[0-9a-f]{64}$/)),
  /** For people who read the file: where the digest can run, and when it was made. */
  about: z.record(z.string(), z.object({ platforms: z.array(z.string()), created: z.string().optional() })).default({}),
  /** The snapshot that the profile's `seed` named. */
  seed: z.object({ reference: z.string(), digest: z.string() }).optional(),
});
export type ImageLock = z.infer<typeof imageLock>;

/** What locking again would change in a lock. */
export const lockChange = z.object({ image: z.string(), kind: z.enum(['added', 'removed', 'changed']), before: z.string().optional(), after: z.string().optional() });
export type LockChange = z.infer<typeof lockChange>;

export const lockReport = z.object({
  file: z.string(),
  /** The environment profile names this file, so that its digests are what runs. */
  inForce: z.boolean(),
  lock: imageLock,
  changes: z.array(lockChange),
  /** Images that no registry holds under their reference: they are built here. */
  unlocked: z.array(z.object({ image: z.string(), reason: z.string() })),
});
export type LockReport = z.infer<typeof lockReport>;
