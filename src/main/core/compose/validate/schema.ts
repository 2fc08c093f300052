import composeSchema from '../../../../../node_modules/dclint/schemas/compose.schema.json' with { type: 'json' };
import type { Diagnostics } from '../source/diagnostics.ts';
import type { MapNode } from '../source/node.ts';
import { child, type Path } from '../source/path.ts';
import { checkSchema } from './schema-check.ts';
import { describeFault } from './schema-messages.ts';
import { schemaRules, type JsonSchema, type SchemaRule } from './schema-rule.ts';

/** More findings than a person would read are not reported. */
const maxFindings = 200;

let rules: SchemaRule | undefined;

/**
 * Reports where the document does not follow the schema of the Compose Specification.
 *
 * The document is checked as it is, without a library: those turn the schema into code first, which takes longer than
 * to load several hundred services, and know neither lines nor which of several forms a person meant.
 *
 * Source: the specification's `compose-spec.json`, as the package dclint carries it.
 */
export function validateSchema(document: MapNode, diagnostics: Diagnostics): void {
  rules ??= schemaRules(currentSchema());
  for (const { node, keys, fault } of checkSchema(document, rules).slice(0, maxFindings)) {
    const path = pathOf(keys);
    const { message, hint } = describeFault(fault, path);
    diagnostics.error(fault.kind === 'unknown-key' ? (node.keyAt ?? node.at) : node.at, message, hint, path);
  }
}

function pathOf(keys: readonly (string | number)[]): Path | undefined {
  let path: Path | undefined;
  for (const key of keys) path = child(path, key);
  return path;
}

interface MutableSchema {
  definitions: Record<string, { properties: Record<string, Record<string, unknown>> }>;
}

/** The packaged schema with what the specification has gained since. */
function currentSchema(): JsonSchema & { readonly definitions: Readonly<Record<string, JsonSchema>> } {
  const schema = structuredClone(composeSchema) as unknown as MutableSchema;
  const textOrFlag = { type: ['string', 'boolean'] };
  const service = schema.definitions['service']?.properties;
  const build = (service?.['build']?.['oneOf'] as { properties?: Record<string, unknown> }[] | undefined)?.[1]?.properties;
  if (build) Object.assign(build, { provenance: textOrFlag, sbom: textOrFlag });
  const models = (service?.['models']?.['oneOf'] as { patternProperties?: Record<string, unknown> }[] | undefined)?.[1];
  const patterns = models?.patternProperties;
  for (const [pattern, model] of Object.entries(patterns ?? {})) {
    if (patterns && !pattern.startsWith('^x-')) patterns[pattern] = { oneOf: [model, { type: 'null' }] };
  }
  const watch = schema.definitions['development']?.properties['watch']?.['items'] as
    | { properties: Record<string, unknown> }
    | undefined;
  if (watch) watch.properties['initial_sync'] = { type: 'boolean' };
  return schema;
}
