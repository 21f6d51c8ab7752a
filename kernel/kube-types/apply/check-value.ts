import type { JsonArray, JsonObject, JsonValue } from "../objects.ts";
import { isJsonObject } from "../schema/json-value.ts";
import { type FieldType, type ListShape, type MapShape, type ScalarShape, shapeOf } from "./field-type.ts";
import { formatGoSyntax, formatGoValue, goTypeOf } from "../patch/go-value.ts";
import { elementOf } from "./list-items.ts";
import { fieldElement, formatElement } from "./path-element.ts";

/**
 * Checks that a value is of its type, so that it says clearly what it owns: no unknown fields, no duplicates.
 *
 * @returns the problems as Kubernetes prints them, e.g. `.spec.nope: field not declared in schema`.
 */
export function checkValue(type: FieldType, value: JsonValue): string[] {
  return check(type, value, "");
}

function check(type: FieldType, value: JsonValue, path: string): string[] {
  const shape = shapeOf(type, value);
  if (value === null) return [];
  switch (shape.shape) {
    case "scalar":
      return checkScalar(shape, value, path);
    case "list":
      if (!Array.isArray(value)) return [at(path, `expected list, got &{${formatGoValue(value)}}`)];
      return checkItems(shape, value, path);
    case "map":
      if (!isJsonObject(value)) return [at(path, `expected map, got &{${formatGoValue(value)}}`)];
      return checkFields(shape, value, path);
  }
}

function at(path: string, problem: string): string {
  return path === "" ? problem : `${path}: ${problem}`;
}

function checkScalar({ accepts }: ScalarShape, value: JsonValue, path: string): string[] {
  switch (accepts) {
    case "numeric":
      if (typeof value === "number") return [];
      return [at(path, `expected numeric (int or float), got ${goTypeOf(value)}`)];
    case "string":
      if (typeof value === "string") return [];
      return [at(path, `expected string, got &value.valueUnstructured{Value:${formatGoSyntax(value)}}`)];
    case "boolean":
      if (typeof value === "boolean") return [];
      return [at(path, `expected boolean, got &{${formatGoValue(value)}}`)];
    case "untyped":
      if (typeof value !== "object") return [];
      return [at(path, `expected any scalar, got &{${formatGoValue(value)}}`)];
  }
}

function checkItems(list: ListShape, array: JsonArray, path: string): string[] {
  const problems: string[] = [];
  const seen = new Set<string>();
  for (const [index, item] of array.entries()) {
    const element = list.relation === "atomic" ? `i:${index}` : elementOf(list, item);
    // Without its step nothing below it, nor after it, has a path that could be named.
    if (typeof element !== "string") return [...problems, at(path, `element ${index}: ${element.problem}`)];
    if (seen.has(element)) problems.push(at(path, `duplicate entries for key ${formatElement(element)}`));
    seen.add(element);
    problems.push(...check(list.items, item, path + formatElement(element)));
  }
  return problems;
}

function checkFields(map: MapShape, object: JsonObject, path: string): string[] {
  const problems: string[] = [];
  for (const [name, value] of Object.entries(object)) {
    const below = path + formatElement(fieldElement(name));
    const type = map.fields.get(name) ?? map.rest;
    if (type === undefined) return [...problems, `${below}: field not declared in schema`];
    problems.push(...check(type, value, below));
  }
  return problems;
}
