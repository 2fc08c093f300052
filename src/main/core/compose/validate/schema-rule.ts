/** Types of JSON values. A whole number is an `integer` and a `number`. */
export type SchemaType = 'string' | 'number' | 'integer' | 'boolean' | 'object' | 'array' | 'null';

/** A JSON Schema (draft 7) as far as the Compose Specification's uses it. */
export interface JsonSchema {
  readonly $ref?: string;
  readonly type?: SchemaType | readonly SchemaType[];
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly patternProperties?: Readonly<Record<string, JsonSchema>>;
  readonly additionalProperties?: boolean | JsonSchema;
  readonly required?: readonly string[];
  readonly items?: JsonSchema;
  readonly uniqueItems?: boolean;
  readonly oneOf?: readonly JsonSchema[];
  readonly enum?: readonly string[];
  readonly pattern?: string;
  readonly minimum?: number;
  readonly maximum?: number;
}

/** One place of a schema, ready to check values with. */
export interface SchemaRule {
  /** Undefined: any. */
  readonly types: readonly SchemaType[] | undefined;
  readonly properties: ReadonlyMap<string, SchemaRule>;
  readonly patterns: readonly (readonly [RegExp, SchemaRule])[];
  /** What holds for keys that neither `properties` nor `patterns` know; `false`: there may be none. */
  readonly others: SchemaRule | boolean;
  readonly required: readonly string[];
  readonly items: SchemaRule | undefined;
  readonly uniqueItems: boolean;
  readonly choices: readonly SchemaRule[];
  readonly values: readonly string[] | undefined;
  readonly pattern: RegExp | undefined;
  readonly minimum: number;
  readonly maximum: number;
}

const keywords: ReadonlySet<string> = new Set<keyof JsonSchema>([
  '$ref',
  'type',
  'properties',
  'patternProperties',
  'additionalProperties',
  'required',
  'items',
  'uniqueItems',
  'oneOf',
  'enum',
  'pattern',
  'minimum',
  'maximum',
]);
const annotations: ReadonlySet<string> = new Set(['$schema', '$id', 'title', 'description', 'default', 'deprecated', 'definitions']);

type Definitions = Readonly<Record<string, JsonSchema>>;

/**
 * The rules of a schema.
 *
 * @throws Error for a keyword that is not known here, so that a newer schema is not followed by halves unnoticed
 */
export function schemaRules(schema: JsonSchema & { readonly definitions: Definitions }): SchemaRule {
  const named = new Map<string, SchemaRule>();
  return ruleOf(schema);

  function ruleOf(part: JsonSchema): SchemaRule {
    if (part.$ref !== undefined) return reference(part.$ref);
    const unknown = Object.keys(part).find((keyword) => !keywords.has(keyword) && !annotations.has(keyword));
    if (unknown !== undefined) throw new Error(`The schema uses ${unknown}, which is not supported.`);
    const { additionalProperties = true } = part;
    return {
      types: part.type === undefined ? undefined : [part.type].flat(),
      properties: new Map(Object.entries(part.properties ?? {}).map(([key, value]) => [key, ruleOf(value)])),
      patterns: Object.entries(part.patternProperties ?? {}).map(([key, value]) => [new RegExp(key), ruleOf(value)]),
      others: typeof additionalProperties === 'boolean' ? additionalProperties : ruleOf(additionalProperties),
      required: part.required ?? [],
      items: part.items && ruleOf(part.items),
      uniqueItems: part.uniqueItems ?? false,
      choices: (part.oneOf ?? []).map(ruleOf),
      values: part.enum,
      pattern: part.pattern === undefined ? undefined : new RegExp(part.pattern),
      minimum: part.minimum ?? -Infinity,
      maximum: part.maximum ?? Infinity,
    };
  }

  function reference(address: string): SchemaRule {
    const known = named.get(address);
    if (known) return known;
    const definition = schema.definitions[address.replace('#/definitions/', '')];
    if (!definition) throw new Error(`The schema refers to ${address}, which it does not define.`);
    const rule = ruleOf(definition);
    named.set(address, rule);
    return rule;
  }
}
