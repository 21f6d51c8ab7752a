import type { JsonArray, JsonObject, JsonValue } from "../objects.ts";
import type { FieldError } from "../status.ts";
import { type CompiledSchema, compileSchema } from "./compiled-schema.ts";
import { correlatedItem, correlatedMember } from "./correlation.ts";
import { invalidError, requiredError, tooManyError, WHOLE_OBJECT } from "./field-error.ts";
import { equalJson, memberOf } from "./json-value.ts";
import type { Schema } from "./types.ts";
import { at, checkEnum, checkNumber, checkString, checkType, report } from "./validate-scalar.ts";
import { fieldOf, memberField, type Walk } from "./walk.ts";

/** How a value is to be validated. */
export interface ValidateOptions {
  /** Path of the value, e.g. `status`. @defaultValue the empty path, of a whole object */
  readonly field?: string;
  /**
   * What is stored, on an update. Errors in parts that did not change are not reported, so that a schema that became
   * stricter does not lock existing objects ("validation ratcheting").
   */
  readonly old?: JsonValue;
}

/**
 * Validates a value against the schema's value validations and types. It never throws. List types, embedded resources and
 * CEL rules are other functions.
 *
 * @returns the errors with the texts of k8s.io/kube-openapi, e.g. `spec.replicas: Invalid value: 21: spec.replicas in body
 *   should be less than or equal to 20`.
 * @see k8s.io/apiextensions-apiserver/pkg/apiserver/validation
 */
export function validateValue(
  value: JsonValue,
  schema: Schema,
  { field = "", old }: ValidateOptions = {},
): FieldError[] {
  const node = compileSchema(schema);
  const walk: Walk = { errors: [], passed: 0, path: [], root: field };
  check(value, node, undefined, walk);
  if (walk.errors.length === 0 || old === undefined) return distinct(walk.errors);
  // Only a value that has errors is compared with the old one: nearly all have none.
  walk.errors = [];
  check(value, node, old, walk);
  return distinct(walk.errors);
}

function check(value: JsonValue, node: CompiledSchema, old: JsonValue | undefined, walk: Walk): void {
  const before = walk.errors.length;
  checkType(value, node, walk);
  if (value !== null) {
    checkJunctors(value, node, old, walk);
    if (typeof value === "string") checkString(value, node, walk);
    else if (typeof value === "number") checkNumber(value, node, walk);
    else if (Array.isArray(value)) checkItems(value, node, old, walk);
  }
  checkEnum(value, node, walk);
  if (typeof value === "object" && value !== null && !Array.isArray(value)) checkMembers(value, node, old, walk);
  walk.passed++;
  if (old !== undefined && walk.errors.length > before && equalJson(value, old)) walk.errors.length = before;
}

function checkItems(items: JsonArray, node: CompiledSchema, old: JsonValue | undefined, walk: Walk): void {
  walk.passed += 2;
  const { minItems, maxItems, uniqueItems } = node.schema;
  const child = node.items;
  if (child !== undefined) {
    for (let i = 0; i < items.length; i++) {
      walk.path.push(i);
      check(items[i] ?? null, child, old === undefined ? undefined : correlatedItem(items[i], old, node.schema), walk);
      walk.path.pop();
    }
  }
  if (minItems !== undefined && items.length < minItems) {
    report(items.length, `should have at least ${minItems} items`, walk);
  }
  if (maxItems !== undefined && items.length > maxItems) {
    walk.errors.push(tooManyError(at(fieldOf(walk)), items.length, maxItems));
  }
  if (uniqueItems === true && items.some((item, i) => items.findIndex((other) => equalJson(item, other)) < i)) {
    report("", "shouldn't contain duplicates", walk);
  }
}

