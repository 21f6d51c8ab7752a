import type { JsonArray, JsonValue } from "../objects.ts";
import { isJsonObject } from "../schema/json-value.ts";
import { quoteGo } from "../schema/go-text.ts";
import type { ListShape } from "./field-type.ts";
import { keyElement, type PathElement, valueElement } from "./path-element.ts";

/** Why an item of a set or list-map cannot be told from the others, in Kubernetes' words. */
export interface ItemProblem {
  readonly problem: string;
}

/** The step to an item of a set or list-map. */
export function elementOf(list: ListShape, item: JsonValue): PathElement | ItemProblem {
  return list.keys.length > 0 ? keyedElement(list, item) : setElement(item);
}

function keyedElement(list: ListShape, item: JsonValue): PathElement | ItemProblem {
  if (item === null) return { problem: "associative list with keys may not have a null element" };
  if (!isJsonObject(item)) return { problem: "associative list with keys may not have non-map elements" };
  const element = keyElement(list.keyDefaults, item);
  if (element !== undefined) return element;
  const names = list.keys.map(quoteGo).join(" ");
  return {
    problem: `associative list with keys has an element that omits all key fields [${names}] (and doesn't have default values for any key fields)`,
  };
}

function setElement(item: JsonValue): PathElement | ItemProblem {
  if (item === null) return { problem: "associative list without keys has an element that's an explicit null" };
  if (Array.isArray(item)) return { problem: "not supported: associative list with lists as elements" };
  if (typeof item === "object") return { problem: "associative list without keys has an element that's a map type" };
  return valueElement(item);
}

/** One step to items of a list. */
export interface ListItem {
  readonly element: PathElement;
  readonly value: JsonValue;
}

/** The items with their steps, in order, duplicates included. Items that cannot be told apart are left out. */
export function listItems(list: ListShape, array: JsonArray): ListItem[] {
  const items: ListItem[] = [];
  for (const value of array) {
    const element = elementOf(list, value);
    if (typeof element === "string") items.push({ element, value });
  }
  return items;
}

/** The items by their steps, in order of first appearance; more than one value is a duplicate. */
export function groupItems(items: readonly ListItem[]): Map<PathElement, JsonValue[]> {
  const groups = new Map<PathElement, JsonValue[]>();
  for (const { element, value } of items) {
    const group = groups.get(element);
    if (group === undefined) groups.set(element, [value]);
    else group.push(value);
  }
  return groups;
}
