import { z } from 'zod';

export const containerState = z.enum(['created', 'running', 'paused', 'restarting', 'removing', 'exited', 'dead']);
export const health = z.enum(['none', 'starting', 'healthy', 'unhealthy']);

export const containerView = z.object({
  id: z.string(),
  name: z.string(),
  image: z.string(),
  state: containerState,
  health,
  /** In the daemon's words, e.g. "running (healthy)". */
  status: z.string(),
  exitCode: z.number().int().optional(),
  startedAt: z.iso.datetime().optional(),
});
export type ContainerView = z.infer<typeof containerView>;

/**
 * One service as a person sees it. `completed` is a one-off service that ended with 0, `missing` has no container,
 * `disabled` belongs to a Compose profile that is not on.
 */
export const serviceState = z.enum([
  'missing',
  'stopped',
  'starting',
  'running',
  'healthy',
  'unhealthy',
  'paused',
  'restarting',
  'completed',
  'failed',
  'disabled',
]);
export type ServiceState = z.infer<typeof serviceState>;

export const serviceView = z.object({
  name: z.string(),
  image: z.string(),
  state: serviceState,
  /** Why it is in this state, where that is known: the last probe's words, the exit code, what it waits for. */
  detail: z.string().optional(),
  dependsOn: z.array(z.string()),
  containers: z.array(containerView),
});
export type ServiceView = z.infer<typeof serviceView>;

/** `partial`: some services run and some don't; `degraded`: all run and one is unhealthy or restarting. */
export const stackState = z.enum(['unknown', 'stopped', 'starting', 'running', 'partial', 'degraded', 'paused']);
export type StackState = z.infer<typeof stackState>;
