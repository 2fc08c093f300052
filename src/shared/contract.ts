import { eventIterator, oc } from '@orpc/contract';
import { z } from 'zod';
import { doctorReport } from './models/doctor.ts';
import { engineStatus } from './models/engine.ts';
import { environmentSummary, environmentView, readyMade } from './models/environment.ts';
import { jobEvent, jobSummary } from './models/job.ts';
import { serviceLogLine } from './models/log.ts';
import { plan, planIntent } from './models/plan.ts';
import { portRow } from './models/port.ts';
import { settings, settingsChange } from './models/settings.ts';
import { snapshotSummary } from './models/snapshot.ts';
import { problem } from './problem.ts';

/**
 * THE contract between the window and the main process, validated at run time on both ways.
 *
 * Every failure a person can see is the typed error `PROBLEM`. Procedures named `watch` yield the whole present value
 * first and again after each change, so that a window that reloads needs nothing else. Long work returns a job's id at
 * once; `jobs.follow` replays everything that the job did and goes on live.
 */
const procedure = oc.errors({ PROBLEM: { data: problem } });

const environmentId = z.object({ environmentId: z.string() });
const jobStarted = z.object({ jobId: z.string() });

export const contract = {
  app: {
    info: procedure.output(
      z.object({
        version: z.string(),
        platform: z.string(),
        dataDirectory: z.string(),
        /** False: secrets are kept in a file that only this user can read, and the window says so. */
        keychain: z.boolean(),
      }),
    ),
    /** Opens an http, https or mailto address in the person's browser; anything else is refused. */
    openExternal: procedure.input(z.object({ url: z.string() })).output(z.void()),
    /** Lets the person choose a Compose file or a folder; null when they cancelled. */
    pickCompose: procedure.output(z.object({ path: z.string() }).nullable()),
    /** Shows a folder in the file manager. */
    revealDirectory: procedure.input(environmentId).output(z.void()),
  },
  engine: {
    watch: procedure.output(eventIterator(engineStatus)),
    /** Tries again to connect, at once. */
    reconnect: procedure.output(z.void()),
  },
  environments: {
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
    stop: procedure.input(environmentId).output(jobStarted),
    restart: procedure.input(environmentId.extend({ service: z.string().optional() })).output(jobStarted),
    /** `volumes` also removes the data; a safety snapshot is taken first. */
    down: procedure.input(environmentId.extend({ volumes: z.boolean() })).output(jobStarted),
    logs: procedure
      .input(
        environmentId.extend({
          service: z.string().optional(),
          tail: z.number().int().min(0).max(10_000).default(500),
          follow: z.boolean().default(true),
        }),
      )
      .output(eventIterator(serviceLogLine)),
  },
  ports: {
    /** Of one environment, or of every one in the library. */
    watch: procedure.input(z.object({ environmentId: z.string().optional() })).output(eventIterator(z.array(portRow))),
  },
  snapshots: {
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
  },
  jobs: {
    /** Running ones and the newest finished ones, newest first. */
    watch: procedure.output(eventIterator(z.array(jobSummary))),
    follow: procedure.input(z.object({ jobId: z.string() })).output(eventIterator(jobEvent)),
    cancel: procedure.input(z.object({ jobId: z.string() })).output(z.void()),
    /** Forgets finished ones. */
    clear: procedure.output(z.void()),
  },
  doctor: {
    /** Runs all checks and yields the report after each finished one. */
    watch: procedure.output(eventIterator(doctorReport)),
    fix: procedure.input(z.object({ action: z.enum(['engine.start-private']) })).output(z.void()),
  },
  settings: {
    watch: procedure.output(eventIterator(settings)),
    update: procedure.input(settingsChange).output(settings),
  },
};

export type Contract = typeof contract;
