import { eventIterator } from '@orpc/contract';
import { z } from 'zod';
import { environmentSummary, environmentView, readyMade } from '../models/environment.ts';
import { serviceLogLine } from '../models/log.ts';
import { plan, planIntent } from '../models/plan.ts';
import { environmentId, jobStarted, procedure } from './procedure.ts';

/** The library of environments and what is done to their stacks. */
export const environments = {
  watch: procedure.output(eventIterator(z.array(environmentSummary))),
  watchOne: procedure.input(environmentId).output(eventIterator(environmentView)),
  readyMade: procedure.output(z.array(readyMade)),
  /** Adds a ready-made one by its id, or Compose files by a path. */
  add: procedure
    .input(
      z.union([
        z.object({ readyMade: z.string(), name: z.string().optional() }),
        z.object({ path: z.string(), name: z.string().optional() }),
      ]),
    )
    .output(environmentId),
  /** Takes it out of the library; refused while its containers exist. Its snapshots stay. */
  remove: procedure.input(environmentId).output(z.void()),
  update: procedure
    .input(
      environmentId.extend({
        name: z.string().min(1).optional(),
        profile: z.string().nullable().optional(),
        values: z.record(z.string(), z.string()).optional(),
      }),
    )
    .output(z.void()),
  plan: procedure.input(environmentId.extend({ intent: planIntent })).output(plan),
  /** With `planHash`, refuses with `plan.outdated` when the world moved since that plan was shown. */
  up: procedure
    .input(
      environmentId.extend({
        planHash: z.string().optional(),
        /** Where a host port is taken, use a free one near it and remember that, instead of `port.conflict`. */
        remapConflicts: z.boolean().optional(),
      }),
    )
    .output(jobStarted),
  /** Follows the files that `develop.watch` names, in the background until the job is cancelled. */
  watchFiles: procedure.input(environmentId).output(jobStarted),
  stop: procedure.input(environmentId).output(jobStarted),
  restart: procedure.input(environmentId.extend({ service: z.string().optional() })).output(jobStarted),
  /** `volumes` also removes the data; a safety snapshot is taken first. */
  down: procedure.input(environmentId.extend({ volumes: z.boolean() })).output(jobStarted),
  /** A new environment with the data of a snapshot or, without one, of now; both can run side by side. */
  clone: procedure
    .input(environmentId.extend({ snapshotId: z.string().optional(), name: z.string().min(1).optional(), force: z.boolean().optional() }))
    .output(jobStarted),
  logs: procedure
    .input(
      environmentId.extend({
        service: z.string().optional(),
        tail: z.number().int().min(0).max(10_000).default(500),
        follow: z.boolean().default(true),
      }),
    )
    .output(eventIterator(serviceLogLine)),
};
