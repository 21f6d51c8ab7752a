import type { JsonArray, JsonObject, JsonValue } from "../objects.ts";
import { equalJson, isJsonObject, memberOf, setMember } from "../schema/json-value.ts";
import { type FieldType, fieldTypeOf, type ListShape, type MapShape, shapeOf } from "./field-type.ts";
import { groupItems, listItems } from "./list-items.ts";

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
 * Merges lists whose items are told apart. Applied items come in the order of the configuration; items that only the live
 * list has keep their places between them, ahead of applied items that are new.
 */
function mergeItems(list: ListShape, live: JsonArray, applied: JsonArray): JsonArray | undefined {
  const liveItems = listItems(list, live);
  const appliedItems = listItems(list, applied);
  const liveGroups = groupItems(liveItems);
  const wanted = new Set(appliedItems.map(({ element }) => element));
  const shared = appliedItems.filter(({ element }) => liveGroups.has(element));
  const placed = new Set<string>();
  const merged: JsonArray = [];
  let nextShared = 0;
  let liveAt = 0;
  let appliedAt = 0;
  const place = (element: string, value: JsonValue): void => {
    const twins = liveGroups.get(element) ?? [];
    placed.add(element);
    // Of duplicates in the live list none is merged into: the applied item replaces them all.
    merged.push(twins.length === 1 && twins[0] !== undefined ? merge(list.items, twins[0], value) : value);
    appliedAt++;
  };
  while (liveAt < liveItems.length || appliedAt < appliedItems.length) {
    const old = liveItems[liveAt];
    const next = appliedItems[appliedAt];
    if (old !== undefined && next !== undefined) {
      if (old.element === next.element) {
        place(next.element, next.value);
        liveAt++;
        nextShared++;
        continue;
      }
      // An item that both have, but whose turn in the order of the configuration is still to come.
      const turn = shared[nextShared];
      if (wanted.has(old.element) && turn !== undefined && turn.element !== old.element) {
        liveAt++;
        continue;
      }
    }
    if (old !== undefined && !wanted.has(old.element)) {
      merged.push(old.value);
      liveAt++;
      continue;
    }
    if (old !== undefined && placed.has(old.element)) liveAt++;
    if (next !== undefined) {
      place(next.element, next.value);
      if (shared[nextShared]?.element === next.element) nextShared++;
    }
  }
  if (merged.length === 0) return undefined;
  return merged.length === live.length && merged.every((item, index) => item === live[index]) ? live : merged;
}
