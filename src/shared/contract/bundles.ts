import { z } from 'zod';
import { bundleContents, bundlePlan } from '../models/bundle.ts';
import { environmentId, jobStarted, procedure } from './procedure.ts';

const choice = environmentId.extend({
  /** Ids of the snapshots to take along. */
  snapshots: z.array(z.string()),
  images: z.boolean(),
  /** Take the files of secrets along, in clear. */
  withSecrets: z.boolean(),
});

/** Environments as files, for machines without a network. */
export const bundles = {
  /** What a bundle would hold and how much. */
  plan: procedure.input(choice).output(bundlePlan),
  /** Lets the person choose a file and writes the bundle; null when they cancelled. */
  create: procedure.input(choice).output(jobStarted.nullable()),
  /** Lets the person choose a bundle and tells what it holds; null when they cancelled. */
  open: procedure.output(bundleContents.nullable()),
  /** The job's result holds the `environmentId`. */
  import: procedure.input(z.object({ file: z.string(), name: z.string().optional() })).output(jobStarted),
};
