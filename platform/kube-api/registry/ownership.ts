import type { KubeObject } from "@tegata/kube-types";
import type { Target } from "./context.ts";
import type { WriteOptions } from "./write-options.ts";

/** Records who set which fields. `old` is undefined on a create. Changes `object` in place. */
export function trackOwnership(
  _target: Target,
  object: KubeObject,
  old: KubeObject | undefined,
  _options: WriteOptions,
  _now: Date,
): void {
  if (old?.metadata.managedFields !== undefined) object.metadata.managedFields = old.metadata.managedFields;
}
