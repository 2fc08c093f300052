import { z } from 'zod';
import { problem } from '../problem.ts';

/** An image of an environment: what the engine has of it, and what would have to be downloaded. */
export const imageDownload = z.object({
  reference: z.string(),
  services: z.array(z.string()),
  /** Unpacked, on the engine; absent where it isn't there. */
  engineBytes: z.number().nonnegative().optional(),
  /** What the engine lacks of it, compressed; absent while the registry hasn't told. */
  bytes: z.number().nonnegative().optional(),
  /** All of it, compressed. */
  totalBytes: z.number().nonnegative().optional(),
  /** Why the registry could not tell. */
  problem: problem.optional(),
});
export type ImageDownload = z.infer<typeof imageDownload>;

/** What a pull would download. */
export const downloadPlan = z.object({
  /** Over all images; a layer that several share counts once. */
  bytes: z.number().nonnegative(),
  /** False: of some images the size could not be had. */
  complete: z.boolean(),
  images: z.array(imageDownload),
});
export type DownloadPlan = z.infer<typeof downloadPlan>;
