import { z } from 'zod';

export const planIntent = z.enum(['up', 'start', 'stop', 'restart', 'down', 'pull', 'build']);
export type PlanIntent = z.infer<typeof planIntent>;

export const planAction = z.enum([
  'pull-image',
  'build-image',
  'create-network',
  'create-volume',
  'create-container',
  'recreate-container',
  'start-container',
  'stop-container',
  'remove-container',
  'remove-network',
  'remove-volume',
  'remove-image',
]);
export type PlanAction = z.infer<typeof planAction>;

/** One change. `after` holds the ids of the steps that must be done first; the rest runs side by side. */
export const planStep = z.object({
  id: z.string(),
  action: planAction,
  /** Name of the container, network, volume, or the image reference. */
  subject: z.string(),
  service: z.string().optional(),
  /** Why: "image is not on the engine", "configuration changed: environment, ports". */
  reason: z.string(),
  after: z.array(z.string()),
  /** Conditions on other services that hold the step back, from `depends_on`. */
  waits: z
    .array(
      z.object({
        service: z.string(),
        condition: z.enum(['service_started', 'service_healthy', 'service_completed_successfully']),
        required: z.boolean(),
      }),
    )
    .optional(),
  /** Data is lost when this step runs. */
  destructive: z.boolean().optional(),
});
export type PlanStep = z.infer<typeof planStep>;

/** What will be done and why. Empty `steps` means that the stack already is as desired. */
export const plan = z.object({
  projectName: z.string(),
  intent: planIntent,
  steps: z.array(planStep),
  /** Services that stay as they are. */
  unchanged: z.array(z.string()),
  warnings: z.array(z.string()),
  /** Names this plan; `apply` refuses when planning afresh gives another. */
  hash: z.string(),
});
export type Plan = z.infer<typeof plan>;
