import { z } from 'zod';
import { diskReport } from '../models/disk.ts';
import { jobStarted, procedure } from './procedure.ts';

/** Space on the engine and in the snapshot store. */
export const disk = {
  report: procedure.output(diskReport),
  /** Removes these images, those of them that nobody needs by then. */
  pruneImages: procedure.input(z.object({ imageIds: z.array(z.string()) })).output(jobStarted),
};
