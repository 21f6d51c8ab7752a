import type { JsonArray, JsonObject, JsonValue } from "../objects.ts";
import { isJsonObject } from "../schema/json-value.ts";
import { type FieldNode, type FieldSet, LEAF, NO_FIELDS } from "./field-set.ts";
import { type FieldType, fieldTypeOf, type ListShape, type MapShape, shapeOf } from "./field-type.ts";
import { groupItems, listItems } from "./list-items.ts";
import { fieldElement, type PathElement } from "./path-element.ts";

/** The fields that a value sets: what whoever applies it owns. */
export function fieldsOf(type: FieldType, value: JsonValue): FieldSet {
  return nodeOf(type, value).below ?? NO_FIELDS;
}

function nodeOf(type: FieldType, value: JsonValue): FieldNode {
  const shape = shapeOf(type, value);
  switch (shape.shape) {
    case "scalar":
      return LEAF;
    case "list":
      if (shape.relation === "atomic") return LEAF;
      return { owned: false, below: Array.isArray(value) ? itemsOf(shape, value) : undefined };
    case "map":
      if (shape.atomic) return LEAF;
      return { owned: false, below: isJsonObject(value) ? membersOf(shape, value) : undefined };
  }
}

function itemsOf(list: ListShape, array: JsonArray): FieldSet | undefined {
  const below = new Map<PathElement, FieldNode>();
  for (const [element, values] of groupItems(listItems(list, array))) {
    // Of duplicates, nobody can own one and not the other.
    const [value = null] = values;
    below.set(element, values.length > 1 ? LEAF : owned(nodeOf(list.items, value)));
  }
  return below.size === 0 ? undefined : below;
}

function membersOf(map: MapShape, object: JsonObject): FieldSet | undefined {
  const below = new Map<PathElement, FieldNode>();
  for (const [name, value] of Object.entries(object)) {
    const node = nodeOf(fieldTypeOf(map, name), value);
    if (isNullOrEmptyObject(value) || !map.fields.has(name)) below.set(fieldElement(name), owned(node));
    else if (node.owned || node.below !== undefined) below.set(fieldElement(name), node);
  }
  return below.size === 0 ? undefined : below;
}

function owned({ below }: FieldNode): FieldNode {
  return below === undefined ? LEAF : { owned: true, below };
}

function isNullOrEmptyObject(value: JsonValue): boolean {
  return value === null || (isJsonObject(value) && Object.keys(value).length === 0);
}
