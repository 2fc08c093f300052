import { eventIterator } from '@orpc/contract';
import { z } from 'zod';
import { snapshotSummary } from '../models/snapshot.ts';
import { environmentId, jobStarted, procedure } from './procedure.ts';

/** Snapshots of one environment. */
export const snapshots = {
  watch: procedure.input(environmentId).output(eventIterator(z.array(snapshotSummary))),
  create: procedure
    .input(environmentId.extend({ name: z.string().optional(), note: z.string().optional() }))
    .output(jobStarted),
  restore: procedure.input(environmentId.extend({ snapshotId: z.string() })).output(jobStarted),
  verify: procedure.input(z.object({ snapshotId: z.string() })).output(jobStarted),
  remove: procedure.input(z.object({ snapshotId: z.string() })).output(z.void()),
  describe: procedure
    .input(z.object({ snapshotId: z.string(), name: z.string().optional(), note: z.string().optional() }))
    .output(z.void()),
};
