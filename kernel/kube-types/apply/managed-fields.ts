import type { JsonArray, JsonObject, ManagedFieldsEntry } from "../objects.ts";
import { quoteGo } from "../schema/go-text.ts";
import { equalJson, isJsonObject } from "../schema/json-value.ts";
import { type FieldSet, union } from "./field-set.ts";
import { formatFieldsV1, parseFieldsV1 } from "./fields-v1.ts";

/** What one manager owns by one kind of operation: an entry of `metadata.managedFields`. */
export interface ManagedEntry {
  readonly manager: string;
  readonly operation: "Apply" | "Update";
  readonly apiVersion: string;
  /** Empty: the object itself. */
  readonly subresource: string;
  /** RFC 3339. */
  readonly time: string | undefined;
  readonly fields: FieldSet;
  /** The same as it was parsed from what is stored, which we wrote: need not be formatted again. */
  readonly stored?: JsonObject;
}

/** The entries by {@link identify}. */
export type Managed = ReadonlyMap<string, ManagedEntry>;

/** Nobody owns anything. */
export const NO_MANAGERS: Managed = new Map();

/**
 * What tells entries apart: manager, operation and subresource, and for updates the version too. An applier has one entry
 * whatever the version in which it applies.
 */
export function identify(entry: Pick<ManagedEntry, "manager" | "operation" | "apiVersion" | "subresource">): string {
  const { manager, operation, apiVersion, subresource } = entry;
  return JSON.stringify({
    ...(manager === "" ? {} : { manager }),
    operation,
    ...(operation === "Apply" || apiVersion === "" ? {} : { apiVersion }),
    ...(subresource === "" ? {} : { subresource }),
  });
}

/**
 * Parses `metadata.managedFields`.
 *
 * @param origin - `stored`: as we wrote it; `sent`: as a client did, perhaps in another order.
 * @throws Error with Kubernetes' text if an entry is not well formed.
 */
export function parseManagedFields(
  entries: readonly ManagedFieldsEntry[] | undefined,
  origin: "stored" | "sent",
): Managed {
  const managed = new Map<string, ManagedEntry>();
  for (const [index, entry] of (entries ?? []).entries()) {
    const parsed = parseEntry(entry, index);
    const { fieldsV1: stored } = entry;
    managed.set(identify(parsed), origin === "sent" || stored === undefined ? parsed : { ...parsed, stored });
  }
  return managed;
}

function parseEntry(entry: ManagedFieldsEntry, index: number): ManagedEntry {
  const { manager = "", operation, apiVersion = "", subresource = "", time, fieldsType = "", fieldsV1 = {} } = entry;
  if (operation !== "Apply" && operation !== "Update") throw new Error("operation must be `Apply` or `Update`");
  if (apiVersion === "") throw new Error("apiVersion must not be empty");
  if (fieldsType === ("" as string)) throw new Error(`missing fieldsType in managed fields entry ${index}`);
  if (fieldsType !== "FieldsV1") {
    throw new Error(`invalid fieldsType ${quoteGo(fieldsType)} in managed fields entry ${index}`);
  }
  if (!isJsonObject(fieldsV1)) throw new Error("error decoding set: fieldsV1 is not an object");
  return { manager, operation, apiVersion, subresource, time, fields: parseFieldsV1(fieldsV1) };
}

/** What is stored; if it is not well formed, nothing. */
export function parseStoredManagedFields(entries: readonly ManagedFieldsEntry[] | undefined): Managed {
  try {
    return parseManagedFields(entries, "stored");
  } catch {
    return NO_MANAGERS;
  }
}

/**
 * Checks `metadata.managedFields` as it is after mutating admission.
 *
 * @returns what is wrong, in Kubernetes' words; the caller then restores what was there before and warns.
 */
export function checkManagedFields(entries: readonly ManagedFieldsEntry[] | undefined): string | undefined {
  try {
    parseManagedFields(entries, "sent");
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** Whether two lists of entries are equal. */
export function sameEntries(
  a: readonly ManagedFieldsEntry[] | undefined,
  b: readonly ManagedFieldsEntry[] | undefined,
): boolean {
  return equalJson((a ?? []) as unknown as JsonArray, (b ?? []) as unknown as JsonArray);
}

/** The entry with other fields. */
export function withFields(entry: Omit<ManagedEntry, "fields">, fields: FieldSet): ManagedEntry {
  const { manager, operation, apiVersion, subresource, time } = entry;
  return { manager, operation, apiVersion, subresource, time, fields };
}

/** Formats the entries in Kubernetes' order: Apply before Update, then the oldest first. Undefined if there is none. */
export function formatManagedFields(managed: Managed): ManagedFieldsEntry[] | undefined {
  if (managed.size === 0) return undefined;
  return [...managed.values()].sort(compareEntries).map(formatEntry);
}

function formatEntry(entry: ManagedEntry): ManagedFieldsEntry {
  const { manager, operation, apiVersion, subresource, time, fields, stored = formatFieldsV1(fields) } = entry;
  return {
    ...(manager === "" ? {} : { manager }),
    operation,
    apiVersion,
    ...(time === undefined ? {} : { time }),
    fieldsType: "FieldsV1",
    fieldsV1: stored,
    ...(subresource === "" ? {} : { subresource }),
  };
}

function compareEntries(a: ManagedEntry, b: ManagedEntry): number {
  return (
    compareText(a.operation, b.operation) ||
    epochSeconds(a.time) - epochSeconds(b.time) ||
    compareText(a.manager, b.manager) ||
    compareText(a.apiVersion, b.apiVersion) ||
    compareText(a.subresource, b.subresource)
  );
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function epochSeconds(time: string | undefined): number {
  const milliseconds = time === undefined ? 0 : Date.parse(time);
  return Number.isNaN(milliseconds) ? 0 : Math.floor(milliseconds / 1000);
}

/** Most entries for updates that an object keeps. */
export const MAX_UPDATE_MANAGERS = 10;
/** Name of the entry into which the oldest updates are merged. */
const ANCIENT_CHANGES = "ancient-changes";

/**
 * Merges the oldest updates of each version, as many as need be, into one entry, so that an object written under ever new
 * names does not grow without bound.
 */
export function capUpdateManagers(managed: Managed): Managed {
  const updates = [...managed.values()].filter(({ operation }) => operation === "Update");
  let excess = updates.length - MAX_UPDATE_MANAGERS;
  if (excess <= 0) return managed;
  updates.sort((a, b) => epochSeconds(a.time) - epochSeconds(b.time) || compareText(identify(a), identify(b)));
  const capped = new Map(managed);
  const firstOfVersion = new Map<string, ManagedEntry>();
  for (const update of updates) {
    if (excess === 0) break;
    const first = firstOfVersion.get(update.apiVersion);
    if (first === undefined) {
      firstOfVersion.set(update.apiVersion, update);
      continue;
    }
    const bucketOf = { ...update, manager: ANCIENT_CHANGES, subresource: "" };
    const bucketKey = identify(bucketOf);
    const bucket = capped.get(bucketKey) ?? first;
    if (bucket === first) capped.delete(identify(first));
    capped.delete(identify(update));
    capped.set(bucketKey, withFields(bucketOf, union(bucket.fields, update.fields)));
    excess--;
  }
  return capped;
}

/** The instant as entries record it: RFC 3339 in UTC with whole seconds. */
export function formatEntryTime(now: Date): string {
  return now.toISOString().replace(/\.\d+Z$/, "Z");
}
