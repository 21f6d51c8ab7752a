import type { JsonObject, JsonValue } from "../objects.ts";
import type { FieldError } from "../status.ts";
import { forbiddenError, invalidError, typeInvalidError } from "./field-error.ts";
import { isJsonObject, memberOf } from "./json-value.ts";
import type { Schema } from "./types.ts";
import { jsonTypeOf } from "./walk.ts";

/** How deep schemas may be nested. The API server has no limit of its own; ours keeps every walk off the end of the stack. */
const MAX_DEPTH = 256;

type Shape =
  | "boolean"
  | "number"
  | "integer"
  | "string"
  | "any"
  | "texts"
  | "values"
  | "schema"
  | "schemas"
  | "properties"
  | "schema or boolean"
  | "rules";

const KEYWORDS: Readonly<Partial<Record<string, Shape>>> = {
  type: "string",
  description: "string",
  format: "string",
  title: "string",
  default: "any",
  nullable: "boolean",
  enum: "values",
  pattern: "string",
  minLength: "integer",
  maxLength: "integer",
  minimum: "number",
  maximum: "number",
  exclusiveMinimum: "boolean",
  exclusiveMaximum: "boolean",
  multipleOf: "number",
  minItems: "integer",
  maxItems: "integer",
  uniqueItems: "boolean",
  minProperties: "integer",
  maxProperties: "integer",
  required: "texts",
  properties: "properties",
  additionalProperties: "schema or boolean",
  items: "schema",
  allOf: "schemas",
  anyOf: "schemas",
  oneOf: "schemas",
  not: "schema",
  "x-kubernetes-preserve-unknown-fields": "boolean",
  "x-kubernetes-embedded-resource": "boolean",
  "x-kubernetes-int-or-string": "boolean",
  "x-kubernetes-list-type": "string",
  "x-kubernetes-list-map-keys": "texts",
  "x-kubernetes-map-type": "string",
  "x-kubernetes-validations": "rules",
};

/** Keywords of JSON schema that structural schemas may not use. */
const UNSUPPORTED = ["id", "additionalItems", "patternProperties", "definitions", "dependencies", "$ref"];

/**
 * Checks that JSON has the form of a {@link Schema}: every keyword of the right type, no keyword that structural schemas
 * do not have, no unbounded nesting. Keywords that nobody knows are passed over.
 */
export function checkSchemaShape(value: JsonValue, path: string): FieldError[] {
  return checkSchema(value, path, 0);
}

/** Narrows JSON that {@link checkSchemaShape} found nothing wrong with. */
export function asSchema(value: JsonObject): Schema {
  return value as Schema;
}

function checkSchema(value: JsonValue, path: string, depth: number): FieldError[] {
  if (!isJsonObject(value)) return [mismatch(value, path, "object")];
  if (depth > MAX_DEPTH) return [invalidError(path, "", `must not be nested deeper than ${MAX_DEPTH} levels`)];
  const unsupported = UNSUPPORTED.filter((keyword) => memberOf(value, keyword) !== undefined).map((keyword) =>
    forbiddenError(`${path}.${keyword}`, `${keyword} is not supported`),
  );
  if (Array.isArray(value.items))
    unsupported.push(forbiddenError(`${path}.items`, "items must be a schema object and not an array"));
  const wrong = Object.entries(value).flatMap(([keyword, member]) => {
    const shape = Object.hasOwn(KEYWORDS, keyword) ? KEYWORDS[keyword] : undefined;
    return shape === undefined || (keyword === "items" && Array.isArray(member))
      ? []
      : checkShape(shape, member, `${path}.${keyword}`, depth);
  });
  return [...unsupported, ...wrong];
}

function checkShape(shape: Shape, value: JsonValue, path: string, depth: number): FieldError[] {
  switch (shape) {
    case "any":
      return [];
    case "schema":
      return checkSchema(value, path, depth + 1);
    case "schema or boolean":
      return typeof value === "boolean" ? [] : checkSchema(value, path, depth + 1);
    case "properties":
      if (!isJsonObject(value)) return [mismatch(value, path, "object")];
      return Object.entries(value).flatMap(([name, schema]) => checkSchema(schema, `${path}[${name}]`, depth + 1));
    case "schemas":
      return checkList(value, path, (item, field) => checkSchema(item, field, depth + 1));
    case "rules":
      return checkList(value, path, checkRule);
    case "values":
      return checkList(value, path, () => []);
    case "texts":
      return checkList(value, path, (item, field) => checkShape("string", item, field, depth));
    default: {
      const actual = jsonTypeOf(value);
      return actual === shape || (shape === "number" && actual === "integer") ? [] : [mismatch(value, path, shape)];
    }
  }
}

function checkList(
  value: JsonValue,
  path: string,
  check: (item: JsonValue, path: string) => FieldError[],
): FieldError[] {
  if (!Array.isArray(value)) return [mismatch(value, path, "array")];
  return value.flatMap((item, i) => check(item, `${path}[${i}]`));
}

const RULE_TEXTS = ["rule", "message", "messageExpression", "reason", "fieldPath"];

function checkRule(value: JsonValue, path: string): FieldError[] {
  if (!isJsonObject(value)) return [mismatch(value, path, "object")];
  const texts = RULE_TEXTS.flatMap((key) => {
    const text = memberOf(value, key);
    return text === undefined || typeof text === "string" ? [] : [mismatch(text, `${path}.${key}`, "string")];
  });
  const flag = memberOf(value, "optionalOldSelf");
  return flag === undefined || typeof flag === "boolean"
    ? texts
    : [...texts, mismatch(flag, `${path}.optionalOldSelf`, "boolean")];
}

function mismatch(value: JsonValue, path: string, expected: string): FieldError {
  const actual = jsonTypeOf(value);
  return typeInvalidError(path, actual, `${path} in body must be of type ${expected}: "${actual}"`);
}
