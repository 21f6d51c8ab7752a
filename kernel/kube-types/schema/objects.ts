import type { JsonObject, KubeObject } from "../objects.ts";
import type { FieldError } from "../status.ts";
import { applyDefaults, dropForbiddenNulls } from "./defaults.ts";
import { checkEmbeddedResources } from "./embedded-resource.ts";
import { checkListTypes } from "./list-types.ts";
import { prune } from "./prune.ts";
import type { Schema } from "./types.ts";
import { validateValue } from "./validate.ts";

/** Removes unknown fields from a whole object, in place. @returns the paths of what was removed, e.g. `spec.nope`. */
export function pruneObject(object: KubeObject, schema: Schema): string[] {
  return prune(jsonOf(object), schema);
}

/** Removes nulls that the schema does not allow and fills in defaults, in place. */
export function defaultObject(object: KubeObject, schema: Schema): void {
  dropForbiddenNulls(jsonOf(object), schema);
  applyDefaults(jsonOf(object), schema);
}

/**
 * Validates a whole object against its schema: types and value validations, embedded resources, list types. CEL rules are
 * not included; `validateCustomResource` of `@tegata/kube-types/cel` runs these checks and the rules.
 *
 * @param old - what is stored, on an update; errors in unchanged parts are then not reported.
 */
export function validateObject(object: KubeObject, schema: Schema, old?: KubeObject): FieldError[] {
  const value = jsonOf(object);
  const previous = old === undefined ? {} : { old: jsonOf(old) };
  return [
    ...validateValue(value, schema, previous),
    ...checkEmbeddedResources(value, schema),
    ...listTypeErrors(value, schema, old),
  ];
}

/** List types are checked on an update only if the stored object kept them. */
function listTypeErrors(value: JsonObject, schema: Schema, old: KubeObject | undefined): FieldError[] {
  const errors = checkListTypes(value, schema);
  if (errors.length === 0 || old === undefined) return errors;
  return checkListTypes(jsonOf(old), schema).length === 0 ? errors : [];
}

/** An object that came over the wire is JSON; its interface only names the fields. */
function jsonOf(object: KubeObject): JsonObject {
  return object as unknown as JsonObject;
}
