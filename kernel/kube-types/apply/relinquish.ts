import type { JsonValue } from "../objects.ts";
import { difference, type FieldSet, intersection, NO_FIELDS, union } from "./field-set.ts";
import type { FieldType } from "./field-type.ts";
import { fieldsOf } from "./fields-of.ts";
import type { Managed } from "./managed-fields.ts";
import { removeFields, withDeclaredFields } from "./remove.ts";

/**
 * Removes from a merged object what its applier applied before, no longer does, and nobody else owns.
 *
 * @param previous - what the applier owned before.
 * @param own - what it owns now.
 * @param owners - who owns what now, the applier included.
 */
export function relinquish(
  type: FieldType,
  merged: JsonValue,
  previous: FieldSet,
  own: FieldSet,
  owners: Managed,
): JsonValue {
  if (difference(previous, own).size === 0) return merged;
  const owned = [...owners.values()].reduce((all, { fields }) => union(all, fields), NO_FIELDS);
  const mergedFields = declared(type, merged);
  const released = withDeclaredFields(type, previous);
  // What others own stays, and so does what leads to it.
  const withoutReleased = declared(type, removeFields(type, merged, released));
  const unowned = difference(mergedFields, union(withoutReleased, withDeclaredFields(type, owned)));
  // What nobody ever owned, such as a default, stays unless it lies within something that goes.
  const remaining = declared(type, removeFields(type, merged, unowned));
  return removeFields(type, merged, intersection(difference(mergedFields, remaining), released));
}

function declared(type: FieldType, value: JsonValue): FieldSet {
  return withDeclaredFields(type, fieldsOf(type, value));
}
