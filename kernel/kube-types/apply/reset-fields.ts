import type { JsonObject } from "../objects.ts";
import type { Schema } from "../schema/types.ts";

/**
 * The fields that an endpoint resets, whoever writes them: of a kind with a `status` subresource, the object's own endpoint
 * resets `status`, and the subresource resets `spec`.
 */
export function resetFieldsOf(subresource: string, hasStatus: boolean): readonly (readonly string[])[] {
  if (subresource === "status") return [["spec"]];
  return subresource === "" && hasStatus ? [["status"]] : [];
}

/**
 * What an empty object of a built-in kind holds: the structs that are always printed, which its schema gives the default
 * `{}`, and theirs.
 */
export function zeroOf(schema: Schema): JsonObject {
  const zero: JsonObject = {};
  for (const [name, property] of Object.entries(schema.properties ?? {})) {
    if (isEmptyObject(property.default)) zero[name] = zeroOf(property);
  }
  return zero;
}

function isEmptyObject(value: unknown): boolean {
  return typeof value === "object" && value !== null && !Array.isArray(value) && Object.keys(value).length === 0;
}
