import type { JsonValue } from "../objects.ts";
import { isKnownFormat, type StringFormat, stringFormat } from "./formats.ts";
import type { Schema } from "./types.ts";

/** JSON types as schemas name them; a whole number is an `integer`. */
export type JsonType = "object" | "array" | "string" | "integer" | "number" | "boolean" | "null";

/**
 * A schema prepared for walking values: properties in a Map (so that a key such as `constructor` finds nothing), formats
 * resolved, and for each kind of walk whether there is anything to find below.
 */
export interface CompiledSchema {
  readonly schema: Schema;
  /** Empty: any type. */
  readonly types: readonly JsonType[];
  readonly properties: ReadonlyMap<string, CompiledSchema>;
  /** Schema of the values of other keys. Undefined: see {@link additionalAllowed}. */
  readonly additional: CompiledSchema | undefined;
  /** `additionalProperties: true`, or none given in a value validation. */
  readonly additionalAllowed: boolean;
  readonly items: CompiledSchema | undefined;
  readonly allOf: readonly CompiledSchema[];
  readonly anyOf: readonly CompiledSchema[];
  readonly oneOf: readonly CompiledSchema[];
  readonly not: CompiledSchema | undefined;
  /** Set if the format is known for strings. */
  readonly stringFormat: StringFormat | undefined;
  /** Set if the format is known for numbers: `int32`, `int64`, `float`, `double`. */
  readonly numberFormat: string | undefined;
  readonly preservesUnknown: boolean;
  readonly isEmbeddedResource: boolean;
  /** Properties that have a default. */
  readonly defaults: readonly (readonly [name: string, value: JsonValue])[];
  readonly below: Findings;
}

/** What a schema or any schema below it has; a walk that looks for something skips the branches without it. */
interface Findings {
  readonly defaults: boolean;
  readonly listTypes: boolean;
  readonly embeddedResources: boolean;
  readonly rules: boolean;
}

const cache = new WeakMap<Schema, CompiledSchema>();

/** Compiles a schema once; the schema object must not change afterwards. */
export function compileSchema(schema: Schema): CompiledSchema {
  const known = cache.get(schema);
  if (known !== undefined) return known;
  const compiled = compile(schema);
  cache.set(schema, compiled);
  return compiled;
}

function compile(schema: Schema): CompiledSchema {
  const properties = new Map(Object.entries(schema.properties ?? {}).map(([name, s]) => [name, compileSchema(s)]));
  const additional =
    typeof schema.additionalProperties === "object" ? compileSchema(schema.additionalProperties) : undefined;
  const items = schema.items === undefined ? undefined : compileSchema(schema.items);
  const children = [
    ...properties.values(),
    ...(additional === undefined ? [] : [additional]),
    ...(items === undefined ? [] : [items]),
  ];
  return {
    schema,
    types: typesOf(schema),
    properties,
    additional,
    additionalAllowed: schema.additionalProperties !== false,
    items,
    allOf: (schema.allOf ?? []).map(compileSchema),
    anyOf: (schema.anyOf ?? []).map(compileSchema),
    oneOf: (schema.oneOf ?? []).map(compileSchema),
    not: schema.not === undefined ? undefined : compileSchema(schema.not),
    stringFormat: acceptsText(schema) ? stringFormat(schema.format) : undefined,
    numberFormat: numberFormatOf(schema),
    preservesUnknown: schema["x-kubernetes-preserve-unknown-fields"] === true,
    isEmbeddedResource: schema["x-kubernetes-embedded-resource"] === true,
    defaults: [...properties].flatMap(([name, { schema }]) =>
      schema.default === undefined ? [] : [[name, schema.default] as const],
    ),
    below: findingsOf(schema, children),
  };
}

function typesOf(schema: Schema): readonly JsonType[] {
  if (schema["x-kubernetes-int-or-string"] === true) return ["integer", "string"];
  return schema.type === undefined ? [] : [schema.type];
}

function acceptsText(schema: Schema): boolean {
  return schema.type === "string" || (schema.type === undefined && schema["x-kubernetes-int-or-string"] !== true);
}

function numberFormatOf({ type, format = "" }: Schema): string | undefined {
  const isNumeric = type === "integer" || type === "number";
  return isNumeric && isKnownFormat(type, format) ? format : undefined;
}

function findingsOf(schema: Schema, children: readonly CompiledSchema[]): Findings {
  const listType = schema["x-kubernetes-list-type"];
  return {
    defaults: schema.default !== undefined || children.some(({ below }) => below.defaults),
    listTypes: listType === "set" || listType === "map" || children.some(({ below }) => below.listTypes),
    embeddedResources:
      schema["x-kubernetes-embedded-resource"] === true || children.some(({ below }) => below.embeddedResources),
    rules: (schema["x-kubernetes-validations"] ?? []).length > 0 || children.some(({ below }) => below.rules),
  };
}
