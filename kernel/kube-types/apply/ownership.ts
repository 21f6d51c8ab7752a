import type { Comparison } from "./compare.ts";
import type { Conflict } from "./conflicts.ts";
import { difference, type FieldSet, fieldSetOf, intersection } from "./field-set.ts";
import type { FieldType } from "./field-type.ts";
import { formatEntryTime, type Managed, type ManagedEntry, withFields } from "./managed-fields.ts";
import { collapseAtomics } from "./remove.ts";
import type { WriteRequest } from "./types.ts";

/** Fields that identify an object or that the server keeps: nobody owns them. */
const NEVER_OWNED: FieldSet = fieldSetOf([
  ["apiVersion"],
  ["kind"],
  ["metadata"],
  ["metadata", "name"],
  ["metadata", "namespace"],
  ["metadata", "creationTimestamp"],
  ["metadata", "selfLink"],
  ["metadata", "uid"],
  ["metadata", "clusterName"],
  ["metadata", "generation"],
  ["metadata", "managedFields"],
  ["metadata", "resourceVersion"],
]);

/** A set without the fields that nobody owns. */
export function ownable(fields: FieldSet): FieldSet {
  return difference(fields, NEVER_OWNED);
}

/** The entry, still without fields, of whoever makes a request. */
export function entryOf(request: WriteRequest, operation: ManagedEntry["operation"]): Omit<ManagedEntry, "fields"> {
  const { apiVersion, subresource = "", now } = request;
  const manager = request.manager === "" ? "unknown" : request.manager;
  return { manager, operation, apiVersion, subresource, time: formatEntryTime(now) };
}

/** Brings the recorded sets up to the schema as it is now. */
export function reconcileWithSchema(type: FieldType, managed: Managed): Managed {
  return mapFields(managed, ({ fields }) => collapseAtomics(type, fields));
}

/** What the others own of the fields that change, in the order of the managers' names. */
export function findConflicts(managed: Managed, self: string, { changed }: Comparison): Conflict[] {
  const conflicts: Conflict[] = [];
  for (const [key, entry] of [...managed].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const fields = key === self ? undefined : intersection(entry.fields, changed);
    if (fields !== undefined && fields.size > 0) conflicts.push({ entry, fields });
  }
  return conflicts;
}

/** Takes from the others what changed and what is gone. */
export function takeFromOthers(managed: Managed, self: string, { changed, removed }: Comparison): Managed {
  return mapFields(managed, ({ fields }, key) =>
    key === self ? fields : difference(difference(fields, changed), removed),
  );
}

/** Maps the fields of each entry and drops the entries of which nothing is left. */
function mapFields(managed: Managed, change: (entry: ManagedEntry, key: string) => FieldSet): Managed {
  const result = new Map<string, ManagedEntry>();
  for (const [key, entry] of managed) {
    const fields = change(entry, key);
    if (fields.size > 0) result.set(key, fields === entry.fields ? entry : withFields(entry, fields));
  }
  return result;
}
