import type { JsonValue } from "../objects.ts";
import type { FieldError, FieldErrorType } from "../status.ts";
import { formatBadValue, quoteGo } from "./go-text.ts";

const LABELS: Readonly<Record<FieldErrorType, string>> = {
  FieldValueNotFound: "Not found",
  FieldValueRequired: "Required value",
  FieldValueDuplicate: "Duplicate value",
  FieldValueInvalid: "Invalid value",
  FieldValueNotSupported: "Unsupported value",
  FieldValueForbidden: "Forbidden",
  FieldValueTooLong: "Too long",
  FieldValueTooMany: "Too many",
  InternalError: "Internal error",
  FieldValueTypeInvalid: "Invalid value",
};

/** The `field` of an error that is about the whole object, as Go prints a nil path. */
export const WHOLE_OBJECT = "<nil>";

// The constructors below give the texts of k8s.io/apimachinery/pkg/util/validation/field, error for error.

/** A required field is absent. */
export function requiredError(field: string, detail = ""): FieldError {
  return fieldError("FieldValueRequired", field, undefined, detail);
}

/** A value breaks a rule. */
export function invalidError(field: string, value: JsonValue, detail: string): FieldError {
  return fieldError("FieldValueInvalid", field, formatBadValue(value), detail);
}

/** A value has the wrong JSON type. */
export function typeInvalidError(field: string, value: JsonValue, detail: string): FieldError {
  return fieldError("FieldValueTypeInvalid", field, formatBadValue(value), detail);
}

/** A value is none of those allowed. */
export function notSupportedError(field: string, value: JsonValue, supported: readonly string[]): FieldError {
  const detail = supported.length === 0 ? "" : `supported values: ${supported.map(quoteGo).join(", ")}`;
  return fieldError("FieldValueNotSupported", field, formatBadValue(value), detail);
}

/** A value that must be unique is not. */
export function duplicateError(field: string, value: JsonValue): FieldError {
  return fieldError("FieldValueDuplicate", field, formatBadValue(value), "");
}

/** A value is well formed, but not allowed here. */
export function forbiddenError(field: string, detail: string): FieldError {
  return fieldError("FieldValueForbidden", field, undefined, detail);
}

/** A text is too long; the text itself is not quoted. */
export function tooLongError(field: string, maxLength: number): FieldError {
  return fieldError(
    "FieldValueTooLong",
    field,
    undefined,
    `may not be more than ${maxLength} ${maxLength === 1 ? "byte" : "bytes"}`,
  );
}

/** A list or map has too many items. */
export function tooManyError(field: string, actual: number, max: number): FieldError {
  return fieldError(
    "FieldValueTooMany",
    field,
    String(actual),
    `must have at most ${max} ${max === 1 ? "item" : "items"}`,
  );
}

/** Something that is referred to does not exist. */
export function notFoundError(field: string, value: JsonValue): FieldError {
  return fieldError("FieldValueNotFound", field, formatBadValue(value), "");
}

function fieldError(type: FieldErrorType, field: string, value: string | undefined, detail: string): FieldError {
  const parts = [LABELS[type], ...(value === undefined ? [] : [value]), ...(detail === "" ? [] : [detail])];
  return { type, field, message: parts.join(": ") };
}
