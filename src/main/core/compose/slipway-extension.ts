import { z } from 'zod';
import type { Diagnostic } from '../../../shared/problem.ts';
import { Fault } from '../base/fault.ts';
import type { LoadedProject } from './load.ts';
import { maskingRules } from './masking-rules.ts';
import { snapshotRules } from './snapshot-rules.ts';
import type { Node } from './source/node.ts';
import { toLocation } from './source/place.ts';

const key = 'x-slipway';

const duration = z.string().regex(/^\d+(\.\d+)?(ms|s|m|h)$/, 'must be a duration such as 20s');
const links = z.array(z.object({ title: z.string(), url: z.string() }).strict());
const text = z.union([z.string(), z.number(), z.boolean()]).transform(String);

/** One way to find out whether a stack really works. Exactly one kind each. */
const check = z
  .object({
    http: z
      .object({ url: z.string(), status: z.int().optional(), body: z.string().optional(), json: z.record(z.string(), z.unknown()).optional() })
      .strict()
      .optional(),
    tcp: z.string().optional(),
    command: z.object({ service: z.string(), command: z.union([z.string(), z.array(text)]) }).strict().optional(),
    log: z.object({ service: z.string(), pattern: z.string() }).strict().optional(),
    timeout: duration.optional(),
  })
  .strict()
  .refine(
    ({ http, tcp, command, log }) => [http, tcp, command, log].filter((kind) => kind !== undefined).length === 1,
    'must have exactly one of http, tcp, command and log',
  );

export type SlipwayCheck = z.infer<typeof check>;

/** A value that a person is asked for before the first start. */
const ask = z
  .object({ title: z.string().optional(), secret: z.boolean().optional(), default: text.optional(), pattern: z.string().optional() })
  .strict();

/** An environment profile: a named recipe for running the stack. */
const profile = z
  .object({
    title: z.string().optional(),
    description: z.string().optional(),
    /** Compose's own profiles to enable. */
    profiles: z.array(z.string()).default([]),
    env: z.record(z.string(), text).default({}),
    ask: z.record(z.string(), ask).default({}),
    /** File with the digests to run. */
    lock: z.string().optional(),
    /** Snapshot to begin with. */
    seed: z.string().optional(),
    checks: z.record(z.string(), check).default({}),
    links: links.optional(),
  })
  .strict();
export type SlipwayProfile = z.infer<typeof profile>;

const extension = z
  .object({
    title: z.string().optional(),
    description: z.string().optional(),
    links: links.default([]),
    profiles: z.record(z.string(), profile).default({}),
    snapshot: snapshotRules.prefault({}),
    masking: maskingRules.default({}),
  })
  .strict();
export type SlipwayExtension = z.infer<typeof extension>;

/**
 * What a stack says about itself to Slipway, under `x-slipway` at the top level of its Compose files. A stack without
 * it has no title, links or profiles. Raises `project.invalid` with every finding.
 */
export function readSlipwayExtension({
  extensions,
  document,
}: Pick<LoadedProject, 'extensions' | 'document'>): SlipwayExtension {
  const parsed = extension.safeParse(extensions[key] ?? {});
  const diagnostics = parsed.success
    ? unknownServices(parsed.data, document)
    : parsed.error.issues.map((issue) => finding(document, [key, ...issue.path.map(String)], issue.message));
  if (parsed.success && diagnostics.length === 0) return parsed.data;
  throw new Fault({
    code: 'project.invalid',
    message: `What stands under ${key} isn't understood.`,
    hint: 'The README tells what can stand there.',
    diagnostics,
  });
}

function finding(document: Node, path: readonly string[], message: string): Diagnostic {
  const place = path.join('.');
  const node = deepest(document, path);
  return { severity: 'error', message: `${place}: ${message}`, location: toLocation(node.keyAt ?? node.at, place) };
}

/** Rules of snapshots and masking that name a service which the files don't have. */
function unknownServices({ snapshot, masking }: SlipwayExtension, document: Node): Diagnostic[] {
  const services = document.kind === 'map' ? document.entries.get('services') : undefined;
  const isKnown = (service: string): boolean => services?.kind === 'map' && services.entries.has(service);
  const check = (service: string, path: readonly string[]): Diagnostic[] =>
    isKnown(service) ? [] : [finding(document, [key, ...path], `there is no service ${service}`)];
  return [
    ...snapshot.include.flatMap((mount, index) => check(mount.split(':')[0] ?? '', ['snapshot', 'include', String(index)])),
    ...Object.keys(snapshot.hooks).flatMap((service) => check(service, ['snapshot', 'hooks', service])),
    ...Object.keys(masking).flatMap((service) => check(service, ['masking', service])),
  ];
}

/** The value at `path`, or the innermost one around it that exists. */
function deepest(node: Node, path: readonly string[]): Node {
  const [key, ...rest] = path;
  const inner =
    key === undefined ? undefined : node.kind === 'map' ? node.entries.get(key) : node.kind === 'list' ? node.items[Number(key)] : undefined;
  return inner ? deepest(inner, rest) : node;
}
