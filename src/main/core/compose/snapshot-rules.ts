import { z } from 'zod';

/** How the services stand while a snapshot reads their volumes. */
export const consistencyLevels = ['paused', 'stopped', 'hooks', 'live'] as const;

const text = z.union([z.string(), z.number(), z.boolean()]).transform(String);
/** A line for the container's shell, or a program and its arguments. */
const command = z.union([z.string().transform((line) => ['/bin/sh', '-c', line]), z.array(text).min(1)]);

const hook = z
  .object({
    before: z.array(command).default([]),
    after: z.array(command).default([]),
    /** As whom the commands run; the image's own user where absent. */
    user: z.string().optional(),
    /** False: the commands themselves make reading safe, so that the service may go on meanwhile. */
    pause: z.boolean().default(true),
  })
  .strict();
export type SnapshotHook = z.infer<typeof hook>;

/** What stands under `x-slipway.snapshot`: what of a stack snapshots hold, and how they are taken. */
export const snapshotRules = z
  .object({
    /** For this stack's snapshots where nobody asks for another. */
    consistency: z.enum(consistencyLevels).optional(),
    /** Bind mounts that belong to the data. */
    include: z.array(z.string().regex(/^[^:]+:\/./, 'must be SERVICE:/PATH, a bind mount of a service')).default([]),
    /** Volumes that need no keeping, by their keys; anonymous ones as SERVICE:/PATH. */
    exclude: z.array(z.string()).default([]),
    /** By service: commands around the reading, for the level `hooks`. */
    hooks: z.record(z.string(), hook).default({}),
  })
  .strict();
export type SnapshotRules = z.infer<typeof snapshotRules>;
