import { z } from 'zod';

export const snapshotVolume = z.object({
  /** The volume's key in the Compose file. */
  key: z.string(),
  /** Its name on the engine when it was captured. */
  name: z.string(),
  bytes: z.number().nonnegative(),
  files: z.number().int().nonnegative(),
});
export type SnapshotVolume = z.infer<typeof snapshotVolume>;

/** One snapshot as a person sees it. Sizes in bytes. */
export const snapshotSummary = z.object({
  /** `sha256:…` of its manifest. */
  id: z.string(),
  name: z.string(),
  environmentId: z.string(),
  environmentName: z.string(),
  createdAt: z.iso.datetime(),
  kind: z.enum(['manual', 'safety', 'scheduled', 'seed']),
  consistency: z.enum(['paused', 'stopped', 'hooks', 'live']),
  note: z.string().optional(),
  tags: z.array(z.string()),
  volumes: z.array(snapshotVolume),
  logicalBytes: z.number().nonnegative(),
  /** What this snapshot added to the store when it was taken. */
  newBytes: z.number().nonnegative(),
  parent: z.string().optional(),
  /** Only of a masked copy: the snapshot that it was made from. */
  maskedFrom: z.string().optional(),
  /** Image reference → digest of what ran. */
  images: z.record(z.string(), z.string()),
  /** Why it can't be read; such a snapshot can only be removed, and its other fields may be empty. */
  problem: z.string().optional(),
});
export type SnapshotSummary = z.infer<typeof snapshotSummary>;

/** A snapshot's page: the summary and what it was taken from. */
export const snapshotDetails = snapshotSummary.extend({
  project: z.string(),
  engine: z.object({ name: z.string(), version: z.string(), platform: z.string() }),
  /** The project's resolved configuration with secrets masked, as the caller gave it. */
  resolvedConfig: z.unknown(),
  volumeSpecs: z.array(
    z.object({
      key: z.string(),
      name: z.string(),
      driver: z.string(),
      driverOptions: z.record(z.string(), z.string()),
      labels: z.record(z.string(), z.string()),
    }),
  ),
  /** Compressed bytes of every pack that it needs, shared ones included. */
  packedBytes: z.number().nonnegative(),
  packs: z.number().int().nonnegative(),
});
export type SnapshotDetails = z.infer<typeof snapshotDetails>;

/** One line of progress of a capture, a restore or a verification. */
export const snapshotProgress = z.object({
  phase: z.enum(['verifying', 'capturing', 'catching-up', 'safety', 'comparing', 'clearing', 'writing', 'finishing']),
  /** The volume being worked on, as the engine names it. */
  volume: z.string().optional(),
  /** Uncompressed bytes done; while verifying, compressed bytes. */
  bytes: z.number().nonnegative(),
  /** Absent while it can't be known. */
  totalBytes: z.number().nonnegative().optional(),
  files: z.number().nonnegative(),
  /** Compressed bytes that were new to the store. */
  newBytes: z.number().nonnegative(),
});
export type SnapshotProgress = z.infer<typeof snapshotProgress>;

/** One thing that differs between two states of a volume. */
export const differentEntry = z.object({
  /** The volume's key, by which volumes of different environments correspond. */
  volume: z.string(),
  path: z.string(),
  /** `metadata`: owner, mode or attributes only. Times alone are no difference. */
  kind: z.enum(['added', 'removed', 'content', 'metadata']),
  sizeBefore: z.number().nonnegative().optional(),
  sizeAfter: z.number().nonnegative().optional(),
});
export type DifferentEntry = z.infer<typeof differentEntry>;

/** What a restore would do, told before it is done. */
export const restorePreview = z.object({
  /** The services that would be stopped meanwhile, joined by commas; empty when none runs. */
  services: z.string(),
  volumes: z.array(
    z.object({
      key: z.string(),
      /** Its name on the engine. */
      volume: z.string(),
      /** It would be made. */
      isNew: z.boolean(),
      added: z.number().int().nonnegative(),
      removed: z.number().int().nonnegative(),
      /** In content or in metadata. */
      changed: z.number().int().nonnegative(),
      /** Size of the files that would be written anew or changed, in bytes. */
      bytes: z.number().nonnegative(),
    }),
  ),
  /** The first of the files that differ, by volume and path. */
  entries: z.array(differentEntry),
  /** Whether `entries` are all of them. */
  complete: z.boolean(),
});
export type RestorePreview = z.infer<typeof restorePreview>;

/** What a verification found. `damaged` is empty when the snapshot would restore bit-exactly. */
export const snapshotVerification = z.object({
  id: z.string(),
  checkedBytes: z.number().nonnegative(),
  damaged: z.array(z.object({ blob: z.string(), reason: z.string() })),
});
export type SnapshotVerification = z.infer<typeof snapshotVerification>;

/** Space of a whole store, in compressed bytes on disk. */
export const snapshotUsage = z.object({
  logicalBytes: z.number().nonnegative(),
  storedBytes: z.number().nonnegative(),
  /** Bytes that no snapshot refers to; `prune` frees them. */
  unreferencedBytes: z.number().nonnegative(),
  snapshots: z.array(
    z.object({
      id: z.string(),
      /** Bytes that only this snapshot refers to. */
      uniqueBytes: z.number().nonnegative(),
      sharedBytes: z.number().nonnegative(),
    }),
  ),
});
export type SnapshotUsage = z.infer<typeof snapshotUsage>;

/** One line of a directory's listing inside a snapshot. */
export const listedEntry = z.object({
  name: z.string(),
  type: z.enum(['directory', 'file', 'symlink', 'hardlink', 'fifo', 'character', 'block']),
  mode: z.number().int(),
  uid: z.number().int(),
  gid: z.number().int(),
  modifiedAt: z.iso.datetime(),
  /** Of files. */
  size: z.number().nonnegative().optional(),
  /** Of links. */
  target: z.string().optional(),
});
export type ListedEntry = z.infer<typeof listedEntry>;

/** What changed from one snapshot to another. */
export const snapshotDifference = z.object({
  counts: z.record(differentEntry.shape.kind, z.number().int().nonnegative()),
  /** In the order of paths; the first ones where there are too many to show. */
  entries: z.array(differentEntry),
  complete: z.boolean(),
});
export type SnapshotDifference = z.infer<typeof snapshotDifference>;

/** A file of a snapshot as text, as far as that makes sense. */
export const fileText = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('text'), text: z.string(), bytes: z.number().nonnegative() }),
  z.object({ kind: z.literal('binary'), bytes: z.number().nonnegative() }),
  /** Longer than anybody reads; its size is in the listing. */
  z.object({ kind: z.literal('too-long'), limit: z.number().int() }),
]);
export type FileText = z.infer<typeof fileText>;

/** What changed in the text of one file. Lines begin with `+`, `-` or a space. */
export const textDifference = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('text'),
    hunks: z.array(z.object({ oldStart: z.number().int(), newStart: z.number().int(), lines: z.array(z.string()) })),
  }),
  z.object({ kind: z.literal('binary') }),
  z.object({ kind: z.literal('too-long'), limit: z.number().int() }),
]);
export type TextDifference = z.infer<typeof textDifference>;
