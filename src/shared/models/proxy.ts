import { z } from 'zod';
import { problem } from '../problem.ts';

/** The reverse proxy that gives services stable names on one port. */
export const proxyStatus = z.object({
  state: z.enum(['off', 'on', 'failed']),
  port: z.number().int(),
  tls: z.boolean(),
  /** Why it does not listen. */
  problem: problem.optional(),
  names: z.array(z.object({ url: z.string(), title: z.string() })),
  /** With TLS: the authority's certificate, and the command with which a person makes the system trust it. */
  authority: z.object({ file: z.string(), trust: z.string() }).optional(),
});
export type ProxyStatus = z.infer<typeof proxyStatus>;
