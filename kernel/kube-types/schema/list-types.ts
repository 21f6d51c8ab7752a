import type { JsonArray, JsonValue } from "../objects.ts";
import type { FieldError } from "../status.ts";
import { type CompiledSchema, compileSchema } from "./compiled-schema.ts";
import { duplicateError, invalidError } from "./field-error.ts";
import { formatGoJson } from "./go-text.ts";
import { isJsonObject, memberOf, setMember } from "./json-value.ts";
import type { Schema } from "./types.ts";

/**
 * Checks that lists of type `set` have no equal items and lists of type `map` no two items with the same keys.
 *
 * @see k8s.io/apiextensions-apiserver/pkg/apiserver/schema/listtype
 */
export function checkListTypes(value: JsonValue, schema: Schema): FieldError[] {
  const errors: FieldError[] = [];
  visit(value, compileSchema(schema), "", errors);
  return errors;
}

function visit(value: JsonValue, node: CompiledSchema, field: string, errors: FieldError[]): void {
  if (!node.below.listTypes) return;
  if (Array.isArray(value)) {
    visitList(value, node, field, errors);
  } else if (isJsonObject(value)) {
    for (const key of Object.keys(value)) {
      const property = node.properties.get(key);
      const child = property ?? node.additional;
      if (child !== undefined) visit(value[key] ?? null, child, childField(field, key, property === undefined), errors);
    }
  }
}

/** Path of a child as `field.Path` prints it: the key of a map in brackets, a field after a dot. */
function childField(field: string, key: string, isMapKey: boolean): string {
  if (isMapKey) return `${field}[${key}]`;
  return field === "" ? key : `${field}.${key}`;
}

function visitList(items: JsonArray, node: CompiledSchema, field: string, errors: FieldError[]): void {
  const listType = node.schema["x-kubernetes-list-type"];
  if (listType === "set") checkUnique(items, field, errors);
  if (listType === "map") checkMapList(items, node.schema["x-kubernetes-list-map-keys"] ?? [], field, errors);
  const child = node.items;
  if (child === undefined) return;
  for (const [i, item] of items.entries()) visit(item, child, `${field}[${i}]`, errors);
}

function checkMapList(items: JsonArray, keys: readonly string[], field: string, errors: FieldError[]): void {
  const odd = items.findIndex((item) => item !== null && !isJsonObject(item));
  if (odd >= 0) {
    errors.push(
      invalidError(`${field}[${odd}]`, items[odd] ?? null, "must be an object for an array of list-type map"),
    );
    return;
  }
  if (items.length > 1)
    checkUnique(
      items.map((item) => keysOf(item, keys)),
      field,
      errors,
    );
}

function keysOf(item: JsonValue, keys: readonly string[]): JsonValue {
  const own: Record<string, JsonValue> = {};
  if (!isJsonObject(item)) return own;
  for (const key of keys) {
    const value = memberOf(item, key);
    if (value !== undefined) setMember(own, key, value);
  }
  return own;
}

/** Reports each repeated value once, at its second appearance. */
function checkUnique(values: JsonArray, field: string, errors: FieldError[]): void {
  if (values.length <= 1) return;
  const times = new Map<string, number>();
  for (const [i, value] of values.entries()) {
    const text = formatGoJson(value);
    const seen = times.get(text) ?? 0;
    times.set(text, seen + 1);
    if (seen === 1) errors.push(duplicateError(`${field}[${i}]`, value));
  }
}
