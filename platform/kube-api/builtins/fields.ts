import type { JsonObject, JsonValue, KubeObject } from "@tegata/kube-types";
import { isJsonObject, memberOf } from "@tegata/kube-types/schema";

/** A KubeObject came from JSON; its interface only names some of the fields. */
export function jsonOf(object: KubeObject): JsonObject {
  return object as unknown as JsonObject;
}

/** Reads a member by its path, e.g. `spec.template.spec`. @returns `undefined` where the path leads nowhere. */
export function fieldAt(object: KubeObject | JsonObject, path: string): JsonValue | undefined {
  let value: JsonValue | undefined = object as JsonObject;
  for (const name of path.split(".")) value = isJsonObject(value) ? memberOf(value, name) : undefined;
  return value;
}

/** Reads text; a number or a boolean is printed. @returns the empty text for anything else. */
export function textAt(object: KubeObject | JsonObject, path: string): string {
  return textOf(fieldAt(object, path));
}

function textOf(value: JsonValue | undefined): string {
  return value === undefined || value === null || typeof value === "object" ? "" : String(value);
}

/** Reads a map of texts, e.g. labels. @returns its entries as they are written; none for anything else. */
export function entriesAt(object: KubeObject | JsonObject, path: string): [key: string, text: string][] {
  return Object.entries(objectAt(object, path)).map(([key, value]) => [key, textOf(value)]);
}

/** Reads a number. @returns 0 for anything else, as Go has it. */
export function numberAt(object: KubeObject | JsonObject, path: string): number {
  const value = fieldAt(object, path);
  return typeof value === "number" ? value : 0;
}

/** Reads an object. @returns an empty one for anything else. */
export function objectAt(object: KubeObject | JsonObject, path: string): JsonObject {
  const value = fieldAt(object, path);
  return isJsonObject(value) ? value : {};
}

/** Reads a list's objects. @returns none for anything else. */
export function objectsAt(object: KubeObject | JsonObject, path: string): JsonObject[] {
  const value = fieldAt(object, path);
  return Array.isArray(value) ? value.filter(isJsonObject) : [];
}

/** Reads a list's texts. @returns none for anything else. */
export function textsAt(object: KubeObject | JsonObject, path: string): string[] {
  const value = fieldAt(object, path);
  return Array.isArray(value) ? value.filter((item) => typeof item === "string") : [];
}

/** Field selectors that read the field of the same name. */
export function selectable(...paths: readonly string[]): Record<string, (object: KubeObject) => string> {
  return Object.fromEntries(paths.map((path) => [path, (object: KubeObject) => textAt(object, path)]));
}
