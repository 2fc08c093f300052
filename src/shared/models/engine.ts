import { z } from 'zod';
import { problem } from '../problem.ts';

/** How the app stands with its engine. */
export const engineStatus = z.discriminatedUnion('state', [
  z.object({ state: z.literal('connecting'), detail: z.string() }),
  z.object({
    state: z.literal('connected'),
    name: z.string(),
    version: z.string(),
    address: z.string(),
    origin: z.string(),
    /** Started and owned by the app. */
    private: z.boolean(),
  }),
  z.object({ state: z.literal('unavailable'), problem }),
]);
export type EngineStatus = z.infer<typeof engineStatus>;
