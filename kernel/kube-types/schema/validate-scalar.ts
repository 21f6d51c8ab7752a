import type { JsonValue } from "../objects.ts";
import type { CompiledSchema } from "./compiled-schema.ts";
import { invalidError, notSupportedError, tooLongError, typeInvalidError, WHOLE_OBJECT } from "./field-error.ts";
import { formatGoJson, formatGoNumber } from "./go-text.ts";
import { equalJson } from "./json-value.ts";
import { compilePattern } from "./pattern.ts";
import { fieldOf, jsonTypeOf, type Walk } from "./walk.ts";

/** Checks `type` and `nullable`, and that numbers and formats of numbers go together. */
export function checkType(value: JsonValue, node: CompiledSchema, walk: Walk): void {
  if (node.types.length === 0) return;
  walk.passed++;
  const actual = jsonTypeOf(value);
  const accepted =
    value === null
      ? node.schema.nullable === true
      : node.types.includes(actual) || (actual === "integer" && node.types.includes("number"));
  if (accepted) walk.passed++;
  else typeMismatch(node, actual, walk);
}

function typeMismatch(node: CompiledSchema, actual: string, walk: Walk): void {
  // Go's validator names the format in place of the type for numbers, and says which format the value would have had.
  const namesFormat = node.numberFormat !== undefined && !["string", "array", "null"].includes(actual);
  const expected = namesFormat ? (node.numberFormat ?? "") : node.types.join(",");
  const formats: Readonly<Partial<Record<string, string>>> = { integer: "int64", number: "float64" };
  const got = namesFormat ? (formats[actual] ?? "") : actual;
  const field = fieldOf(walk);
  walk.errors.push(typeInvalidError(at(field), got, `${field} in body must be of type ${expected}: "${got}"`));
}

/** Checks `enum`. */
export function checkEnum(value: JsonValue, { schema }: CompiledSchema, walk: Walk): void {
  walk.passed++;
  const allowed = schema.enum;
  if (allowed === undefined || allowed.length === 0 || allowed.some((each) => equalJson(each, value))) return;
  const supported = allowed.map((each) => (typeof each === "string" ? each : formatGoJson(each)));
  walk.errors.push(notSupportedError(at(fieldOf(walk)), value, supported));
}

/** Checks the length, `pattern` and `format` of a text; of length and pattern, only the first that fails is reported. */
export function checkString(text: string, node: CompiledSchema, walk: Walk): void {
  walk.passed++;
  const { minLength, maxLength, pattern } = node.schema;
  if (maxLength !== undefined && text.length > maxLength && lengthOf(text) > maxLength) {
    walk.errors.push(tooLongError(at(fieldOf(walk)), maxLength));
  } else if (minLength !== undefined && lengthOf(text) < minLength) {
    report(text, `should be at least ${minLength} chars long`, walk);
  } else if (pattern !== undefined && pattern !== "") {
    checkPattern(text, pattern, walk);
  }
  checkStringFormat(text, node, walk);
}

function checkStringFormat(text: string, { stringFormat }: CompiledSchema, walk: Walk): void {
  if (stringFormat === undefined) return;
  walk.passed++;
  if (stringFormat.matches(text)) return;
  const field = fieldOf(walk);
  walk.errors.push(
    typeInvalidError(at(field), text, `${field} in body must be of type ${stringFormat.name}: ${JSON.stringify(text)}`),
  );
}

function checkPattern(text: string, pattern: string, walk: Walk): void {
  const expression = compilePattern(pattern);
  if (expression instanceof Error) {
    report(text, `should match '${pattern}, but pattern is invalid: ${expression.message}'`, walk);
  } else if (!expression.test(text)) {
    report(text, `should match '${pattern}'`, walk);
  }
}

/** Length in code points, as Go counts. */
function lengthOf(text: string): number {
  let length = 0;
  for (const _ of text) length++;
  return length;
}

/** Checks the range, `multipleOf` and `format` of a number. */
export function checkNumber(value: number, { schema, numberFormat }: CompiledSchema, walk: Walk): void {
  walk.passed += 2;
  const { minimum, maximum, exclusiveMinimum, exclusiveMaximum, multipleOf } = schema;
  if (numberFormat === "int32" && (value < -(2 ** 31) || value > 2 ** 31 - 1)) {
    const detail = `Checked value must be of type integer with format int32 in ${fieldOf(walk)}`;
    walk.errors.push(invalidError(walk.root === "" ? WHOLE_OBJECT : walk.root, "", detail));
  }
  if (multipleOf !== undefined && !isMultiple(value, multipleOf)) {
    report(value, `should be a multiple of ${formatGoNumber(multipleOf)}`, walk);
  }
  if (minimum !== undefined && (exclusiveMinimum === true ? value <= minimum : value < minimum)) {
    report(
      value,
      `should be greater than ${exclusiveMinimum === true ? "" : "or equal to "}${formatGoNumber(minimum)}`,
      walk,
    );
  }
  if (maximum !== undefined && (exclusiveMaximum === true ? value >= maximum : value > maximum)) {
    report(
      value,
      `should be less than ${exclusiveMaximum === true ? "" : "or equal to "}${formatGoNumber(maximum)}`,
      walk,
    );
  }
}

function isMultiple(value: number, factor: number): boolean {
  if (factor <= 0) return false;
  return Number.isInteger(factor < 1 ? (1 / factor) * value : value / factor);
}

/** Adds an `Invalid value` error about the value at which the walk stands. */
export function report(value: JsonValue, problem: string, walk: Walk): void {
  const field = fieldOf(walk);
  walk.errors.push(invalidError(at(field), value, `${field} in body ${problem}`));
}

/** The `field` of an error; at the root it is Go's nil path. */
export function at(field: string): string {
  return field === "" ? WHOLE_OBJECT : field;
}
