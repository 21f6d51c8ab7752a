import type { JsonObject, JsonValue } from "../objects.ts";
import { formatGoJson, quoteGo } from "../schema/go-text.ts";
import { memberOf } from "../schema/json-value.ts";
import { encodeGoJson } from "../patch/go-value.ts";

/**
 * One step of a path into an object, in the form in which `fieldsV1` writes it; two steps are the same if their texts are.
 *
 * - `f:name`: the field of that name;
 * - `k:{"name":"a"}`: the item of a list-map with these keys, sorted by name;
 * - `v:"a"`: the item of a set with this value;
 * - `i:0`: the item at this index, which only foreign writers use.
 */
export type PathElement = string;

/**
 * Fields, values of sets and items with one key, of plain text: nearly all steps that occur. As texts they sort as they
 * sort as steps, and there is but one text for each.
 */
const SIMPLE = /^(?:f:.*|v:"[#-%'-;=?-[\]-~]*"|k:\{"[#-%'-;=?-[\]-~]*":"[#-%'-;=?-[\]-~]*"\})$/s;

/** The step to a field. */
export function fieldElement(name: string): PathElement {
  return `f:${name}`;
}

/** The step to the item of a set. */
export function valueElement(value: JsonValue): PathElement {
  return `v:${formatElementJson(value)}`;
}

/**
 * The step to the item of a list-map. A key that is neither given nor defaulted is left out: the item then differs from one
 * where it is given.
 *
 * @param keys - sorted by name.
 * @returns undefined if the item has none of them.
 */
export function keyElement(
  keys: readonly (readonly [name: string, byDefault: JsonValue | undefined])[],
  item: JsonObject,
): PathElement | undefined {
  let members = "";
  for (const [name, byDefault] of keys) {
    const value = memberOf(item, name) ?? byDefault;
    if (value === undefined) continue;
    members += `${members === "" ? "" : ","}${formatElementJson(name)}:${formatElementJson(value)}`;
  }
  return members === "" ? undefined : `k:{${members}}`;
}

/** The name, if the step is to a field. */
export function fieldNameOf(element: PathElement): string | undefined {
  return element.startsWith("f:") ? element.slice(2) : undefined;
}

/**
 * Parses a step as a client may have written it, e.g. with spaces in its JSON.
 *
 * @returns the one text that the step has among us; `undefined` for a kind of step that is not known, which a reader
 *   must skip: a later version may know it.
 * @throws Error if a step of a known kind is malformed.
 */
export function parseElement(text: string): PathElement | undefined {
  if (SIMPLE.test(text)) return text;
  if (text.length < 2) throw new Error("key must be 2 characters long:");
  if (text[1] !== ":") throw new Error(`missing colon: ${text}`);
  switch (text[0]) {
    case "f":
      return text;
    case "v":
      return valueElement(JSON.parse(text.slice(2)) as JsonValue);
    case "k":
      return canonicalKeys(text);
    case "i":
      if (!/^[+-]?[0-9]+$/.test(text.slice(2))) throw new Error(`invalid index: ${text}`);
      return `i:${Number(text.slice(2))}`;
    default:
      return undefined;
  }
}

function canonicalKeys(text: string): PathElement {
  const keys = keysOf(text);
  return keyElement(keys, {}) ?? "k:{}";
}

function keysOf(element: PathElement): [name: string, value: JsonValue][] {
  const keys = JSON.parse(element.slice(2)) as JsonValue;
  if (typeof keys !== "object" || keys === null || Array.isArray(keys)) throw new Error(`not an object: ${element}`);
  return Object.entries(keys).sort(([a], [b]) => compareText(a, b));
}

/** Prints a step as it stands in a path of a message, e.g. `.spec`, `[name="a"]` or `[="a"]`. */
export function formatElement(element: PathElement): string {
  const rest = element.slice(2);
  switch (element[0]) {
    case "f":
      return `.${rest}`;
    case "k":
      return `[${keysOf(element)
        .map(([name, value]) => `${name}=${formatValue(value)}`)
        .join(",")}]`;
    case "v":
      return `[=${formatValue(JSON.parse(rest) as JsonValue)}]`;
    default:
      return `[${rest}]`;
  }
}

function formatValue(value: JsonValue): string {
  return typeof value === "string" ? quoteGo(value) : formatGoJson(value);
}

const PLAIN_TEXT = /^[ !#-%'-;=?-[\]-~]*$/;

function formatElementJson(value: JsonValue): string {
  return typeof value === "string" && PLAIN_TEXT.test(value) ? `"${value}"` : encodeGoJson(value);
}

/** Sorts the steps of one level as `fieldsV1` has them: fields, list-map keys, set values, indexes. */
export function sortElements(elements: Iterable<PathElement>): PathElement[] {
  const sorted = [...elements];
  if (sorted.every((element) => SIMPLE.test(element))) return sorted.sort();
  return sorted
    .map((element) => ({ element, order: "fkvi".indexOf(element.charAt(0)), value: sortValueOf(element) }))
    .sort((a, b) => a.order - b.order || compareValues(a.value, b.value))
    .map(({ element }) => element);
}

/** Keys compare name by name and value by value, which is how arrays of names and values compare. */
function sortValueOf(element: PathElement): JsonValue {
  if (element.startsWith("f:")) return element;
  if (element.startsWith("k:")) return keysOf(element).flat();
  return JSON.parse(element.slice(2)) as JsonValue;
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** The total order of JSON values: numbers, texts, booleans, arrays, objects, null. */
function compareValues(a: JsonValue, b: JsonValue): number {
  const order = rankOf(a) - rankOf(b);
  if (order !== 0) return order;
  if (Array.isArray(a) && Array.isArray(b)) return compareArrays(a, b);
  if (typeof a === "string" && typeof b === "string") return compareText(a, b);
  if (isObject(a) && isObject(b)) return compareArrays(sortedEntries(a), sortedEntries(b));
  return Number(a) - Number(b);
}

function rankOf(value: JsonValue): number {
  if (value === null) return 5;
  if (Array.isArray(value)) return 3;
  return ["number", "string", "boolean", "", "object"].indexOf(typeof value);
}

function isObject(value: JsonValue): value is JsonObject {
  return typeof value === "object" && value !== null;
}

function sortedEntries(object: JsonObject): JsonValue[] {
  return Object.entries(object)
    .sort(([a], [b]) => compareText(a, b))
    .flat();
}

function compareArrays(a: readonly JsonValue[], b: readonly JsonValue[]): number {
  for (let i = 0; i < Math.min(a.length, b.length); i++) {
    const order = compareValues(a[i] ?? null, b[i] ?? null);
    if (order !== 0) return order;
  }
  return a.length - b.length;
}
