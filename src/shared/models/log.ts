import { z } from 'zod';

/** One line that a service wrote. */
export const serviceLogLine = z.object({
  service: z.string(),
  container: z.string(),
  stream: z.enum(['stdout', 'stderr']),
  at: z.iso.datetime(),
  text: z.string(),
});
export type ServiceLogLine = z.infer<typeof serviceLogLine>;
