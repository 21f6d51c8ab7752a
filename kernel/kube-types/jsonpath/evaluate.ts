import { TegataError } from "@tegata/errors";
import type { JsonArray, JsonValue } from "../objects.ts";
import { equalJson, isJsonObject, memberOf } from "../schema/json-value.ts";
import type { Comparison, JsonPath, Operator, Part, Path, Step } from "./types.ts";

/** What happens when a path leads nowhere. */
export interface FindOptions {
  /** A field or index that is not there gives no result instead of an error. @defaultValue true */
  readonly allowMissing?: boolean;
}

/** How deep `..` looks. */
const MAX_DESCENT = 512;

/**
 * Evaluates a template.
 *
 * @returns for each piece of text or path in turn what it found; a range gives the pieces of each round.
 * @throws TegataError `JSONPATH_NO_MATCH` if a field is missing and may not be; `JSONPATH_MISMATCH` if a step does not fit
 *   the value, e.g. a filter over something that is no list.
 */
export function findJsonPath(
  { parts }: JsonPath,
  value: JsonValue,
  { allowMissing = true }: FindOptions = {},
): JsonArray[] {
  return findParts(parts, value, allowMissing);
}

/** The first value that a path finds. @returns `undefined` if it finds nothing or does not fit the value. */
export function firstMatch(path: JsonPath, value: JsonValue): JsonValue | undefined {
  try {
    return findJsonPath(path, value)[0]?.[0];
  } catch (error) {
    if (error instanceof TegataError) return undefined;
    throw error;
  }
}

function findParts(parts: readonly Part[], value: JsonValue, allowMissing: boolean): JsonArray[] {
  return parts.flatMap((part) => {
    if (part.kind === "text") return [[part.text]];
    const found = walk(part.path, [value], allowMissing);
    return part.kind === "path" ? [found] : found.flatMap((each) => findParts(part.body, each, allowMissing));
  });
}

function walk(path: Path, values: JsonArray, allowMissing: boolean): JsonArray {
  return path.reduce((found, step) => apply(step, found, allowMissing), values);
}

function apply(step: Step, values: JsonArray, allowMissing: boolean): JsonArray {
  switch (step.kind) {
    case "literal":
      return values.map(() => step.value);
    case "union":
      return step.branches.flatMap((branch) => walk(branch, values, allowMissing));
    case "field":
      return fields(step.name, values, allowMissing);
    case "wildcard":
      return values.flatMap(childrenOf);
    case "descend":
      return values.flatMap((value) => descendants(value, 0));
    case "index":
    case "slice":
      return values.flatMap((value) => elements(step, value, allowMissing));
    case "filter":
      return values.flatMap((value) => filter(step.left, step.comparison, value, allowMissing));
  }
}

function fields(name: string, values: JsonArray, allowMissing: boolean): JsonArray {
  const found = values.flatMap((value) => {
    const member = isJsonObject(value) ? memberOf(value, name) : undefined;
    return member === undefined ? [] : [member];
  });
  if (found.length === 0 && values.length > 0 && !allowMissing) throw noMatch(`${name} is not found`);
  return found;
}

function childrenOf(value: JsonValue): JsonArray {
  if (Array.isArray(value)) return value;
  return isJsonObject(value) ? Object.values(value) : [];
}

/** The value itself and everything below it that has children, in depth-first order. */
function descendants(value: JsonValue, depth: number): JsonArray {
  if (depth > MAX_DESCENT) throw mismatch(`".." found values nested deeper than ${MAX_DESCENT}`);
  const children = childrenOf(value);
  return children.length === 0 ? [] : [value, ...children.flatMap((child) => descendants(child, depth + 1))];
}

function elements(
  step: Extract<Step, { kind: "index" | "slice" }>,
  value: JsonValue,
  allowMissing: boolean,
): JsonArray {
  if (value === null) return [];
  if (!Array.isArray(value)) throw mismatch("an array index was used on a value that is not a list");
  if (step.kind === "slice") return slice(step, value);
  const index = step.index < 0 ? step.index + value.length : step.index;
  const item = value[index];
  if (item !== undefined) return [item];
  if (allowMissing) return [];
  throw noMatch(`array index out of bounds: index ${index}, length ${value.length}`);
}

function slice({ start = 0, end, step }: Extract<Step, { kind: "slice" }>, items: JsonArray): JsonArray {
  return items.slice(start, end ?? items.length).filter((_, i) => i % step === 0);
}

function filter(left: Path, comparison: Comparison | undefined, value: JsonValue, allowMissing: boolean): JsonArray {
  if (!Array.isArray(value)) throw mismatch("a filter was used on a value that is not a list");
  return value.filter((item) => {
    if (comparison === undefined) return walk(left, [item], true).length > 0;
    const [lefts, rights] = [walk(left, [item], allowMissing), walk(comparison.right, [item], allowMissing)];
    if (lefts.length > 1 || rights.length > 1) throw mismatch("a filter can only compare one element at a time");
    const [a, b] = [lefts[0], rights[0]];
    return a !== undefined && b !== undefined && compare(a, b, comparison.operator);
  });
}

function compare(a: JsonValue, b: JsonValue, operator: Operator): boolean {
  if (operator === "==") return equalJson(a, b);
  if (operator === "!=") return !equalJson(a, b);
  const comparable =
    (typeof a === "number" && typeof b === "number") || (typeof a === "string" && typeof b === "string");
  if (!comparable) throw mismatch("a filter compares values of incompatible types");
  if (operator === "<") return a < b;
  if (operator === "<=") return a <= b;
  return operator === ">" ? a > b : a >= b;
}

function noMatch(why: string): TegataError {
  return new TegataError({
    kind: "invalid-input",
    code: "JSONPATH_NO_MATCH",
    message: `JSONPath found nothing: ${why}`,
    remedy: "Check the path against the object's fields.",
  });
}

function mismatch(why: string): TegataError {
  return new TegataError({
    kind: "invalid-input",
    code: "JSONPATH_MISMATCH",
    message: `JSONPath does not fit the object: ${why}`,
    remedy: "Check the path against the object's fields.",
  });
}
