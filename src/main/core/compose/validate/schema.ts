import { Ajv, type ErrorObject, type ValidateFunction } from 'ajv';
import composeSchema from '../../../../../node_modules/dclint/schemas/compose.schema.json' with { type: 'json' };
import type { Diagnostics } from '../source/diagnostics.ts';
import type { MapNode, Node } from '../source/node.ts';
import { child, type Path } from '../source/path.ts';
import { Timestamp } from '../source/timestamp.ts';
import { describe, mostSpecific } from './schema-messages.ts';

interface MutableSchema {
  $schema?: string;
  definitions: Record<string, { properties: Record<string, Record<string, unknown>> }>;
}

/** More findings than a person would read are not collected. */
const maxFindings = 200;

let compiled: ValidateFunction | undefined;

/**
 * Reports where the document does not follow the schema of the Compose Specification.
 *
 * Source: the specification's `compose-spec.json`, as the package dclint carries it.
 */
export function validateSchema(document: MapNode, diagnostics: Diagnostics): void {
  compiled ??= new Ajv({ allErrors: true, strict: false, verbose: true, unicodeRegExp: false }).compile(currentSchema());
  if (compiled(toPlain(document))) return;
  for (const error of mostSpecific(compiled.errors ?? []).slice(0, maxFindings)) report(error, document, diagnostics);
}

function report(error: ErrorObject, document: MapNode, diagnostics: Diagnostics): void {
  let node: Node | undefined = document;
  let path: Path | undefined;
  for (const segment of error.instancePath.split('/').slice(1)) {
    const key: string = segment.replaceAll('~1', '/').replaceAll('~0', '~');
    path = child(path, node?.kind === 'list' ? Number(key) : key);
    node = node?.kind === 'list' ? node.items[Number(key)] : node?.kind === 'map' ? node.entries.get(key) : undefined;
  }
  const extra = (error.params as { additionalProperty?: string }).additionalProperty;
  const unknown = extra !== undefined && node?.kind === 'map' ? node.entries.get(extra) : undefined;
  const at = unknown ? (unknown.keyAt ?? unknown.at) : (node?.at ?? document.at);
  const { message, hint } = describe(error, path);
  diagnostics.error(at, message, hint, unknown && extra !== undefined ? child(path, extra) : path);
}

/** The packaged schema with what the specification has gained since. */
function currentSchema(): object {
  const schema = structuredClone(composeSchema) as unknown as MutableSchema;
  // The schema names its dialect by an address that Ajv does not know; it is draft 7, which is Ajv's own.
  delete schema.$schema;
  const textOrFlag = { type: ['string', 'boolean'] };
  const service = schema.definitions['service']?.properties;
  const build = (service?.['build']?.['oneOf'] as { properties?: Record<string, unknown> }[] | undefined)?.[1]?.properties;
  if (build) Object.assign(build, { provenance: textOrFlag, sbom: textOrFlag });
  const models = (service?.['models']?.['oneOf'] as { patternProperties?: Record<string, unknown> }[] | undefined)?.[1];
  const patterns = models?.patternProperties;
  for (const [pattern, model] of Object.entries(patterns ?? {})) {
    if (patterns && !pattern.startsWith('^x-')) patterns[pattern] = { anyOf: [model, { type: 'null' }] };
  }
  const watch = schema.definitions['development']?.properties['watch']?.['items'] as
    | { properties: Record<string, unknown> }
    | undefined;
  if (watch) watch.properties['initial_sync'] = { type: 'boolean' };
  return schema;
}

/** The document's data; a moment is of no type that the schema knows, so that it fits nowhere. */
function toPlain(node: Node): unknown {
  if (node.kind === 'list') return node.items.map(toPlain);
  if (node.kind === 'scalar') {
    if (node.value instanceof Timestamp) return Symbol('timestamp');
    return typeof node.value === 'bigint' ? Number(node.value) : node.value;
  }
  const data: Record<string, unknown> = {};
  for (const [key, value] of node.entries) {
    if (key === '__proto__') Object.defineProperty(data, key, { value: toPlain(value), enumerable: true });
    else data[key] = toPlain(value);
  }
  return data;
}
