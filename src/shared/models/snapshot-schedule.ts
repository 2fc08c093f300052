import { z } from 'zod';

/** When snapshots are taken by themselves: in equal steps, or each day at a time of this machine's clock. */
export const scheduleTime = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('every'), minutes: z.number().int().min(1).max(527_040) }),
  z.object({ kind: z.literal('daily'), time: z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/) }),
]);
export type ScheduleTime = z.infer<typeof scheduleTime>;

/** How many scheduled snapshots to keep. What one rule keeps stays, whatever the others say. */
export const scheduleKeep = z.object({
  last: z.number().int().nonnegative().optional(),
  daily: z.number().int().nonnegative().optional(),
  weekly: z.number().int().nonnegative().optional(),
});
export type ScheduleKeep = z.infer<typeof scheduleKeep>;

/** How the newest run of a schedule ended: a snapshot is only taken of what runs and has changed. */
export const scheduleOutcome = z.enum(['taken', 'unchanged', 'not-running', 'failed']);
export type ScheduleOutcome = z.infer<typeof scheduleOutcome>;

/** The schedule of one environment of the library. */
export const snapshotSchedule = z.object({
  environmentId: z.string(),
  when: scheduleTime,
  keep: scheduleKeep,
  /** When it was set. */
  since: z.iso.datetime(),
  last: z.object({ at: z.iso.datetime(), outcome: scheduleOutcome, message: z.string().optional() }).optional(),
});
export type SnapshotSchedule = z.infer<typeof snapshotSchedule>;
