import type { JsonArray, JsonObject, JsonValue } from "../objects.ts";
import { type CompiledSchema, compileSchema } from "./compiled-schema.ts";
import { cloneJson, isJsonObject, memberOf, setMember } from "./json-value.ts";
import type { Schema } from "./types.ts";

/**
 * Fills in the schema's defaults, in place: for keys that are absent, and for nulls that are not nullable. Idempotent.
 *
 * @see Kubernetes, CustomResourceDefinitions, "Defaulting and Nullable"
 */
export function applyDefaults(value: JsonValue, schema: Schema): void {
  fill(value, compileSchema(schema));
}

/**
 * Removes nulls where the schema neither allows null nor has a default to put there, in place. The API server does this
 * to what clients send, before {@link applyDefaults}.
 */
export function dropForbiddenNulls(value: JsonValue, schema: Schema): void {
  dropNulls(value, compileSchema(schema));
}

function fill(value: JsonValue, node: CompiledSchema): void {
  if (value === null || typeof value !== "object" || !node.below.defaults) return;
  if (Array.isArray(value)) fillItems(value, node);
  else fillMembers(value, node);
}

function fillMembers(object: JsonObject, node: CompiledSchema): void {
  for (const [name, value] of node.defaults) {
    const present = memberOf(object, name);
    if (present === undefined || (present === null && node.properties.get(name)?.schema.nullable !== true))
      setMember(object, name, cloneJson(value));
  }
  for (const key of Object.keys(object)) {
    const child = node.properties.get(key) ?? node.additional;
    if (child === undefined) continue;
    const fallback = child.schema.default;
    if (object[key] === null && child.schema.nullable !== true && fallback !== undefined)
      setMember(object, key, cloneJson(fallback));
    fill(memberOf(object, key) ?? null, child);
  }
}

function fillItems(items: JsonArray, { items: child }: CompiledSchema): void {
  if (child === undefined) return;
  const { default: fallback, nullable } = child.schema;
  for (const [i, item] of items.entries()) {
    if (item === null && nullable !== true && fallback !== undefined) items[i] = cloneJson(fallback);
    fill(items[i] ?? null, child);
  }
}

function dropNulls(value: JsonValue, node: CompiledSchema): void {
  if (Array.isArray(value)) {
    const child = node.items;
    if (child !== undefined) for (const item of value) dropNulls(item, child);
  } else if (isJsonObject(value)) {
    for (const key of Object.keys(value)) {
      const child = node.properties.get(key) ?? node.additional;
      if (child === undefined) continue;
      const member = memberOf(value, key) ?? null;
      if (member === null && child.schema.nullable !== true && child.schema.default === undefined) delete value[key];
      else dropNulls(member, child);
    }
  }
}
