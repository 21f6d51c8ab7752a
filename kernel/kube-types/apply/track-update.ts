import type { JsonObject, KubeObject, ManagedFieldsEntry } from "../objects.ts";
import { equalJson } from "../schema/json-value.ts";
import { withAlwaysPrinted } from "./always-printed.ts";
import { compare, excludeFrom } from "./compare.ts";
import { fieldSetOf, NO_FIELDS, union } from "./field-set.ts";
import { objectTypeOf } from "./field-type.ts";
import {
  capUpdateManagers,
  formatManagedFields,
  identify,
  type Managed,
  NO_MANAGERS,
  parseManagedFields,
  parseStoredManagedFields,
  sameEntries,
  withFields,
} from "./managed-fields.ts";
import { entryOf, ownable, reconcileWithSchema, takeFromOthers } from "./ownership.ts";
import type { WriteRequest } from "./types.ts";

/**
 * Records who owns what after a write that is no apply: whoever changes a field takes it from all others, and a field that
 * is gone is owned by nobody. Fields that do not change keep their owners.
 *
 * A client may write `managedFields` itself (except through a subresource): a list with one empty entry clears it for good,
 * until somebody applies; an empty or malformed list counts as none sent.
 *
 * @param live - what is stored; undefined for a create.
 * @param updated - what is to be stored, in the form in which clients see it.
 * @returns a copy of `updated` with its `managedFields`; all but `metadata` is shared with it.
 */
export function trackUpdate(live: KubeObject | undefined, updated: KubeObject, request: WriteRequest): KubeObject {
  const before = live ?? emptyObject(request);
  const managed = managedBefore(before, updated, (request.subresource ?? "") !== "");
  // Nobody owns anything of an object whose owners were cleared, nor of one that was stored before owners were recorded.
  if (managed.size === 0 && before.metadata.uid !== undefined) return withManagedFields(updated, undefined);
  const after = recordUpdate(managed, before, updated, request);
  return withManagedFields(updated, formatManagedFields(capUpdateManagers(after)));
}

/** The entries after an update. */
export function recordUpdate(managed: Managed, before: KubeObject, after: KubeObject, request: WriteRequest): Managed {
  const type = objectTypeOf(request.schema);
  const reset = fieldSetOf(request.resetFields ?? []);
  const comparison = excludeFrom(compare(type, printed(before, request), printed(after, request)), reset);
  const result = new Map(takeFromOthers(reconcileWithSchema(type, managed), "", comparison));
  const taken = ownable(comparison.changed);
  if (taken.size === 0) return result;
  const self = entryOf(request, "Update");
  const key = identify(self);
  result.set(key, withFields(self, union(result.get(key)?.fields ?? NO_FIELDS, taken)));
  return result;
}

function printed(object: KubeObject, { apiVersion, kind }: WriteRequest): JsonObject {
  return withAlwaysPrinted(withoutManagedFields(object), apiVersion, kind);
}

/** An object before anything is set. */
export function emptyObject({ apiVersion, kind }: Pick<KubeObject, "apiVersion" | "kind">): KubeObject {
  return { apiVersion, kind, metadata: {} };
}

function managedBefore(live: KubeObject, updated: KubeObject, isSubresource: boolean): Managed {
  const stored = live.metadata.managedFields;
  const { managedFields: sent = [] } = updated.metadata;
  // Most clients send back what they read.
  if (isSubresource || sent.length === 0 || sameEntries(sent, stored)) return parseStoredManagedFields(stored);
  if (sent.length === 1 && Object.keys(sent[0] ?? {}).length === 0) return NO_MANAGERS;
  try {
    return parseManagedFields(sent, "sent");
  } catch {
    return parseStoredManagedFields(stored);
  }
}

/** A copy of an object with other `managedFields`, or without. */
export function withManagedFields(object: KubeObject, entries: ManagedFieldsEntry[] | undefined): KubeObject {
  // A configuration may say `metadata: null`.
  const { managedFields: _, ...metadata } = (object.metadata as KubeObject["metadata"] | null) ?? {};
  return { ...object, metadata: entries === undefined ? metadata : { ...metadata, managedFields: entries } };
}

/** The object as comparisons see it. */
export function withoutManagedFields(object: KubeObject): JsonObject {
  return withManagedFields(object, undefined) as unknown as JsonObject;
}

/**
 * Undoes the time stamps of a write that in the end changed nothing, because admission or defaulting took it back: the
 * object is then equal to the live one and need not be written.
 *
 * @returns `updated`, or a copy of it with the live object's `managedFields`.
 */
export function keepUnchangedTimes(live: KubeObject, updated: KubeObject): KubeObject {
  const [old = [], current = []] = [live.metadata.managedFields, updated.metadata.managedFields];
  if (current.length === 0 || current.length !== old.length) return updated;
  if (!old.every((entry, index) => equalJson(withoutTime(entry), withoutTime(current[index] ?? {})))) return updated;
  if (!equalJson(withoutManagedFields(live), withoutManagedFields(updated))) return updated;
  return withManagedFields(updated, old);
}

function withoutTime(entry: ManagedFieldsEntry): JsonObject {
  const { time: _, ...rest } = entry;
  return rest as unknown as JsonObject;
}
