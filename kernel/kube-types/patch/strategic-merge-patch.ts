import type { JsonArray, JsonObject, JsonValue } from "../objects.ts";
import { cloneJson, isJsonObject, memberOf, setMember } from "../schema/json-value.ts";
import type { Schema } from "../schema/types.ts";
import { checkDepth } from "./depth.ts";
import { formatGoValue } from "./go-value.ts";
import { badType, identityOf, itemsAreObjects, orderItems } from "./list-order.ts";
import { type PatchField, patchFieldOf } from "./patch-field.ts";
import { PatchError } from "./patch-error.ts";

const PATCH = "$patch";
const RETAIN_KEYS = "$retainKeys";
const DELETE_FROM_PRIMITIVE_LIST = "$deleteFromPrimitiveList";
const SET_ELEMENT_ORDER = "$setElementOrder";

/**
 * Applies a strategic merge patch (`application/strategic-merge-patch+json`): as a JSON merge patch, but the lists whose
 * schema says `x-kubernetes-patch-strategy: merge` merge item by item, told apart by `x-kubernetes-patch-merge-key` or, if
 * they are scalars, by their value. Directives in the patch:
 *
 * - `$patch: replace` takes the object or list that it stands in as it is, `$patch: delete` empties the object or removes
 *   the list's item with that merge key;
 * - `$deleteFromPrimitiveList/NAME` removes values from the list NAME of scalars;
 * - `$setElementOrder/NAME` orders the merged list NAME;
 * - `$retainKeys` removes all fields of the object but these.
 *
 * The inputs are not changed. Neither nulls in objects nor directives are left in what the patch adds.
 *
 * @param schema - of the whole object. Custom resources have no merge keys: an API server answers 415 for them.
 * @throws PatchError `PATCH_MALFORMED`, `PATCH_NOT_APPLICABLE` or, as Kubernetes answers 500 to a missing merge key and the
 *   like, `PATCH_FAILED`.
 * @see Kubernetes community, "Strategic Merge Patch"; design proposal "Preserve order in strategic merge patch"
 */
export function applyStrategicMergePatch(
  object: JsonObject,
  patch: JsonObject,
  schema: Schema | undefined,
): JsonObject {
  checkDepth(patch);
  return mergeObject(copy(object), copy(patch), schema);
}

function copy(object: JsonObject): JsonObject {
  const copied = cloneJson(object);
  return isJsonObject(copied) ? copied : {};
}

/** Merges a patch into an object, in place. */
function mergeObject(object: JsonObject, patch: JsonObject, schema: Schema | undefined): JsonObject {
  const directive = memberOf(patch, PATCH);
  if (directive !== undefined) return replaceObject(directive, patch);
  retainKeys(object, patch);
  const ordered = mergeOrderedLists(object, patch, schema);
  for (const [key, value] of Object.entries(patch)) {
    if (ordered.has(key) || key === RETAIN_KEYS || isDirective(key, SET_ELEMENT_ORDER)) continue;
    if (isDirective(key, DELETE_FROM_PRIMITIVE_LIST)) deleteFromList(object, key, value, schema);
    else mergeMember(object, key, value, schema);
  }
  return object;
}

function replaceObject(directive: JsonValue, patch: JsonObject): JsonObject {
  if (directive === "delete") return {};
  if (directive !== "replace") throw unknownDirective(directive, patch);
  delete patch[PATCH];
  return withoutDirectives(patch);
}

function unknownDirective(directive: JsonValue, patch: JsonObject): PatchError {
  const text = `unknown patch type: ${formatGoValue(directive)} in map: ${formatGoValue(patch)}`;
  return new PatchError("PATCH_FAILED", text);
}

function isDirective(key: string, directive: string): boolean {
  return key.startsWith(directive);
}

/** The list that a directive such as `$setElementOrder/containers` is about. */
function targetOf(key: string, directive: string): string {
  if (key.startsWith(`${directive}/`)) return key.slice(directive.length + 1);
  const what = directive === SET_ELEMENT_ORDER ? "setElementOrder list" : "primitive list";
  throw new PatchError("PATCH_MALFORMED", `invalid patch format of ${what}`);
}

