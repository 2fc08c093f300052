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

/** What a web server said when asked for `/`. */
export const portAnswer = z.object({ tls: z.boolean(), status: z.number().int(), title: z.string().optional() });
export type PortAnswer = z.infer<typeof portAnswer>;

export const portRow = z.object({
  environmentId: z.string().optional(),
  environmentName: z.string().optional(),
  /** Absent where a program of this machine listens, outside any container. */
  service: z.string().optional(),
  containerPort: z.number().int().optional(),
  protocol: z.enum(['tcp', 'udp', 'sctp']),
  hostIp: z.string(),
  /** Absent while the engine has yet to choose one. */
  hostPort: z.number().int().optional(),
  /** What the Compose file asks for, where a remap changed it. */
  requestedPort: z.number().int().optional(),
  /** The person changed it: the files say something else, or publish no such port. */
  edited: z.enum(['moved', 'added']).optional(),
  state: portState,
  /** Its container has just changed: whether somebody answers is not known yet, and is told in newer rows. */
  trying: z.boolean().optional(),
  holder: portHolder.optional(),
  exposure: z.enum(['loopback', 'everywhere', 'address']),
  /** To open or copy: `http://127.0.0.1:8080`, `postgres://app@127.0.0.1:5432/app`. */
  address: z.string().optional(),
  /** `address` opens in a browser. */
  browsable: z.boolean(),
  /** Where it speaks HTTP. */
  http: portAnswer.optional(),
});
export type PortRow = z.infer<typeof portRow>;

/** A change of one published port. `publish` moves or adds it, `remove` leaves it out, `reset` does as the files say. */
export const portEdit = z.object({
  action: z.enum(['publish', 'remove', 'reset']),
  service: z.string(),
  containerPort: z.number().int(),
  protocol: z.enum(['tcp', 'udp', 'sctp']).default('tcp'),
  /** The host port that it has now, where the container port is published several times. */
  current: z.number().int().optional(),
  /** The one to have; absent: it stays. */
  hostPort: z.number().int().optional(),
  /** The address of this machine to publish on; absent: it stays. */
  hostIp: z.string().optional(),
});
export type PortEdit = z.infer<typeof portEdit>;

/** How the ports of an environment differ from its files. */
export const portDifference = z.object({
  changes: z.array(
    z.object({
      service: z.string(),
      containerPort: z.number().int(),
      protocol: z.enum(['tcp', 'udp', 'sctp']),
      /** `127.0.0.1:8080`, or `127.0.0.1:any`; absent: the files publish no such port. */
      before: z.string().optional(),
      /** Absent: it is left out. */
      after: z.string().optional(),
    }),
  ),
  /** A Compose file that says the same, to be named after the others; empty when nothing differs. */
  override: z.string(),
});
export type PortDifference = z.infer<typeof portDifference>;
