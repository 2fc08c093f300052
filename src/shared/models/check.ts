import { z } from 'zod';
import { problem } from '../problem.ts';

export const checkKind = z.enum(['http', 'tcp', 'command', 'log']);
export type CheckKind = z.infer<typeof checkKind>;

/** One check of an environment profile and how it stands. */
export const checkResult = z.object({
  name: z.string(),
  kind: checkKind,
  /** What is asked: an address, a command, a pattern; with host ports put in where they are known. */
  subject: z.string(),
  state: z.enum(['pending', 'running', 'passed', 'failed', 'cancelled']),
  /** How often it was tried. */
  attempts: z.number().int().nonnegative(),
  durationMs: z.number().nonnegative().optional(),
  /** Why it failed, with what was got. */
  problem: problem.optional(),
});
export type CheckResult = z.infer<typeof checkResult>;

export const checkTrigger = z.enum(['start', 'restore', 'update', 'rehearsal', 'asked']);
export type CheckTrigger = z.infer<typeof checkTrigger>;

/** One run of all checks of an environment, in the profile's order. */
export const checkReport = z.object({
  trigger: checkTrigger,
  startedAt: z.iso.datetime(),
  finishedAt: z.iso.datetime().optional(),
  results: z.array(checkResult),
});
export type CheckReport = z.infer<typeof checkReport>;
