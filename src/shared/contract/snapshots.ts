import { eventIterator } from '@orpc/contract';
import { z } from 'zod';
import { fileText, listedEntry, restorePreview, snapshotDetails, snapshotDifference, snapshotSummary, snapshotUsage, textDifference } from '../models/snapshot.ts';
import { foundDatabase } from '../models/snapshot-database.ts';
import { snapshotSchedule } from '../models/snapshot-schedule.ts';
import { environmentId, jobStarted, procedure } from './procedure.ts';

const snapshotId = z.object({ snapshotId: z.string() });

/** `path` from the volume's root, which is the empty string. */
const place = snapshotId.extend({ volume: z.string(), path: z.string() });
/** For whom a snapshot is encrypted: a passphrase, or age recipients (`age1…`). */
const encryption = z.union([z.object({ passphrase: z.string().min(1) }), z.object({ recipients: z.array(z.string()).min(1) })]);
/** What opens it: the passphrase, or age identities. */
const unlocking = z.union([z.object({ passphrase: z.string().min(1) }), z.object({ identities: z.array(z.string()).min(1) })]);

/** Volumes by key or name, or paths; all of them where absent. */
const choice = z.array(z.string()).optional();

/** Snapshots of one environment. */
export const snapshots = {
  watch: procedure.input(environmentId).output(eventIterator(z.array(snapshotSummary))),
  create: procedure
    .input(
      environmentId.extend({
        name: z.string().optional(),
        note: z.string().optional(),
        tags: z.array(z.string()).optional(),
        /** As the stack's `x-slipway.snapshot` says, else `paused`, where absent. */
        consistency: snapshotSummary.shape.consistency.optional(),
        volumes: choice,
        exclude: choice,
      }),
    )
    .output(jobStarted),
  /** `paths`: only these files and directories, of the one volume chosen. */
  restore: procedure.input(environmentId.extend({ snapshotId: z.string(), volumes: choice, paths: choice, force: z.boolean().optional() })).output(jobStarted),
  /** Empties the volumes, or puts back what the environment began with. */
  reset: procedure.input(environmentId.extend({ to: z.enum(['empty', 'seed']), volumes: choice })).output(jobStarted),
  /** Takes back the newest restore, reset or removal of data. */
  undo: procedure.input(environmentId).output(jobStarted),
  /** What `restore` would do, or without `snapshotId` emptying. Reads the volumes, changes nothing. */
  preview: procedure
    .input(environmentId.extend({ snapshotId: z.string().optional(), volumes: choice, paths: choice }))
    .output(restorePreview),
  verify: procedure.input(snapshotId).output(jobStarted),
  remove: procedure.input(snapshotId).output(z.void()),
  describe: procedure
    .input(snapshotId.extend({ name: z.string().min(1).optional(), note: z.string().optional(), tags: z.array(z.string()).optional() }))
    .output(z.void()),
  details: procedure.input(snapshotId).output(snapshotDetails),
  /** Of the whole store, which all environments share. */
  usage: procedure.output(snapshotUsage),
  browse: procedure.input(place).output(z.array(listedEntry)),
  readText: procedure.input(place).output(fileText),
  diff: procedure.input(z.object({ before: z.string(), after: z.string() })).output(snapshotDifference),
  diffText: procedure
    .input(z.object({ before: z.string(), after: z.string(), volume: z.string(), path: z.string() }))
    .output(textDifference),
  /** Lets the person choose where, then writes one file of the snapshot there; null when they cancelled. */
  saveFile: procedure.input(place).output(z.object({ file: z.string() }).nullable()),
  /** Lets the person choose where, then writes the whole snapshot as one file; null when they cancelled. */
  export: procedure.input(snapshotId.extend({ encryption: encryption.optional() })).output(jobStarted.nullable()),
  /** Lets the person choose an exported snapshot; null when they cancelled. */
  import: procedure.input(z.object({ unlocking: unlocking.optional() })).output(jobStarted.nullable()),
  /** Sends a snapshot to `registry/repository[:tag]`; the result holds its `reference` by digest. */
  push: procedure.input(z.object({ snapshotId: z.string(), reference: z.string(), encryption: encryption.optional() })).output(jobStarted),
  /** Fetches one by tag or digest, for this environment; the result holds its `snapshotId`. */
  pull: procedure.input(environmentId.extend({ reference: z.string(), unlocking: unlocking.optional() })).output(jobStarted),
  /** Makes a masked copy by the stack's own steps; the result holds its `snapshotId`. */
  mask: procedure.input(environmentId.extend({ snapshotId: z.string() })).output(jobStarted),
  /** The databases whose data it holds, with their versions. */
  databases: procedure.input(snapshotId).output(z.array(foundDatabase)),
  schedule: procedure.input(environmentId).output(snapshotSchedule.nullable()),
  /** Null ends the schedule. */
  setSchedule: procedure
    .input(environmentId.extend({ schedule: snapshotSchedule.pick({ when: true, keep: true }).nullable() }))
    .output(z.void()),
};
