import { z } from 'zod';
import { diagnostic, problem } from '../problem.ts';
import { serviceView, stackState } from './stack.ts';

/** One published port changed for one environment: what the files say (by service and container port) → what is used. */
export const portRemap = z.object({
  service: z.string(),
  containerPort: z.number().int(),
  protocol: z.enum(['tcp', 'udp', 'sctp']),
  /** Absent: the one that the files give. */
  hostPort: z.number().int().optional(),
  /** The address of this machine to publish on; absent: the one that the files give. */
  hostIp: z.string().optional(),
  /** Which of several publications of the container port is meant: its host port in the files; absent: the first. */
  requestedPort: z.number().int().optional(),
  /** `added`: the files publish no such port; `removed`: they do, and it is left out. Absent: it is moved. */
  change: z.enum(['added', 'removed']).optional(),
});
export type PortRemap = z.infer<typeof portRemap>;

/**
 * Where a copied environment comes from. Nothing that its files name is shared with the original: volumes, networks and
 * container names are its own.
 */
export const cloneOrigin = z.object({
  environmentId: z.string(),
  environmentName: z.string(),
  /** Volumes that the files leave without a name, by service and path: the copy names them to find their data. */
  anonymousVolumes: z.array(z.object({ service: z.string(), target: z.string() })),
  /** Folders and files of this machine are mounted read-only. */
  readOnlyBinds: z.boolean().optional(),
});
export type CloneOrigin = z.infer<typeof cloneOrigin>;

/** One runnable thing in the person's library, as it is stored. */
export const environmentRecord = z.object({
  id: z.string(),
  /** Unique in the library; what the command line takes. */
  name: z.string().min(1),
  directory: z.string(),
  /** Compose files in merge order, absolute; empty: discovered in `directory` at each load. */
  files: z.array(z.string()),
  projectName: z.string(),
  /** Chosen environment profile of `x-slipway`. */
  profile: z.string().optional(),
  /** Compose's own profiles that are on besides the environment profile's. */
  composeProfiles: z.array(z.string()).optional(),
  /** Take the place of the directory's `.env`; absolute. */
  envFiles: z.array(z.string()).optional(),
  /** Values for interpolation that the person gave; secrets are kept elsewhere. */
  values: z.record(z.string(), z.string()),
  portRemaps: z.array(portRemap),
  /** A ready-made environment's id under `resources/environments/`. */
  builtIn: z.string().optional(),
  /** Service → image to run instead of the files' one. */
  images: z.record(z.string(), z.string()).optional(),
  cloneOf: cloneOrigin.optional(),
  createdAt: z.iso.datetime(),
});
export type EnvironmentRecord = z.infer<typeof environmentRecord>;

export const link = z.object({ title: z.string(), url: z.string() });
export type Link = z.infer<typeof link>;

export const environmentSummary = z.object({
  id: z.string(),
  name: z.string(),
  title: z.string(),
  description: z.string().optional(),
  directory: z.string(),
  projectName: z.string(),
  state: stackState,
  servicesRunning: z.number().int(),
  servicesTotal: z.number().int(),
  /** The job that is changing it now. */
  jobId: z.string().optional(),
  /** Its files can't be loaded. The list still shows it. */
  problem: problem.optional(),
});
export type EnvironmentSummary = z.infer<typeof environmentSummary>;

export const environmentProfileView = z.object({
  name: z.string(),
  title: z.string(),
  description: z.string().optional(),
  ask: z.array(
    z.object({
      variable: z.string(),
      title: z.string(),
      secret: z.boolean(),
      defaultValue: z.string().optional(),
    }),
  ),
});
export type EnvironmentProfileView = z.infer<typeof environmentProfileView>;

export const environmentView = z.object({
  summary: environmentSummary,
  record: environmentRecord,
  services: z.array(serviceView),
  links: z.array(link),
  profiles: z.array(environmentProfileView),
  volumes: z.array(z.object({ key: z.string(), name: z.string(), external: z.boolean(), exists: z.boolean() })),
  diagnostics: z.array(diagnostic),
  /** Services whose files can be watched (`develop.watch`). */
  watchable: z.array(z.string()).optional(),
});
export type EnvironmentView = z.infer<typeof environmentView>;

/** A ready-made environment that can be added to the library. */
export const readyMade = z.object({
  id: z.string(),
  title: z.string(),
  description: z.string().optional(),
  /** Already in the library under this environment id. */
  environmentId: z.string().optional(),
});
export type ReadyMade = z.infer<typeof readyMade>;
