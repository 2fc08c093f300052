import { z } from 'zod';
import { problem } from '../problem.ts';
import { checkReport } from './check.ts';
import { serviceState } from './stack.ts';

export const imageChange = z.object({
  service: z.string(),
  image: z.string(),
  /** Digest or id of what ran before; absent where nothing did. */
  before: z.string().optional(),
  /** Reference or digest of what is run instead. */
  after: z.string(),
});
export type ImageChange = z.infer<typeof imageChange>;

/** The version that a database wrote into its data directory, as the original has it and as the rehearsal left it. */
export const dataVersion = z.object({
  service: z.string(),
  path: z.string(),
  product: z.string(),
  before: z.string().optional(),
  after: z.string().optional(),
});
export type DataVersion = z.infer<typeof dataVersion>;

/** What came of running other images on a copy of an environment. Times in milliseconds. */
export const rehearsalReport = z.object({
  id: z.string(),
  environmentId: z.string(),
  environmentName: z.string(),
  startedAt: z.iso.datetime(),
  durationMs: z.number().nonnegative(),
  /** `works`: everything started, is healthy, and no check failed. */
  verdict: z.enum(['works', 'fails']),
  images: z.array(imageChange),
  phases: z.array(z.object({ name: z.enum(['copy', 'start', 'checks']), durationMs: z.number().nonnegative() })),
  services: z.array(z.object({ name: z.string(), state: serviceState, detail: z.string().optional(), exitCode: z.number().int().optional() })),
  /** Why it did not start. */
  problem: problem.optional(),
  checks: checkReport.optional(),
  dataVersions: z.array(dataVersion),
  /** The last lines of one-off services and of those that did not become healthy. */
  logs: z.array(z.object({ service: z.string(), lines: z.array(z.string()) })),
  warnings: z.array(z.string()),
  /** Name of the copy in the library, where it was kept. */
  kept: z.string().optional(),
});
export type RehearsalReport = z.infer<typeof rehearsalReport>;

/** What an update has done. */
export const updateReport = z.object({
  images: z.array(imageChange),
  safetySnapshotId: z.string().optional(),
  checks: checkReport.optional(),
  warnings: z.array(z.string()),
});
export type UpdateReport = z.infer<typeof updateReport>;
