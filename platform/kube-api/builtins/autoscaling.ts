import type { ResourceDefinition } from "../registry/types.ts";
import { defineResource } from "./define.ts";

/** `autoscaling/v2` and `/v1`: the HorizontalPodAutoscaler. */
export function autoscalingResources(): ResourceDefinition[] {
  const spec = {
    group: "autoscaling",
    kind: "HorizontalPodAutoscaler",
    plural: "horizontalpodautoscalers",
    shortNames: ["hpa"],
    categories: ["all"],
    hasStatus: true,
  };
  return [defineResource({ ...spec, version: "v2" })];
}
