import { z } from 'zod';
import { downloadPlan } from '../models/download.ts';
import { environmentId, jobStarted, procedure } from './procedure.ts';

/** Downloading an environment's images without starting it. */
export const pulls = {
  /** How much a pull would download; `missing` looks only at images that the engine hasn't at all. */
  estimate: procedure.input(environmentId.extend({ missing: z.boolean().optional() })).output(downloadPlan),
  start: procedure.input(environmentId.extend({ policy: z.enum(['always', 'missing']).optional() })).output(jobStarted),
};
