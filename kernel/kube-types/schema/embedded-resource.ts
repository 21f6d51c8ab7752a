import type { JsonObject, JsonValue } from "../objects.ts";
import type { FieldError } from "../status.ts";
import { type CompiledSchema, compileSchema } from "./compiled-schema.ts";
import { invalidError, requiredError } from "./field-error.ts";
import { isJsonObject, memberOf } from "./json-value.ts";
import type { Schema } from "./types.ts";

/**
 * Checks what stands below `x-kubernetes-embedded-resource`: each must have an `apiVersion` and a `kind` that are well
 * formed, and its metadata must be an object with fields of the right types.
 *
 * @see k8s.io/apiextensions-apiserver/pkg/apiserver/schema/objectmeta
 */
export function checkEmbeddedResources(value: JsonValue, schema: Schema): FieldError[] {
  const errors: FieldError[] = [];
  visit(value, compileSchema(schema), "", errors);
  return errors;
}

function visit(value: JsonValue, node: CompiledSchema, field: string, errors: FieldError[]): void {
  if (!node.below.embeddedResources) return;
  if (Array.isArray(value)) {
    const child = node.items;
    if (child !== undefined) for (const [i, item] of value.entries()) visit(item, child, `${field}[${i}]`, errors);
  } else if (isJsonObject(value)) {
    if (node.isEmbeddedResource) errors.push(...checkResource(value, field));
    for (const key of Object.keys(value)) {
      const property = node.properties.get(key);
      const child = property ?? node.additional;
      if (child !== undefined)
        visit(value[key] ?? null, child, property === undefined ? `${field}[${key}]` : join(field, key), errors);
    }
  }
}

function join(field: string, key: string): string {
  return field === "" ? key : `${field}.${key}`;
}

const LABEL = /^[a-z]([-a-z0-9]*[a-z0-9])?$/;

function checkResource(object: JsonObject, field: string): FieldError[] {
  return [
    ...checkName(object, "apiVersion", field, (text) =>
      text.split("/").length > 2 ? `unexpected GroupVersion string: ${text}` : undefined,
    ),
    ...checkName(object, "kind", field, (text) =>
      LABEL.test(text.toLowerCase()) && text.length <= 63
        ? undefined
        : "may have mixed case, but should otherwise match: a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and end with an alphanumeric character (e.g. 'my-name',  or 'abc-123', regex used for validation is '[a-z]([-a-z0-9]*[a-z0-9])?')",
    ),
    ...checkMetadata(memberOf(object, "metadata"), join(field, "metadata")),
  ];
}

function checkName(
  object: JsonObject,
  key: string,
  field: string,
  problemOf: (text: string) => string | undefined,
): FieldError[] {
  const value = memberOf(object, key);
  if (value === undefined) return [requiredError(join(field, key))];
  if (typeof value !== "string") return [invalidError(join(field, key), value, "must be a string")];
  if (value === "") return [invalidError(join(field, key), value, "must not be empty")];
  const problem = problemOf(value);
  return problem === undefined ? [] : [invalidError(join(field, key), value, problem)];
}

function checkMetadata(metadata: JsonValue | undefined, field: string): FieldError[] {
  if (metadata === undefined || metadata === null) return [];
  if (!isJsonObject(metadata)) return [invalidError(field, metadata, "must be an object")];
  return ["labels", "annotations"].flatMap((key) => {
    const map = memberOf(metadata, key) ?? null;
    if (map === null) return [];
    const isTextMap = isJsonObject(map) && Object.values(map).every((each) => typeof each === "string");
    return isTextMap ? [] : [invalidError(`${field}.${key}`, map, "must be an object with text values")];
  });
}
