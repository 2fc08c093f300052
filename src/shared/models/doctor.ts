import { z } from 'zod';

/** A fix is something that the app does itself (`action`), or what the person does (`instructions`, `command`). */
export const fix = z.object({
  label: z.string(),
  instructions: z.string().optional(),
  /** To copy into a terminal. */
  command: z.string().optional(),
  action: z.enum(['engine.start-private']).optional(),
});
export type Fix = z.infer<typeof fix>;

export const doctorCheck = z.object({
  id: z.string(),
  title: z.string(),
  state: z.enum(['running', 'ok', 'warning', 'failed', 'skipped']),
  message: z.string(),
  detail: z.string().optional(),
  fixes: z.array(fix),
});
export type DoctorCheck = z.infer<typeof doctorCheck>;

export const doctorReport = z.object({ checks: z.array(doctorCheck), finished: z.boolean() });
export type DoctorReport = z.infer<typeof doctorReport>;
