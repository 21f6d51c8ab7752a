import type { JsonValue } from "../objects.ts";
import type { FieldError } from "../status.ts";
import { checkDefaults } from "./check-defaults.ts";
import { checkCompleteness, checkValueValidation } from "./check-value-validation.ts";
import { checkRestrictions } from "./check-restrictions.ts";
import { forbiddenError, invalidError, requiredError } from "./field-error.ts";
import { equalJson, isJsonObject } from "./json-value.ts";
import { asSchema, checkSchemaShape } from "./schema-shape.ts";
import type { Schema } from "./types.ts";

/** Where a schema stands: what it must say of itself depends on it. */
type Level = "root" | "item" | "field";

/**
 * Checks that JSON is a schema that a CustomResourceDefinition may use: well formed, structural, with valid defaults. CEL
 * rules are checked apart, once this has found nothing.
 *
 * @param path - where the schema stands, e.g. `spec.versions[0].schema.openAPIV3Schema`.
 * @returns errors with the texts of k8s.io/apiextensions-apiserver, sorted as there.
 * @see Kubernetes, CustomResourceDefinitions, "Specifying a structural schema"
 */
export function checkStructural(value: JsonValue, path: string): FieldError[] {
  const malformed = checkSchemaShape(value, path);
  if (malformed.length > 0 || !isJsonObject(value)) return malformed;
  const schema = asSchema(value);
  const structural = [...checkNode(schema, "root", path), ...checkCompleteness(schema, schema, path, path)].sort(
    byText,
  );
  const defaults = structural.length === 0 ? checkDefaults(schema, path) : [];
  const nullable =
    schema.nullable === true ? [forbiddenError(`${path}.nullable`, "nullable cannot be true at the root")] : [];
  return [...nullable, ...structural, ...defaults, ...checkRestrictions(schema, path)];
}

function byText(a: FieldError, b: FieldError): number {
  return `${a.field}: ${a.message}` < `${b.field}: ${b.message}` ? -1 : 1;
}

function checkNode(schema: Schema, level: Level, path: string): FieldError[] {
  const { items, properties = {}, additionalProperties: additional } = schema;
  const errors: FieldError[] = [];
  if (schema.type === "array" && items === undefined) errors.push(requiredError(`${path}.items`, "must be specified"));
  if (items !== undefined) errors.push(...checkNode(items, "item", `${path}.items`));
  for (const [name, property] of Object.entries(properties)) {
    // At the root the schema of metadata says nothing of its own: it has a rule for itself below.
    if (!(level === "root" && name === "metadata"))
      errors.push(...checkNode(property, "field", `${path}.properties[${name}]`));
  }
  if (additional !== undefined && level === "root") {
    errors.push(forbiddenError(`${path}.additionalProperties`, "must not be used at the root"));
  }
  if (typeof additional === "object") errors.push(...checkNode(additional, "field", `${path}.additionalProperties`));
  return [
    ...errors,
    ...checkIntOrString(schema, path),
    ...checkValueValidation(schema, path),
    ...checkType(schema, level, path),
    ...checkTypeAndMetadata(schema, level, path),
  ];
}

function checkIntOrString(schema: Schema, path: string): FieldError[] {
  if (schema["x-kubernetes-int-or-string"] !== true) return [];
  const others = ["x-kubernetes-preserve-unknown-fields", "x-kubernetes-embedded-resource"] as const;
  return others
    .filter((keyword) => schema[keyword] === true)
    .map((keyword) => invalidError(`${path}.${keyword}`, true, "must be false if x-kubernetes-int-or-string is true"));
}

const MISSING_TYPE: Readonly<Record<Level, string>> = {
  root: "must not be empty at the root",
  item: "must not be empty for specified array items",
  field: "must not be empty for specified object fields",
};

function checkType(schema: Schema, level: Level, path: string): FieldError[] {
  const { type } = schema;
  const field = `${path}.type`;
  const isEmbedded = schema["x-kubernetes-embedded-resource"] === true;
  const preserves = schema["x-kubernetes-preserve-unknown-fields"] === true;
  const errors: FieldError[] = [];
  if (isEmbedded && type !== "object") {
    const detail = "must be object if x-kubernetes-embedded-resource is true";
    errors.push(type === undefined ? requiredError(field, detail) : invalidError(field, type, detail));
  } else if (type === undefined && schema["x-kubernetes-int-or-string"] !== true && !preserves) {
    errors.push(requiredError(field, MISSING_TYPE[level]));
  }
  if (isEmbedded && schema.additionalProperties !== undefined) {
    errors.push(
      forbiddenError(`${path}.additionalProperties`, "must not be used if x-kubernetes-embedded-resource is set"),
    );
  }
  if (level === "root" && type !== undefined && type !== "object") {
    errors.push(invalidError(field, type, "must be object at the root"));
  }
  if (isEmbedded && !preserves && Object.keys(schema.properties ?? {}).length === 0) {
    const detail =
      "must not be empty if x-kubernetes-embedded-resource is true without x-kubernetes-preserve-unknown-fields";
    errors.push(requiredError(`${path}.properties`, detail));
  }
  return errors;
}

function checkTypeAndMetadata(schema: Schema, level: Level, path: string): FieldError[] {
  if (level !== "root" && schema["x-kubernetes-embedded-resource"] !== true) return [];
  const errors: FieldError[] = [];
  for (const name of ["kind", "apiVersion"]) {
    const type = schema.properties?.[name]?.type;
    if (schema.properties?.[name] !== undefined && type !== "string") {
      errors.push(invalidError(`${path}.properties[${name}].type`, type ?? "", "must be string"));
    }
  }
  const metadata = schema.properties?.metadata;
  if (metadata === undefined) return errors;
  const field = `${path}.properties[metadata]`;
  if (metadata.type !== "object") errors.push(invalidError(`${field}.type`, metadata.type ?? "", "must be object"));
  if (level === "root" && !restrictsNameOnly(metadata)) {
    const detail = "must not specify anything other than name and generateName, but metadata is implicitly specified";
    errors.push(forbiddenError(field, detail));
  }
  return errors;
}

function restrictsNameOnly(metadata: Schema): boolean {
  const { type: _type, default: _default, properties = {}, ...rest } = metadata;
  return (
    equalJson(rest as JsonValue, {}) &&
    Object.keys(properties).every((name) => name === "name" || name === "generateName")
  );
}
