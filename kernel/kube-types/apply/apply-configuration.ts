import { parseGroupVersion } from "../names.ts";
import type { JsonObject, JsonValue, KubeObject } from "../objects.ts";
import { checkDepth } from "../patch/depth.ts";
import { PatchError } from "../patch/patch-error.ts";
import { cloneJson, equalJson } from "../schema/json-value.ts";
import { checkValue } from "./check-value.ts";
import { compare, excludeFrom } from "./compare.ts";
import { type Conflict, conflictError } from "./conflicts.ts";
import { difference, equalSets, exclude, fieldSetOf, NO_FIELDS } from "./field-set.ts";
import { type FieldType, objectTypeOf } from "./field-type.ts";
import { fieldsOf } from "./fields-of.ts";
import { annotateLastApplied, fieldsOfLastApplied } from "./last-applied.ts";
import {
  formatManagedFields,
  identify,
  type Managed,
  type ManagedEntry,
  parseManagedFields,
  sameEntries,
} from "./managed-fields.ts";
import { merge } from "./merge.ts";
import { entryOf, findConflicts, ownable, reconcileWithSchema, takeFromOthers } from "./ownership.ts";
import { relinquish } from "./relinquish.ts";
import { emptyObject, recordUpdate, withManagedFields, withoutManagedFields } from "./track-update.ts";
import type { ApplyRequest, ApplyResult } from "./types.ts";

/** Owner of what was there before an object without recorded owners was first applied. */
const BEFORE_FIRST_APPLY = "before-first-apply";

/**
 * Applies a configuration (`application/apply-patch+yaml`): merges it into the live object, removes what the same manager
 * applied before, left out now and nobody else owns, and records who owns what.
 *
 * @param live - what is stored; undefined if there is no such object, which is then created.
 * @param config - the fields that the manager wants, and no others.
 * @throws PatchError `APPLY_CONFLICT` if it changes fields of others and does not force; `PATCH_MALFORMED` if it is of
 *   another kind or version, or has `managedFields`; `PATCH_FAILED` if it does not fit the schema.
 * @see Kubernetes documentation, "Server-Side Apply"; KEP-555
 */
export function applyConfiguration(
  live: KubeObject | undefined,
  config: KubeObject,
  request: ApplyRequest,
): ApplyResult {
  const type = objectTypeOf(request.schema);
  checkConfiguration(type, config, request);
  const before = live ?? emptyObject(request);
  const { merged, isSame, managed } = apply(type, before, config, request);
  const copy = cloneJson(merged) as unknown as KubeObject;
  const annotated = request.manager === "kubectl" ? annotateLastApplied(copy, config) : copy;
  const object = withManagedFields(annotated, formatManagedFields(managed));
  const isUnchanged =
    isSame && annotated === copy && sameEntries(before.metadata.managedFields, object.metadata.managedFields);
  return { object, changed: live === undefined || !isUnchanged };
}

function asJson(object: KubeObject): JsonObject {
  return object as unknown as JsonObject;
}

function checkConfiguration(type: FieldType, config: KubeObject, { apiVersion, kind }: ApplyRequest): void {
  checkDepth(asJson(config));
  if (config.apiVersion !== apiVersion || config.kind !== kind) {
    throw new PatchError("PATCH_MALFORMED", `invalid object type: ${describeKind(config)}`);
  }
  if (Array.isArray(config.metadata?.managedFields)) {
    throw new PatchError("PATCH_MALFORMED", "metadata.managedFields must be nil");
  }
  const problems = checkValue(type, asJson(config));
  if (problems.length === 0) return;
  const { name = "", namespace = "" } = config.metadata ?? {};
  const why =
    problems.length === 1 ? problems.join("") : ["errors:", ...problems.map((text) => `  ${text}`)].join("\n");
  throw new PatchError(
    "PATCH_FAILED",
    `failed to create typed patch object (${namespace}/${name}; ${describeKind(config)}): ${why}`,
  );
}

function describeKind({ apiVersion = "", kind = "" }: Partial<KubeObject>): string {
  const { group, version } = parseGroupVersion(apiVersion);
  return `${group}/${version}, Kind=${kind}`;
}

interface Outcome {
  readonly merged: JsonValue;
  /** Nothing but the owners changes. */
  readonly isSame: boolean;
  readonly managed: Managed;
}

function apply(type: FieldType, before: KubeObject, config: KubeObject, request: ApplyRequest): Outcome {
  const managed = reconcileWithSchema(type, managedBefore(before, request));
  const reset = fieldSetOf(request.resetFields ?? []);
  const self = entryOf(request, "Apply");
  const key = identify(self);
  const previous = managed.get(key);
  const own = exclude(fieldsOf(type, asJson(config)), reset);
  const owners = new Map<string, ManagedEntry>(managed).set(key, { ...self, fields: own });
  const live = withoutManagedFields(before);
  const merged = relinquish(type, merge(type, live, asJson(config)), previous?.fields ?? NO_FIELDS, own, owners);
  const comparison = excludeFrom(compare(type, live, merged), reset);
  const conflicts = request.force ? [] : findConflicts(owners, key, comparison);
  if (conflicts.length > 0) checkConflicts(conflicts, type, before, request);
  // Who comes to own what already is so has changed nothing, at no time.
  const isSame = equalJson(live, merged);
  const time = isSame ? previous?.time : self.time;
  const settled = takeFromOthers(owners, key, comparison);
  const fields = ownable(own);
  const entry =
    previous !== undefined && equalSets(previous.fields, fields) ? { ...previous, ...self } : { ...self, fields };
  return { merged, isSame, managed: recordOwn(settled, key, { ...entry, time }) };
}

function recordOwn(managed: Managed, key: string, entry: ManagedEntry): Managed {
  const result = new Map(managed);
  if (entry.fields.size === 0) result.delete(key);
  else result.set(key, entry);
  return result;
}

/** An object without recorded owners is first given one for all that it has. */
function managedBefore(live: KubeObject, request: ApplyRequest): Managed {
  const managed = parseLiveManagedFields(live);
  if (managed.size > 0) return managed;
  return recordUpdate(managed, emptyObject(request), live, { ...request, manager: BEFORE_FIRST_APPLY });
}

function parseLiveManagedFields(live: KubeObject): Managed {
  try {
    return parseManagedFields(live.metadata.managedFields, "stored");
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new PatchError("PATCH_FAILED", `failed to decode managed fields: ${why}`);
  }
}

/** What kubectl applied client-side it may take over without force. */
function checkConflicts(
  conflicts: readonly Conflict[],
  type: FieldType,
  live: KubeObject,
  { manager }: ApplyRequest,
): void {
  const allowed = manager === "kubectl" ? fieldsOfLastApplied(type, live) : undefined;
  const forbidden = conflicts
    .map(({ entry, fields }) => ({ entry, fields: difference(fields, allowed ?? NO_FIELDS) }))
    .filter(({ fields }) => fields.size > 0);
  if (forbidden.length > 0) throw conflictError(forbidden);
}
