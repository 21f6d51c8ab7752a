import type { JsonArray, JsonObject, JsonValue } from "../objects.ts";
import { equalJson, isJsonObject, memberOf } from "./json-value.ts";
import type { Schema } from "./types.ts";

/** The member of the old value that a member of the new value replaces. @returns `undefined` if there is none. */
export function correlatedMember(key: string, old: JsonValue, schema: Schema): JsonValue | undefined {
  if (!isJsonObject(old) || schema["x-kubernetes-map-type"] === "atomic") return undefined;
  return memberOf(old, key);
}

/**
 * The item of the old list that an item of the new list replaces: the one with the same keys, if the list is of type `map`.
 * Items of other lists cannot be told apart.
 *
 * @returns `undefined` if there is none.
 */
export function correlatedItem(item: JsonValue | undefined, old: JsonValue, schema: Schema): JsonValue | undefined {
  if (schema["x-kubernetes-list-type"] !== "map" || !isJsonObject(item) || !Array.isArray(old)) return undefined;
  return findByKeys(old, item, schema);
}

function findByKeys(items: JsonArray, wanted: JsonObject, schema: Schema): JsonValue | undefined {
  const keys = schema["x-kubernetes-list-map-keys"] ?? [];
  return items.find(
    (item) =>
      isJsonObject(item) && keys.every((key) => equalJson(keyOf(item, key, schema), keyOf(wanted, key, schema))),
  );
}

/** A key that is absent counts as its default. */
function keyOf(item: JsonObject, key: string, { items }: Schema): JsonValue | undefined {
  return memberOf(item, key) ?? items?.properties?.[key]?.default;
}