function retainKeys(object: JsonObject, patch: JsonObject): void {
  const keys = memberOf(patch, RETAIN_KEYS);
  if (keys === undefined) return;
  if (!Array.isArray(keys)) throw badRetainKeys();
  for (const [key, value] of Object.entries(patch)) {
    const isOther = key === RETAIN_KEYS || isDirective(key, DELETE_FROM_PRIMITIVE_LIST);
    if (isOther || isDirective(key, SET_ELEMENT_ORDER) || value === null) continue;
    if (!keys.includes(key)) throw badRetainKeys();
  }
  for (const key of Object.keys(object)) if (!keys.includes(key)) delete object[key];
}

function badRetainKeys(): PatchError {
  return new PatchError("PATCH_MALFORMED", "invalid patch format of retainKeys");
}

function mergeMember(object: JsonObject, key: string, value: JsonValue, schema: Schema | undefined): void {
  if (value === null) {
    delete object[key];
    return;
  }
  const current = memberOf(object, key);
  const field = patchFieldOf(schema, key);
  if (isJsonObject(current) && isJsonObject(value)) {
    const merged = field.strategy === "replace" ? withoutDirectives(value) : mergeObject(current, value, field.below);
    setMember(object, key, merged);
  } else if (Array.isArray(current) && Array.isArray(value)) {
    setMember(object, key, mergeList(current, value, field));
  } else {
    const added = strip(value);
    if (added === undefined) delete object[key];
    else setMember(object, key, added);
  }
}

function deleteFromList(object: JsonObject, key: string, values: JsonValue, schema: Schema | undefined): void {
  const name = targetOf(key, DELETE_FROM_PRIMITIVE_LIST);
  const list = memberOf(object, name);
  if (values === null) delete object[name];
  if (!Array.isArray(list) || !Array.isArray(values)) return;
  const isPrimitive = list.length + values.length === 0 || !itemsAreObjects(list, values);
  const field = { ...patchFieldOf(schema, name), strategy: "merge" };
  setMember(object, name, isPrimitive ? list.filter((item) => !values.includes(item)) : mergeList(list, values, field));
}

/** Merges the lists that come with an order; returns their names. */
function mergeOrderedLists(object: JsonObject, patch: JsonObject, schema: Schema | undefined): Set<string> {
  const ordered = new Set<string>();
  for (const [key, order] of Object.entries(patch)) {
    if (!isDirective(key, SET_ELEMENT_ORDER)) continue;
    if (!Array.isArray(order)) throw badType("[]interface {}", order);
    const name = targetOf(key, SET_ELEMENT_ORDER);
    const current = listOf(object, name);
    const changes = listOf(patch, name);
    if (current === undefined && changes === undefined) continue;
    const field = patchFieldOf(schema, name);
    checkOrder(changes ?? [], order, field.mergeKey);
    const { merged } = mergeOrAdd(current, changes, field);
    // Items that are new stand where deleted ones stood, at the end: kubectl's users see that order.
    const before = merged.slice(0, current?.length ?? 0);
    setMember(object, name, orderItems(merged, order, before, field.mergeKey));
    ordered.add(name);
  }
  return ordered;
}

function listOf(object: JsonObject, name: string): JsonArray | undefined {
  const list = memberOf(object, name);
  if (list !== undefined && !Array.isArray(list)) throw badType("[]interface {}", list);
  return list;
}

function mergeOrAdd(current: JsonArray | undefined, changes: JsonArray | undefined, field: PatchField): Unordered {
  if (changes === undefined) return unchanged(current ?? []);
  return current === undefined ? unchanged(stripItems(changes)) : mergeUnordered(current, changes, field);
}

/** The patch's items must come in the order that the patch itself asks for. */
function checkOrder(changes: JsonArray, order: JsonArray, mergeKey: string): void {
  if (order.length === 0) return;
  let at = 0;
  for (const item of changes) {
    const directive = isJsonObject(item) ? memberOf(item, PATCH) : undefined;
    if (directive === "delete" || (directive !== undefined && at < order.length)) continue;
    const identity = identityOf(item, mergeKey);
    while (at < order.length && identityOf(order[at] ?? null, mergeKey) !== identity) at++;
    if (at++ < order.length) continue;
    const [list, wanted] = [formatGoValue(changes), formatGoValue(order)];
    const text = `The order in patch list:\n${list}\n doesn't match ${SET_ELEMENT_ORDER} list:\n${wanted}\n`;
    throw new PatchError("PATCH_FAILED", text);
  }
}

