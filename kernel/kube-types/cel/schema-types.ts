import type { Schema } from "../schema/types.ts";
import { escapeFieldName } from "./escape.ts";
import { BOOL, BYTES, type CelType, DOUBLE, DURATION, DYN, type Field, INT, STRING, TIMESTAMP } from "./types.ts";

const cache = new WeakMap<Schema, CelType | "none">();
const rootCache = new WeakMap<Schema, CelType | "none">();

/**
 * The type that CEL expressions see for the values of a schema.
 *
 * @param isResource - the schema describes a whole object, whose `apiVersion`, `kind`, `metadata.name` and
 *   `metadata.generateName` can always be read.
 * @returns undefined if expressions do not see such values, e.g. because their type is not known.
 * @see k8s.io/apiserver/pkg/cel/common SchemaDeclType
 */
export function celTypeOf(schema: Schema, isResource: boolean): CelType | undefined {
  const known = (isResource ? rootCache : cache).get(schema);
  if (known !== undefined) return known === "none" ? undefined : known;
  const type = typeOf(schema, isResource);
  (isResource ? rootCache : cache).set(schema, type ?? "none");
  return type;
}

function typeOf(schema: Schema, isResource: boolean): CelType | undefined {
  if (schema["x-kubernetes-int-or-string"] === true) return DYN;
  if (isResource) return objectType(schema, TYPE_AND_METADATA);
  switch (schema.type) {
    case "array":
      return listType(schema);
    case "object":
      return mapOrObjectType(schema);
    case "string":
      return textType(schema);
    case "boolean":
      return BOOL;
    case "number":
      return DOUBLE;
    case "integer":
      return INT;
    default:
      return undefined;
  }
}

function listType(schema: Schema): CelType | undefined {
  const element = schema.items === undefined ? undefined : childType(schema.items);
  if (element === undefined) return undefined;
  const kind = schema["x-kubernetes-list-type"];
  if (kind !== "set" && kind !== "map") return { kind: "list", element };
  return { kind: "list", element, listType: { kind, keys: schema["x-kubernetes-list-map-keys"] ?? [] } };
}

function childType(schema: Schema): CelType | undefined {
  return celTypeOf(schema, schema["x-kubernetes-embedded-resource"] === true);
}

function mapOrObjectType(schema: Schema): CelType | undefined {
  if (typeof schema.additionalProperties !== "object") return objectType(schema, []);
  const value = childType(schema.additionalProperties);
  return value === undefined ? undefined : { kind: "map", key: STRING, value };
}

function textType({ format }: Schema): CelType {
  switch (format) {
    case "byte":
      return BYTES;
    case "duration":
      return DURATION;
    case "date":
    case "date-time":
      return TIMESTAMP;
    default:
      return STRING;
  }
}

const METADATA: CelType = {
  kind: "object",
  name: "metadata",
  fields: new Map(["name", "generateName"].map((name): [string, Field] => [name, { jsonName: name, type: STRING }])),
};

const TYPE_AND_METADATA: readonly (readonly [string, Field])[] = [
  ["apiVersion", { jsonName: "apiVersion", type: STRING }],
  ["kind", { jsonName: "kind", type: STRING }],
  ["metadata", { jsonName: "metadata", type: METADATA }],
];

/** A schema may say more of metadata, if it says all of what is implied. */
function isWholeMetadata(type: CelType | undefined): boolean {
  return type?.kind === "object" && type.fields.has("name") && type.fields.has("generateName");
}

function objectType(schema: Schema, implied: readonly (readonly [string, Field])[]): CelType {
  const fields = new Map<string, Field>();
  for (const [jsonName, property] of Object.entries(schema.properties ?? {})) {
    const [name, type] = [escapeFieldName(jsonName), childType(property)];
    if (name === undefined || type === undefined) continue;
    fields.set(name, { jsonName, type });
    // After a dot, reserved words can be written as they are.
    if (/^[a-z]+$/.test(jsonName)) fields.set(jsonName, { jsonName, type });
  }
  for (const [name, field] of implied) if (!isWholeMetadata(fields.get(name)?.type)) fields.set(name, field);
  return { kind: "object", name: "object", fields };
}
