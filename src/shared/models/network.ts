import { z } from 'zod';

/** One service on one network. */
export const networkMember = z.object({
  service: z.string(),
  /** Absent while it has no container there. */
  container: z.string().optional(),
  running: z.boolean(),
  address: z.string().optional(),
  /** Names under which others on this network find it. */
  aliases: z.array(z.string()),
});
export type NetworkMember = z.infer<typeof networkMember>;

/** A network of an environment: as the engine has it, else as its files ask for it. */
export const networkView = z.object({
  key: z.string(),
  name: z.string(),
  driver: z.string(),
  /** Without a way to the outside. */
  internal: z.boolean(),
  /** Made by somebody else. */
  external: z.boolean(),
  exists: z.boolean(),
  /** Empty while the engine has yet to choose. */
  subnets: z.array(z.string()),
  members: z.array(networkMember),
});
export type NetworkView = z.infer<typeof networkView>;

/** How one service is connected: what the topology is drawn from. */
export const serviceLinks = z.object({
  service: z.string(),
  /** Keys of its networks. */
  networks: z.array(z.string()),
  /** `host` or `none`; or the service whose network it shares. */
  mode: z.string().optional(),
  /** Services that it can find by name and connect to. */
  reaches: z.array(z.string()),
  volumes: z.array(z.object({ key: z.string(), target: z.string() })),
});
export type ServiceLinks = z.infer<typeof serviceLinks>;

export const environmentNetworks = z.object({ networks: z.array(networkView), services: z.array(serviceLinks) });
export type EnvironmentNetworks = z.infer<typeof environmentNetworks>;

/** What one service found when it tried to reach another by name and by TCP. Times in milliseconds. */
export const reachability = z.object({
  from: z.string(),
  /** A service's name, or any other name or address. */
  host: z.string(),
  port: z.number().int(),
  /** An address accepted the connection. */
  reachable: z.boolean(),
  lookup: z.object({ milliseconds: z.number(), failure: z.string().optional() }),
  attempts: z.array(z.object({ address: z.string(), milliseconds: z.number(), failure: z.string().optional() })),
  /** Why it failed and what to do, in a person's words. */
  advice: z.string().optional(),
});
export type Reachability = z.infer<typeof reachability>;
