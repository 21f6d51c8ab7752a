import type { ResourceDefinition } from "../registry/types.ts";
import { POD_AUTOSCALER_COLUMNS } from "./columns/policy.ts";
import { defineResource } from "./define.ts";

/** `autoscaling/v2`: the HorizontalPodAutoscaler. */
export function autoscalingResources(): ResourceDefinition[] {
  return [
    defineResource({
      group: "autoscaling",
      version: "v2",
      kind: "HorizontalPodAutoscaler",
      plural: "horizontalpodautoscalers",
      shortNames: ["hpa"],
      categories: ["all"],
      hasStatus: true,
      columns: POD_AUTOSCALER_COLUMNS,
    }),
  ];
}
