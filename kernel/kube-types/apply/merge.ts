import type { JsonArray, JsonObject, JsonValue } from "../objects.ts";
import { equalJson, isJsonObject, memberOf, setMember } from "../schema/json-value.ts";
import { type FieldType, fieldTypeOf, type ListShape, type MapShape, shapeOf } from "./field-type.ts";
import { groupItems, listItems } from "./list-items.ts";
import type { PathElement } from "./path-element.ts";

/**
 * Merges an applied value into the live one: what is applied wins, what it does not mention stays.
 *
 * @returns a value that shares structure with both; the live one itself if nothing changes.
 */
export function merge(type: FieldType, live: JsonValue, applied: JsonValue): JsonValue {
  if (live === applied) return live;
  const shape = shapeOf(type, applied);
  if (shape.shape === "list" && shape.relation !== "atomic") {
    const items = Array.isArray(applied) ? applied : [];
    return mergeItems(shape, Array.isArray(live) ? live : [], items) ?? applied;
  }
  if (shape.shape === "map" && !shape.atomic) {
    return mergeFields(shape, isJsonObject(live) ? live : {}, isJsonObject(applied) ? applied : {}) ?? applied;
  }
  return equalJson(live, applied) ? live : applied;
}

/** @returns undefined if both are empty: null and `{}` are told apart then, and what is applied wins. */
function mergeFields(map: MapShape, live: JsonObject, applied: JsonObject): JsonObject | undefined {
  const merged: JsonObject = {};
  let isSame = true;
  for (const name of Object.keys(live)) {
    const old = live[name] ?? null;
    const value = memberOf(applied, name);
    const field = value === undefined ? old : merge(fieldTypeOf(map, name), old, value);
    setMember(merged, name, field);
    isSame &&= field === old;
  }
  for (const name of Object.keys(applied)) {
    if (Object.hasOwn(live, name)) continue;
    setMember(merged, name, applied[name] ?? null);
    isSame = false;
  }
  if (Object.keys(merged).length === 0) return undefined;
  return isSame ? live : merged;
}

/**
 * Merges lists whose items are told apart. Applied items come in the order of the configuration; those that only the live
 * list has keep their places between the ones that both have, ahead of applied items that are new.
 */
function mergeItems(list: ListShape, live: JsonArray, applied: JsonArray): JsonArray | undefined {
  const liveItems = listItems(list, live);
  const appliedItems = listItems(list, applied);
  const liveGroups = groupItems(liveItems);
  const isApplied = new Set(appliedItems.map(({ element }) => element));
  const shared = appliedItems.filter(({ element }) => liveGroups.has(element)).map(({ element }) => element);
  const merged: JsonArray = [];
  let at = 0;
  let turn = 0;
  /** Goes on in the live list to the next item that both have. */
  const keepUntil = (next: PathElement | undefined): void => {
    for (let item = liveItems[at]; item !== undefined && item.element !== next; item = liveItems[at]) {
      at++;
      if (!isApplied.has(item.element)) merged.push(item.value);
      else if (next === undefined) return;
    }
  };
  for (const { element, value } of appliedItems) {
    keepUntil(shared[turn]);
    merged.push(mergeItem(list, liveGroups.get(element) ?? [], value));
    if (element !== shared[turn]) continue;
    turn++;
    if (liveItems[at]?.element === element) at++;
  }
  for (const { element, value } of liveItems.slice(at)) if (!isApplied.has(element)) merged.push(value);
  if (merged.length === 0) return undefined;
  return merged.length === live.length && merged.every((item, index) => item === live[index]) ? live : merged;
}

/** Of duplicates in the live list none is merged into: the applied item replaces them all. */
function mergeItem(list: ListShape, [live, ...twins]: JsonArray, applied: JsonValue): JsonValue {
  return live === undefined || twins.length > 0 ? applied : merge(list.items, live, applied);
}