function checkMembers(object: JsonObject, node: CompiledSchema, old: JsonValue | undefined, walk: Walk): void {
  walk.passed++;
  const { minProperties, maxProperties, required } = node.schema;
  const keys = Object.keys(object);
  if (minProperties !== undefined && keys.length < minProperties) {
    report(keys.length, `should have at least ${minProperties} properties`, walk);
  }
  if (maxProperties !== undefined && keys.length > maxProperties) {
    walk.errors.push(tooManyError(at(fieldOf(walk)), keys.length, maxProperties));
  }
  for (const key of keys) {
    const child = node.properties.get(key) ?? node.additional;
    if (child !== undefined) {
      walk.path.push(key);
      check(object[key] ?? null, child, old === undefined ? undefined : correlatedMember(key, old, node.schema), walk);
      walk.path.pop();
    } else if (!node.additionalAllowed) {
      const field = fieldOf(walk);
      walk.errors.push(invalidError(at(field), key, `${field}.${key} in body is a forbidden property`));
    }
  }
  if (required !== undefined) {
    for (const name of required) {
      if (memberOf(object, name) === undefined) walk.errors.push(requiredError(memberField(walk, name)));
    }
  }
}

interface Branch {
  readonly errors: readonly FieldError[];
  readonly passed: number;
}

function tryBranch(value: JsonValue, node: CompiledSchema, old: JsonValue | undefined, walk: Walk): Branch {
  const branch: Walk = { errors: [], passed: 0, path: walk.path, root: walk.root };
  check(value, node, old, branch);
  return branch;
}

function checkJunctors(value: JsonValue, node: CompiledSchema, old: JsonValue | undefined, walk: Walk): void {
  walk.passed += 2;
  if (node.anyOf.length > 0) checkAnyOf(value, node, old, walk);
  if (node.oneOf.length > 0) checkOneOf(value, node, old, walk);
  if (node.allOf.length > 0) checkAllOf(value, node, old, walk);
  if (node.not !== undefined && tryBranch(value, node.not, old, walk).errors.length === 0) {
    reportJunctor("must not validate the schema (not)", walk);
  }
}

function checkAnyOf(value: JsonValue, node: CompiledSchema, old: JsonValue | undefined, walk: Walk): void {
  let best: Branch | undefined;
  for (const child of node.anyOf) {
    const branch = tryBranch(value, child, old, walk);
    if (branch.errors.length === 0) {
      walk.passed += branch.passed;
      return;
    }
    if (best === undefined || branch.passed > best.passed) best = branch;
  }
  reportJunctor("must validate at least one schema (anyOf)", walk);
  merge(best, walk);
}

function checkOneOf(value: JsonValue, node: CompiledSchema, old: JsonValue | undefined, walk: Walk): void {
  const branches = node.oneOf.map((child) => tryBranch(value, child, old, walk));
  const valid = branches.filter(({ errors }) => errors.length === 0);
  if (valid.length === 1) return merge(valid[0], walk);
  const found = valid.length === 0 ? "Found none valid" : `Found ${valid.length} valid alternatives`;
  reportJunctor(`must validate one and only one schema (oneOf). ${found}`, walk);
  if (valid.length > 0) return;
  merge(
    branches.reduce((best, branch) => (branch.passed > best.passed ? branch : best)),
    walk,
  );
}

function checkAllOf(value: JsonValue, node: CompiledSchema, old: JsonValue | undefined, walk: Walk): void {
  const branches = node.allOf.map((child) => tryBranch(value, child, old, walk));
  for (const branch of branches) merge(branch, walk);
  const valid = branches.filter(({ errors }) => errors.length === 0).length;
  if (valid === branches.length) return;
  reportJunctor(`must validate all the schemas (allOf)${valid === 0 ? ". None validated" : ""}`, walk);
}

function merge(branch: Branch | undefined, walk: Walk): void {
  if (branch === undefined) return;
  walk.errors.push(...branch.errors);
  walk.passed += branch.passed;
}

/** The API server reports a junctor's failure about the whole object, with the path in the text. */
function reportJunctor(problem: string, walk: Walk): void {
  walk.errors.push(invalidError(walk.root === "" ? WHOLE_OBJECT : walk.root, "", `"${fieldOf(walk)}" ${problem}`));
}

/** Drops repeated errors, which branches of `allOf` and `anyOf` give. */
function distinct(errors: readonly FieldError[]): FieldError[] {
  const seen = new Set<string>();
  return errors.filter(({ field, message }) => {
    const text = `${field}: ${message}`;
    if (seen.has(text)) return false;
    return seen.add(text);
  });
}
