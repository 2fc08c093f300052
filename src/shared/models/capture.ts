import { z } from 'zod';

/** An engine that can be read from. */
export const captureEngine = z.object({
  /** What to ask for it by: a Docker context's name or an address. */
  engine: z.string(),
  address: z.string(),
});
export type CaptureEngine = z.infer<typeof captureEngine>;

export const captureProject = z.object({
  name: z.string(),
  services: z.array(z.string()),
  running: z.number().int(),
  containers: z.number().int(),
});
export type CaptureProject = z.infer<typeof captureProject>;

/** What reading a running project gave. Holds no secret. */
export const captureResult = z.object({
  projectName: z.string(),
  engine: z.object({ name: z.string(), version: z.string(), address: z.string() }),
  services: z.array(z.object({ name: z.string(), image: z.string(), containers: z.number().int() })),
  /** Image reference → digest that runs there. */
  lock: z.record(z.string(), z.string()),
  /** Images that came from no registry: they can't be pulled here. */
  withoutDigest: z.array(z.string()),
  /** Values that were taken out, to be asked for. */
  ask: z.array(z.object({ variable: z.string(), title: z.string() })),
  /** Files with secrets to put into the folder. */
  secretFiles: z.array(z.string()),
  /** Volumes whose data stays there. */
  volumes: z.array(z.object({ key: z.string(), name: z.string() })),
  /** Files and folders of that machine, and where the environment looks for them. */
  binds: z.array(z.object({ service: z.string(), source: z.string(), here: z.string() })),
  /** The Compose file that is written. */
  compose: z.string(),
});
export type CaptureResult = z.infer<typeof captureResult>;
