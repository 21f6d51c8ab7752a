import type { JsonArray, JsonObject, JsonValue } from "../objects.ts";
import { isJsonObject, memberOf, setMember } from "../schema/json-value.ts";
import { derive, type FieldSet, LEAF, nodeFrom } from "./field-set.ts";
import { DEDUCED, type FieldType, fieldTypeOf, type ListShape, type MapShape, shapeOf } from "./field-type.ts";
import { elementOf } from "./list-items.ts";
import { fieldElement, fieldNameOf, type PathElement } from "./path-element.ts";

/**
 * Removes fields from a value.
 *
 * @returns a value that shares structure with the given one; null where an object or list has nothing left.
 */
export function removeFields(type: FieldType, value: JsonValue, fields: FieldSet): JsonValue {
  const shape = shapeOf(type, value);
  if (shape.shape === "list" && Array.isArray(value)) return removeItems(shape, value, fields);
  if (shape.shape === "map" && isJsonObject(value)) return removeMembers(shape, value, fields);
  return value;
}

function removeItems(list: ListShape, array: JsonArray, fields: FieldSet): JsonArray | null {
  if (list.relation === "atomic") return null;
  const kept: JsonArray = [];
  for (const item of array) {
    const element = elementOf(list, item);
    const node = typeof element === "string" ? fields.get(element) : undefined;
    if (node?.owned === true) continue;
    kept.push(node?.below === undefined ? item : removeFields(list.items, item, node.below));
  }
  return kept.length === 0 ? null : kept;
}

function removeMembers(map: MapShape, object: JsonObject, fields: FieldSet): JsonObject | null {
  if (map.atomic) return null;
  const kept: JsonObject = {};
  for (const name of Object.keys(object)) {
    const value = memberOf(object, name) ?? null;
    const node = fields.get(fieldElement(name));
    if (node?.owned === true) continue;
    setMember(kept, name, node?.below === undefined ? value : removeFields(fieldTypeOf(map, name), value, node.below));
  }
  return Object.keys(kept).length === 0 ? null : kept;
}

/**
 * Adds the declared fields on the way to the paths of a set. Such a field comes and goes with what is below it; an entry of
 * a map or an item of a list has a life of its own.
 */
export function withDeclaredFields(type: FieldType, set: FieldSet): FieldSet {
  return derive(set, (node, element) => {
    const name = fieldNameOf(element);
    const isDeclared = name !== undefined && type.map?.fields.has(name) === true;
    if (node.below === undefined) return isDeclared ? LEAF : node;
    return nodeFrom(node, node.owned || isDeclared, withDeclaredFields(typeBelow(type, element, name), node.below));
  });
}

const UNKNOWN: FieldType = {};

function typeBelow({ map, list }: FieldType, element: PathElement, name: string | undefined): FieldType {
  if (name !== undefined) return map === undefined ? UNKNOWN : (map.fields.get(name) ?? map.rest ?? UNKNOWN);
  return element.startsWith("k:") && list !== undefined ? list.items : UNKNOWN;
}

/**
 * Brings a recorded set up to a schema that has since made a list or map atomic: whoever owned parts of it now owns all of
 * it.
 */
export function collapseAtomics(type: FieldType, set: FieldSet): FieldSet {
  if (type === DEDUCED) return set;
  return derive(set, (node, element) => {
    if (node.below === undefined) return node;
    const below = typeBelow(type, element, fieldNameOf(element));
    const shape = below.map ?? below.scalar ?? below.list;
    if (shape === undefined || shape.shape === "scalar" || below === DEDUCED) return node;
    if (shape.shape === "map" ? shape.atomic : shape.relation === "atomic") return LEAF;
    return nodeFrom(node, node.owned, collapseAtomics(below, node.below));
  });
}
