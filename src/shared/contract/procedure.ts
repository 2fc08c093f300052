import { oc } from '@orpc/contract';
import { z } from 'zod';
import { problem } from '../problem.ts';

/** What every procedure is made of: each failure that a person can see is the typed error `PROBLEM`. */
export const procedure = oc.errors({ PROBLEM: { data: problem } });

export const environmentId = z.object({ environmentId: z.string() });
export const jobStarted = z.object({ jobId: z.string() });
