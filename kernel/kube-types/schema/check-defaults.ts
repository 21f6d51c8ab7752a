import type { FieldError } from "../status.ts";
import { checkEmbeddedResources } from "./embedded-resource.ts";
import { invalidError } from "./field-error.ts";
import { cloneJson } from "./json-value.ts";
import { prune } from "./prune.ts";
import type { Schema } from "./types.ts";
import { validateValue } from "./validate.ts";

/** Checks that every default is itself valid and has no fields that the schema does not know. */
export function checkDefaults(schema: Schema, path: string): FieldError[] {
  const own = schema.default === undefined ? [] : checkDefault(schema, `${path}.default`);
  const items = schema.items === undefined ? [] : checkDefaults(schema.items, `${path}.items`);
  const properties = Object.entries(schema.properties ?? {}).flatMap(([name, property]) =>
    checkDefaults(property, `${path}.properties[${name}]`),
  );
  return [...own, ...items, ...properties];
}

function checkDefault(schema: Schema, field: string): FieldError[] {
  const value = cloneJson(schema.default ?? null);
  const unknown = prune(value, schema, { isResourceRoot: false });
  const original = schema.default ?? null;
  return [
    ...(unknown.length === 0 ? [] : [invalidError(field, original, "must not have unknown fields")]),
    ...checkEmbeddedResources(original, schema),
    ...validateValue(original, schema, { field }),
  ];
}
