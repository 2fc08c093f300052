import { z } from 'zod';

/**
 * Every kind of failure that a person can be shown. The part before the dot is the family; the command line maps
 * families to exit codes. Add a code here before raising it.
 */
export const problemCodes = [
  'internal.unexpected',
  'usage.invalid',
  'project.invalid',
  'project.not-found',
  'project.value-missing',
  'environment.not-found',
  'environment.exists',
  'environment.busy',
  'plan.outdated',
  'plan.unsupported',
  'engine.unreachable',
  'engine.permission-denied',
  'engine.unsupported',
  'engine.lost',
  'engine.conflict',
  'engine.rejected',
  'engine.not-found',
  'engine.no-space',
  'image.not-found',
  'image.wrong-platform',
  'image.pull-failed',
  'image.digest-mismatch',
  'registry.unreachable',
  'registry.unauthorized',
  'registry.rate-limited',
  'registry.tls',
  'registry.invalid-config',
  'registry.not-found',
  'registry.unsupported',
  'port.conflict',
  'port.invalid',
  'network.conflict',
  'network.not-found',
  'volume.in-use',
  'volume.not-found',
  'service.unhealthy',
  'service.exited',
  'service.wait-timeout',
  'bind.source-missing',
  'snapshot.damaged',
  'snapshot.not-found',
  'snapshot.unsupported',
  'snapshot.incompatible',
  'snapshot.no-space',
  'snapshot.locked',
  'snapshot.passphrase',
  'snapshot.database-version',
  'snapshot.unmasked',
  'snapshot.masking-failed',
  'snapshot.hook-failed',
  'bundle.damaged',
  'bundle.unsupported',
  'bundle.incomplete',
  'storage.no-space',
  'storage.failed',
  'storage.damaged',
  'watch.failed',
  'check.failed',
  'job.not-found',
] as const;

export const problemCode = z.enum(problemCodes);
export type ProblemCode = z.infer<typeof problemCode>;

/** Where in a person's own file something is wrong. Lines and columns count from 1. */
export const sourceLocation = z.object({
  file: z.string(),
  line: z.number().int().positive().optional(),
  column: z.number().int().positive().optional(),
  /** Path of the value in the document, e.g. `services.web.ports[0]`. */
  path: z.string().optional(),
});
export type SourceLocation = z.infer<typeof sourceLocation>;

/** One finding about a person's files. Loading returns all of them, in file order. */
export const diagnostic = z.object({
  severity: z.enum(['error', 'warning']),
  message: z.string(),
  hint: z.string().optional(),
  location: sourceLocation.optional(),
});
export type Diagnostic = z.infer<typeof diagnostic>;

/** What a person sees when something fails. `message` says what happened, `hint` what to do now. */
export const problem = z.object({
  code: problemCode,
  message: z.string(),
  hint: z.string().optional(),
  /** Raw text for the curious: an engine's answer, the last log lines. Never a secret. */
  detail: z.string().optional(),
  location: sourceLocation.optional(),
  /** Several findings behind one failure: a file's diagnostics, all port conflicts together. */
  diagnostics: z.array(diagnostic).optional(),
  /** Facts for programs, e.g. `{ service: 'db' }`. */
  data: z.record(z.string(), z.unknown()).optional(),
});
export type Problem = z.infer<typeof problem>;
