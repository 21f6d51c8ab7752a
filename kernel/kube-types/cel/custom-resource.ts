import type { JsonValue, KubeObject } from "../objects.ts";
import { WHOLE_OBJECT } from "../schema/field-error.ts";
import { validateObject } from "../schema/objects.ts";
import type { Schema } from "../schema/types.ts";
import type { FieldError, FieldErrorType } from "../status.ts";
import { validateRules } from "./validate-rules.ts";
import { compileSchema } from "../schema/compiled-schema.ts";

/** After these errors, rules could not rely on the shape of what they see. */
const BLOCKING: ReadonlySet<FieldErrorType> = new Set<FieldErrorType>([
  "FieldValueNotSupported",
  "FieldValueRequired",
  "FieldValueTooLong",
  "FieldValueTooMany",
  "FieldValueTypeInvalid",
]);

const UNCHECKED: FieldError = {
  type: "FieldValueInvalid",
  field: WHOLE_OBJECT,
  message:
    "Invalid value: null: some validation rules were not checked because the object was invalid; correct the existing errors to complete validation",
};

/**
 * Validates a custom resource as the API server does on every write: types and values, embedded resources, list types, and
 * CEL rules unless the object is so wrong that they cannot be evaluated.
 *
 * @param old - what is stored, on an update.
 */
export function validateCustomResource(object: KubeObject, schema: Schema, old?: KubeObject): FieldError[] {
  const errors = validateObject(object, schema, old);
  if (!compileSchema(schema).below.rules) return errors;
  if (errors.some(({ type }) => BLOCKING.has(type))) return [...errors, UNCHECKED];
  return [...errors, ...validateRules(object as unknown as JsonValue, schema, old as unknown as JsonValue | undefined)];
}
