import type { JsonValue } from "../objects.ts";
import type { FieldError } from "../status.ts";
import { forbiddenError, invalidError, requiredError } from "./field-error.ts";
import { equalJson } from "./json-value.ts";
import { compilePattern } from "./pattern.ts";
import type { Schema } from "./types.ts";

// The one place where `type` may stand inside of a junctor: as the two halves of int-or-string.
const INT_OR_STRING: JsonValue = [{ type: "integer" }, { type: "string" }];

function isIntOrString(branches: readonly Schema[] | undefined): boolean {
  return equalJson(branches as JsonValue | undefined, INT_OR_STRING);
}

/** Checks `pattern` and what stands below `allOf`, `anyOf`, `oneOf` and `not`: values may be restricted there, structure not. */
export function checkValueValidation(schema: Schema, path: string): FieldError[] {
  return checkJunctors(schema, path, {
    skipAnyOf: isIntOrString(schema.anyOf),
    skipFirstAllOf: isIntOrString(schema.allOf?.[0]?.anyOf),
  });
}

interface Exceptions {
  readonly skipAnyOf: boolean;
  readonly skipFirstAllOf: boolean;
}

const NO_EXCEPTIONS: Exceptions = { skipAnyOf: false, skipFirstAllOf: false };

function checkJunctors(schema: Schema, path: string, exceptions: Exceptions): FieldError[] {
  const errors: FieldError[] = [];
  if (!exceptions.skipAnyOf) errors.push(...checkBranches(schema.anyOf, `${path}.anyOf`));
  for (const [i, branch] of (schema.allOf ?? []).entries()) {
    const skipAnyOf = exceptions.skipFirstAllOf && i === 0;
    errors.push(...checkNested(branch, `${path}.allOf[${i}]`, { skipAnyOf, skipFirstAllOf: false }));
  }
  errors.push(...checkBranches(schema.oneOf, `${path}.oneOf`));
  if (schema.not !== undefined) errors.push(...checkNested(schema.not, `${path}.not`, NO_EXCEPTIONS));
  const expression = schema.pattern === undefined || schema.pattern === "" ? undefined : compilePattern(schema.pattern);
  if (expression instanceof Error) {
    const detail = `must be a valid regular expression, but isn't: ${expression.message}`;
    errors.push(invalidError(`${path}.pattern`, schema.pattern ?? "", detail));
  }
  return errors;
}

function checkBranches(branches: readonly Schema[] | undefined, path: string): FieldError[] {
  return (branches ?? []).flatMap((branch, i) => checkNested(branch, `${path}[${i}]`, NO_EXCEPTIONS));
}

/** What may not be said inside a junctor, and how the API server puts it. */
const FORBIDDEN: readonly (readonly [keyword: keyof Schema, detail: string])[] = [
  ["type", "must be empty to be structural"],
  ["additionalProperties", "must be undefined to be structural"],
  ["default", "must be undefined to be structural"],
  ["title", "must be empty to be structural"],
  ["description", "must be empty to be structural"],
  ["nullable", "must be false to be structural"],
  ["x-kubernetes-preserve-unknown-fields", "must be false to be structural"],
  ["x-kubernetes-embedded-resource", "must be false to be structural"],
  ["x-kubernetes-int-or-string", "must be false to be structural"],
  ["x-kubernetes-list-map-keys", "must be empty to be structural"],
  ["x-kubernetes-list-type", "must be undefined to be structural"],
  ["x-kubernetes-map-type", "must be undefined to be structural"],
  ["x-kubernetes-validations", "must be empty to be structural"],
];

function checkNested(schema: Schema, path: string, exceptions: Exceptions): FieldError[] {
  const errors = checkJunctors(schema, path, exceptions);
  if (schema.items !== undefined) errors.push(...checkNested(schema.items, `${path}.items`, NO_EXCEPTIONS));
  for (const [name, property] of Object.entries(schema.properties ?? {})) {
    errors.push(...checkNested(property, `${path}.properties[${name}]`, NO_EXCEPTIONS));
  }
  for (const [keyword, detail] of FORBIDDEN) {
    if (isSet(schema[keyword])) errors.push(forbiddenError(`${path}.${keyword}`, detail));
  }
  if (schema.properties !== undefined && Object.hasOwn(schema.properties, "metadata")) {
    errors.push(forbiddenError(`${path}.properties[metadata]`, "must not be specified in a nested context"));
  }
  return errors;
}

function isSet(value: unknown): boolean {
  return value !== undefined && value !== false && value !== "" && !(Array.isArray(value) && value.length === 0);
}

/**
 * Checks that whatever is restricted inside junctors is specified outside of them.
 *
 * @param value - the schema whose junctors are looked at.
 * @param structure - the schema that specifies the structure at that place.
 */
export function checkCompleteness(
  value: Schema,
  structure: Schema,
  structurePath: string,
  valuePath: string,
): FieldError[] {
  const nested = (branch: Schema, name: string): FieldError[] =>
    checkBranch(branch, structure, structurePath, `${valuePath}.${name}`);
  return [
    ...(value.not === undefined ? [] : nested(value.not, "not")),
    ...(value.allOf ?? []).flatMap((branch, i) => nested(branch, `allOf[${i}]`)),
    ...(value.anyOf ?? []).flatMap((branch, i) => nested(branch, `anyOf[${i}]`)),
    ...(value.oneOf ?? []).flatMap((branch, i) => nested(branch, `oneOf[${i}]`)),
  ];
}

function checkBranch(
  value: Schema,
  structure: Schema | undefined,
  structurePath: string,
  valuePath: string,
): FieldError[] {
  if (structure === undefined) return [requiredError(structurePath, `because it is defined in ${valuePath}`)];
  const errors = checkCompleteness(value, structure, structurePath, valuePath);
  if (value.items !== undefined) {
    errors.push(...checkBranch(value.items, structure.items, `${structurePath}.items`, `${valuePath}.items`));
  }
  for (const [name, property] of Object.entries(value.properties ?? {})) {
    const known = structure.properties !== undefined && Object.hasOwn(structure.properties, name);
    const suffix = `.properties[${name}]`;
    errors.push(
      ...checkBranch(
        property,
        known ? structure.properties?.[name] : undefined,
        structurePath + suffix,
        valuePath + suffix,
      ),
    );
  }
  return errors;
}
