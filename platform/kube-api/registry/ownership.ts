import { formatGroupVersion, type KubeObject } from "@tegata/kube-types";
import { keepUnchangedTimes, resetFieldsOf, trackUpdate, type WriteRequest } from "@tegata/kube-types/apply";
import type { Target } from "./context.ts";
import type { WriteOptions } from "./write-options.ts";

/** Records who set which fields. @param old - what is stored; undefined on a create. */
export function withOwnership(
  target: Target,
  object: KubeObject,
  old: KubeObject | undefined,
  options: WriteOptions,
  now: Date,
): KubeObject {
  const tracked = trackUpdate(old, object, ownershipRequest(target, options, now));
  return old === undefined ? tracked : keepUnchangedTimes(old, tracked);
}

/** What the bookkeeping of field owners needs to know of a write. */
export function ownershipRequest({ definition, subresource }: Target, options: WriteOptions, now: Date): WriteRequest {
  return {
    schema: definition.schema,
    apiVersion: formatGroupVersion(definition),
    kind: definition.kind,
    manager: options.fieldManager,
    subresource,
    now,
    resetFields: resetFieldsOf(subresource, definition.hasStatus),
  };
}
