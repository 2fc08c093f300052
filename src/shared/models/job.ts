import { z } from 'zod';
import { problem } from '../problem.ts';

/** How far a step is. `unit` tells how to print the numbers. */
export const amount = z.object({
  current: z.number().nonnegative(),
  /** Absent while unknown. */
  total: z.number().nonnegative().optional(),
  unit: z.enum(['bytes', 'items', 'percent']),
  /** How fast it grows now; absent while that is not known. */
  perSecond: z.number().nonnegative().optional(),
});
export type Amount = z.infer<typeof amount>;

export const stepState = z.enum(['pending', 'running', 'waiting', 'done', 'skipped', 'failed', 'cancelled']);
export type StepState = z.infer<typeof stepState>;

/** One visible piece of a job's work. A later event with the same id replaces the earlier one. */
export const step = z.object({
  id: z.string(),
  /** Id of the step that this one is a part of. */
  parent: z.string().optional(),
  title: z.string(),
  state: stepState,
  /** What is going on, or why it waits: "waiting for db to be healthy: probe 3 said: no response". */
  detail: z.string().optional(),
  amount: amount.optional(),
});
export type Step = z.infer<typeof step>;

export const logEntry = z.object({
  level: z.enum(['info', 'warning', 'error']),
  text: z.string(),
  /** Which service, image or volume said it. */
  source: z.string().optional(),
});
export type LogEntry = z.infer<typeof logEntry>;

/** What long work reports while it goes on. Stacks, snapshots and registries all speak this. */
export const workEvent = z.discriminatedUnion('type', [
  z.object({ type: z.literal('step'), step }),
  z.object({ type: z.literal('log'), entry: logEntry }),
]);
export type WorkEvent = z.infer<typeof workEvent>;

export const jobKind = z.enum([
  'up',
  'stop',
  'down',
  'restart',
  'pull',
  'start',
  'build',
  'watch',
  'snapshot.create',
  'snapshot.restore',
  'snapshot.verify',
  'snapshot.export',
  'snapshot.import',
  'snapshot.push',
  'snapshot.pull',
  'snapshot.mask',
  'environment.clone',
  'check',
  'images.lock',
  'images.update',
  'images.rehearse',
  'bundle.create',
  'bundle.import',
  'environment.capture',
  'images.prune',
]);
export type JobKind = z.infer<typeof jobKind>;

export const jobHead = z.object({
  id: z.string(),
  kind: jobKind,
  title: z.string(),
  environmentId: z.string().optional(),
  /** Goes on beside other jobs of its environment, until it is cancelled. */
  background: z.boolean().optional(),
  startedAt: z.iso.datetime(),
});
export type JobHead = z.infer<typeof jobHead>;

export const jobOutcome = z.discriminatedUnion('status', [
  /** `result` is what the work made, e.g. a snapshot's id or the links to open. */
  z.object({ status: z.literal('succeeded'), result: z.record(z.string(), z.unknown()).optional() }),
  z.object({ status: z.literal('failed'), problem }),
  z.object({ status: z.literal('cancelled') }),
]);
export type JobOutcome = z.infer<typeof jobOutcome>;

/** Everything that can happen to a job, in order. Replaying all of them through `reduceJob` gives its present state. */
export const jobEvent = z.discriminatedUnion('type', [
  z.object({ type: z.literal('started'), job: jobHead }),
  z.object({ type: z.literal('step'), at: z.iso.datetime(), step }),
  z.object({ type: z.literal('log'), at: z.iso.datetime(), entry: logEntry }),
  z.object({ type: z.literal('cancelling'), at: z.iso.datetime() }),
  z.object({ type: z.literal('finished'), at: z.iso.datetime(), outcome: jobOutcome }),
]);
export type JobEvent = z.infer<typeof jobEvent>;

export const job = jobHead.extend({
  steps: z.array(step),
  log: z.array(logEntry.extend({ at: z.iso.datetime() })),
  cancelling: z.boolean(),
  finishedAt: z.iso.datetime().optional(),
  outcome: jobOutcome.optional(),
});
export type Job = z.infer<typeof job>;

/** A job in a list: its head, the step that tells most, and how it ended. */
export const jobSummary = jobHead.extend({
  cancelling: z.boolean(),
  finishedAt: z.iso.datetime().optional(),
  outcome: jobOutcome.optional(),
  currentStep: step.optional(),
});
export type JobSummary = z.infer<typeof jobSummary>;
