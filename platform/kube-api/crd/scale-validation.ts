import { isJsonObject, invalidError, memberOf } from "@tegata/kube-types/schema";
import type { FieldError, JsonValue, KubeObject } from "@tegata/kube-types";
import type { CrdScale } from "./types.ts";

const MAX_INT32 = 2 ** 31 - 1;

/** Checks the fields that a custom resource's scale subresource reads: numbers of replicas, and the text of a selector. */
export function checkScaleFields(object: KubeObject, scale: CrdScale): FieldError[] {
  const selector = scale.labelSelectorPath === undefined ? undefined : readPath(object, scale.labelSelectorPath);
  return [
    ...checkReplicas(object, scale.specReplicasPath),
    ...checkReplicas(object, scale.statusReplicasPath),
    ...(selector === undefined || typeof selector === "string"
      ? []
      : [invalidError(scale.labelSelectorPath ?? "", "", "the label selector must be a string")]),
  ];
}

function checkReplicas(object: KubeObject, path: string): FieldError[] {
  const value = readPath(object, path);
  if (value === undefined) return [];
  if (typeof value !== "number" || !Number.isInteger(value)) return [invalidError(path, 0, "must be an integer")];
  if (value < 0) return [invalidError(path, value, "should be a non-negative integer")];
  return value > MAX_INT32 ? [invalidError(path, value, `should be less than or equal to ${MAX_INT32}`)] : [];
}

function readPath(object: KubeObject, path: string): JsonValue | undefined {
  const names = path.replace(/^\./, "").split(".");
  return names.reduce<JsonValue | undefined>(
    (value, name) => (isJsonObject(value) ? memberOf(value, name) : undefined),
    object as unknown as JsonValue,
  );
}
