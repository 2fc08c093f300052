import { z } from 'zod';

export const portHolder = z.object({
  kind: z.enum(['service', 'container', 'process', 'unknown']),
  /** Container or process name. */
  name: z.string(),
  environmentId: z.string().optional(),
  service: z.string().optional(),
  pid: z.number().int().optional(),
  user: z.string().optional(),
});
export type PortHolder = z.infer<typeof portHolder>;

/** `listening`: answers; `dead`: mapped but nothing answers; `free`: not started; `conflict`: somebody else has it. */
export const portState = z.enum(['listening', 'dead', 'free', 'conflict']);

export const portRow = z.object({
  environmentId: z.string().optional(),
  environmentName: z.string().optional(),
  service: z.string(),
  containerPort: z.number().int(),
  protocol: z.enum(['tcp', 'udp', 'sctp']),
  hostIp: z.string(),
  /** Absent while the engine has yet to choose one. */
  hostPort: z.number().int().optional(),
  /** What the Compose file asks for, where a remap changed it. */
  requestedPort: z.number().int().optional(),
  state: portState,
  holder: portHolder.optional(),
  exposure: z.enum(['loopback', 'everywhere', 'address']),
  /** To open or copy: `http://127.0.0.1:8080`, `postgres://app@127.0.0.1:5432/app`. */
  address: z.string().optional(),
  /** `address` opens in a browser. */
  browsable: z.boolean(),
});
export type PortRow = z.infer<typeof portRow>;
