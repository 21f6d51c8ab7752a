import type { JsonArray, JsonValue } from "../objects.ts";
import { formatGoValue, goTypeOf } from "./go-value.ts";
import { isJsonObject, memberOf } from "../schema/json-value.ts";
import { PatchError } from "./patch-error.ts";

/**
 * By what the items of a merging list are told apart: themselves, or the value of their merge key.
 *
 * @throws PatchError `PATCH_FAILED` if an item does not have it.
 */
export function identityOf(item: JsonValue, mergeKey: string): JsonValue {
  if (mergeKey === "") return item;
  if (!isJsonObject(item)) throw badType("map[string]interface {}", item);
  const value = memberOf(item, mergeKey);
  if (value !== undefined) return value;
  throw new PatchError("PATCH_FAILED", `map: ${formatGoValue(item)} does not contain declared merge key: ${mergeKey}`);
}

/** A value that is not of the type that stands there, in Kubernetes' words. */
export function badType(expected: string, actual: JsonValue): PatchError {
  return new PatchError("PATCH_FAILED", `expected a ${expected}, but received a ${goTypeOf(actual)}`);
}

/** What a list holds. @throws PatchError if it holds lists, or both objects and others. */
export function itemsAreObjects(...lists: readonly JsonArray[]): boolean {
  const [first, ...others] = lists.flat(1);
  if (Array.isArray(first)) throw new PatchError("PATCH_NOT_APPLICABLE", "lists of lists are not supported");
  if (others.some((item) => kindOf(item) !== kindOf(first ?? null))) {
    throw new PatchError("PATCH_FAILED", `list element types are not identical: ${formatGoValue([...lists])}`);
  }
  return isJsonObject(first);
}

function kindOf(value: JsonValue): string {
  return value === null || Array.isArray(value) ? String(value === null) : typeof value;
}

/**
 * Orders a merged list. Items that the patch names come in its order, the others in the order in which they were; where
 * both have an opinion on how they mix, the old order decides.
 *
 * @param wanted - the patch's items, or its `$setElementOrder`.
 * @param live - the list before it was merged.
 */
export function orderItems(merged: JsonArray, wanted: JsonArray, live: JsonArray, mergeKey: string): JsonArray {
  const wantedAt = positions(wanted, mergeKey);
  const liveAt = positions(live, mergeKey);
  const byPatch: Placed[] = [];
  const byServer: Placed[] = [];
  for (const item of merged) {
    const identity = identityOf(item, mergeKey);
    const at = wantedAt.get(identity);
    const placed = { item, liveAt: liveAt.get(identity) };
    if (at === undefined) byServer.push({ ...placed, at: placed.liveAt ?? 0 });
    else byPatch.push({ ...placed, at });
  }
  byPatch.sort((a, b) => a.at - b.at);
  byServer.sort((a, b) => a.at - b.at);
  return interleave(byServer, byPatch);
}

interface Placed {
  readonly item: JsonValue;
  /** Position within its own order. */
  readonly at: number;
  /** Position in the list before it was merged, if it was there. */
  readonly liveAt: number | undefined;
}

function positions(list: JsonArray, mergeKey: string): Map<JsonValue, number> {
  const result = new Map<JsonValue, number>();
  for (const [index, item] of list.entries()) {
    const identity = identityOf(item, mergeKey);
    if (!result.has(identity)) result.set(identity, index);
  }
  return result;
}

/** Puts each item of the server before the first item of the patch that stood behind it. */
function interleave(byServer: readonly Placed[], byPatch: readonly Placed[]): JsonArray {
  const result: JsonArray = [];
  let next = 0;
  for (const { item, liveAt } of byPatch) {
    for (let server = byServer[next]; isBefore(server, liveAt); server = byServer[++next]) result.push(server.item);
    result.push(item);
  }
  return [...result, ...byServer.slice(next).map(({ item }) => item)];
}

function isBefore(server: Placed | undefined, liveAt: number | undefined): server is Placed {
  return server?.liveAt !== undefined && liveAt !== undefined && server.liveAt < liveAt;
}
