import type { JsonArray, JsonObject, JsonValue } from "../objects.ts";
import { equalJson, isJsonObject, memberOf } from "../schema/json-value.ts";
import { exclude, type FieldSet, FieldSetBuilder } from "./field-set.ts";
import {
  deduceShape,
  type FieldType,
  fieldTypeOf,
  type ListShape,
  type MapShape,
  type Shape,
  shapeOf,
} from "./field-type.ts";
import { groupItems, listItems } from "./list-items.ts";
import { fieldElement, type PathElement } from "./path-element.ts";

/** Which fields differ between two objects. */
export interface Comparison {
  /** Fields that only the second has, or that differ. */
  readonly changed: FieldSet;
  /** Fields that only the first has. */
  readonly removed: FieldSet;
}

/** Compares two values of one type. Both may be as a client sent them: what cannot be told apart is left out. */
export function compare(type: FieldType, before: JsonValue, after: JsonValue): Comparison {
  const walk = new Walk();
  walk.compare(type, before, after);
  return { changed: walk.changed.build(), removed: walk.removed.build() };
}

/** A comparison without the fields that this endpoint resets, nor anything below them. */
export function excludeFrom({ changed, removed }: Comparison, reset: FieldSet): Comparison {
  return { changed: exclude(changed, reset), removed: exclude(removed, reset) };
}

type Side = JsonValue | undefined;

class Walk {
  readonly changed = new FieldSetBuilder();
  readonly removed = new FieldSetBuilder();
  readonly #path: PathElement[] = [];

  compare(type: FieldType, before: Side, after: Side): void {
    if (before === after) return;
    if (before === undefined) {
      this.changed.add(this.#path);
      this.#compareAs(shapeOf(type, after), before, after);
    } else if (after === undefined) {
      this.removed.add(this.#path);
      this.#compareAs(shapeOf(type, before), before, after);
    } else {
      const [old, current] = [deduceShape(type, before), deduceShape(type, after)];
      if (old !== current) this.#compareAs(old ?? shapeOf(type, before), before, after);
      this.#compareAs(current ?? shapeOf(type, after), before, after);
    }
  }

  /** A side that is of another shape counts as absent. */
  #compareAs(shape: Shape, before: Side, after: Side): void {
    switch (shape.shape) {
      case "scalar":
        return this.#compareLeaf(before, after);
      case "list": {
        const [old, current] = [arrayOf(before), arrayOf(after)];
        if (shape.relation === "atomic" || old.length + current.length === 0) return this.#compareLeaf(before, after);
        return this.#compareItems(shape, old, current);
      }
      case "map": {
        const [old, current] = [objectOf(before), objectOf(after)];
        // Two empty ones may still differ: null and {}.
        if (shape.atomic || (isEmpty(old) && isEmpty(current))) return this.#compareLeaf(before, after);
        return this.#compareFields(shape, old, current);
      }
    }
  }

  #compareLeaf(before: Side, after: Side): void {
    if (before !== undefined && after !== undefined && !equalJson(before, after)) this.changed.add(this.#path);
  }

  #compareFields(map: MapShape, before: JsonObject, after: JsonObject): void {
    for (const name of Object.keys(before)) {
      const [old, current] = [before[name], memberOf(after, name)];
      if (old !== current) this.#below(fieldElement(name), fieldTypeOf(map, name), old, current);
    }
    for (const name of Object.keys(after)) {
      if (Object.hasOwn(before, name)) continue;
      this.#below(fieldElement(name), fieldTypeOf(map, name), undefined, after[name]);
    }
  }

  #below(element: PathElement, type: FieldType, before: Side, after: Side): void {
    this.#path.push(element);
    this.compare(type, before, after);
    this.#path.pop();
  }

  #compareItems(list: ListShape, before: JsonArray, after: JsonArray): void {
    // Most lists do not change, and to see that is cheaper than to tell their items apart.
    if (equalJson(before, after)) return;
    const old = groupItems(listItems(list, before));
    const current = groupItems(listItems(list, after));
    for (const element of new Set([...old.keys(), ...current.keys()])) {
      this.#compareGroups(list, element, old.get(element) ?? [], current.get(element) ?? []);
    }
  }

  /** Duplicates are one thing: they appear, change and go together. */
  #compareGroups(list: ListShape, element: PathElement, before: JsonArray, after: JsonArray): void {
    if (before.length <= 1 && after.length <= 1) return this.#below(element, list.items, before[0], after[0]);
    if (before.length > 1 && after.length > 1) {
      if (!equalJson(before, after)) this.changed.add([...this.#path, element]);
    } else if (before.length > 1) {
      if (after.length > 0) this.#below(element, list.items, undefined, after[0]);
      this.removed.add([...this.#path, element]);
    } else {
      if (before.length > 0) this.#below(element, list.items, before[0], undefined);
      this.changed.add([...this.#path, element]);
    }
  }
}

function arrayOf(value: Side): JsonArray {
  return Array.isArray(value) ? value : [];
}

function objectOf(value: Side): JsonObject {
  return isJsonObject(value) ? value : {};
}

function isEmpty(object: JsonObject): boolean {
  return Object.keys(object).length === 0;
}
