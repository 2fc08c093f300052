import { eventIterator } from '@orpc/contract';
import { z } from 'zod';
import { jobEvent, jobSummary } from '../models/job.ts';
import { procedure } from './procedure.ts';

/** Long work. */
export const jobs = {
  /** Running ones and the newest finished ones, newest first. */
  watch: procedure.output(eventIterator(z.array(jobSummary))),
  follow: procedure.input(z.object({ jobId: z.string() })).output(eventIterator(jobEvent)),
  cancel: procedure.input(z.object({ jobId: z.string() })).output(z.void()),
  /** Forgets finished ones. */
  clear: procedure.output(z.void()),
};
