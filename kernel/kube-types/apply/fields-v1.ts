import type { JsonObject, JsonValue } from "../objects.ts";
import { isJsonObject } from "../schema/json-value.ts";
import { type FieldNode, type FieldSet, LEAF, uniteNodes } from "./field-set.ts";
import { type PathElement, parseElement, sortElements } from "./path-element.ts";

/**
 * Parses `fieldsV1`: `{}` is a field of the set, `{".":{}, ...}` one with others below it, `{...}` without `.` only the way
 * to others. Kinds of steps that are not known are skipped.
 *
 * @throws Error if it is not of that form.
 * @see Kubernetes API reference, `FieldsV1`
 */
export function parseFieldsV1(fields: JsonObject): FieldSet {
  const set = new Map<PathElement, FieldNode>();
  for (const [key, value] of Object.entries(fields)) {
    if (key === ".") continue;
    const element = parseElement(key);
    if (element === undefined) continue;
    const node = parseNode(value);
    const twin = set.get(element);
    set.set(element, twin === undefined ? node : uniteNodes(twin, node));
  }
  return set;
}

function parseNode(value: JsonValue): FieldNode {
  if (!isJsonObject(value)) throw new Error(`expected { or n, but found ${JSON.stringify(value)}`);
  const below = parseFieldsV1(value);
  return below.size === 0 ? LEAF : { owned: Object.hasOwn(value, "."), below };
}

/** Formats a set as `fieldsV1`, its members in the order in which Kubernetes writes them. */
export function formatFieldsV1(set: FieldSet): JsonObject {
  return formatInto({}, set);
}

function formatInto(fields: JsonObject, set: FieldSet): JsonObject {
  for (const element of sortElements(set.keys())) {
    const node = set.get(element);
    if (node !== undefined) fields[element] = formatNode(node);
  }
  return fields;
}

function formatNode({ owned, below }: FieldNode): JsonObject {
  return below === undefined ? {} : formatInto(owned ? { ".": {} } : {}, below);
}