function mergeList(current: JsonArray, patch: JsonArray, field: PatchField): JsonArray {
  if (field.strategy !== "merge") return stripItems(patch);
  const { merged, wanted, before } = mergeUnordered(current, patch, field);
  return orderItems(merged, wanted, before, field.mergeKey);
}

/** A list whose items are merged where they stand, the new ones at the end, with the two orders that it is to have. */
interface Unordered {
  readonly merged: JsonArray;
  readonly wanted: JsonArray;
  readonly before: JsonArray;
}

function unchanged(list: JsonArray): Unordered {
  return { merged: list, wanted: [], before: list };
}

function mergeUnordered(current: JsonArray, patch: JsonArray, field: PatchField): Unordered {
  if (field.strategy !== "merge") return unchanged(stripItems(patch));
  if (current.length + patch.length === 0) return unchanged(current);
  if (!itemsAreObjects(current, patch)) {
    return { merged: [...new Set([...current, ...patch])], wanted: patch, before: current };
  }
  if (field.mergeKey === "") throw new PatchError("PATCH_FAILED", "cannot merge lists without merge key for struct");
  const { kept, changes } = applyItemDirectives(current, patch, field.mergeKey);
  return { merged: mergeItems([...kept], changes, field), wanted: changes, before: kept };
}

/** Items of the patch that say what to do with others rather than what to be. */
function applyItemDirectives(
  current: JsonArray,
  patch: JsonArray,
  mergeKey: string,
): { kept: JsonArray; changes: JsonArray } {
  let kept = current;
  let replaces = false;
  const changes: JsonArray = [];
  for (const item of patch) {
    const directive = isJsonObject(item) ? memberOf(item, PATCH) : undefined;
    if (directive === undefined || !isJsonObject(item)) {
      changes.push(item);
    } else if (directive === "delete") {
      const gone = identityOf(item, mergeKey);
      kept = kept.filter((other) => !isJsonObject(other) || memberOf(other, mergeKey) !== gone);
    } else if (directive === "replace") {
      replaces = true;
    } else if (directive === "merge") {
      throw new PatchError("PATCH_FAILED", "merging lists cannot yet be specified in the patch");
    } else {
      throw unknownDirective(directive, item);
    }
  }
  return replaces ? { kept: stripItems(changes), changes: [] } : { kept, changes };
}

function mergeItems(list: JsonArray, changes: JsonArray, { below, mergeKey }: PatchField): JsonArray {
  for (const change of changes) {
    const identity = identityOf(change, mergeKey);
    const at = list.findIndex((item) => isJsonObject(item) && memberOf(item, mergeKey) === identity);
    const item = list[at];
    if (!isJsonObject(change)) continue;
    if (isJsonObject(item)) list[at] = mergeObject(item, change, below);
    else list.push(withoutDirectives(change));
  }
  return list;
}

/** What a patch adds, without its nulls and directives; undefined where the value itself is only a directive. */
function strip(value: JsonValue): JsonValue | undefined {
  if (Array.isArray(value)) return stripItems(value);
  if (!isJsonObject(value)) return value;
  return Object.hasOwn(value, PATCH) ? undefined : withoutDirectives(value);
}

function stripItems(list: JsonArray): JsonArray {
  return list.map(strip).filter((item) => item !== undefined);
}

function withoutDirectives(object: JsonObject): JsonObject {
  const result: JsonObject = {};
  for (const [key, value] of Object.entries(object)) {
    const isOrder = isDirective(key, SET_ELEMENT_ORDER) || isDirective(key, DELETE_FROM_PRIMITIVE_LIST);
    const isRemoved = value === null || isOrder || key === RETAIN_KEYS || key === PATCH;
    const kept = isRemoved ? undefined : strip(value);
    if (kept !== undefined) setMember(result, key, kept);
  }
  return result;
}
