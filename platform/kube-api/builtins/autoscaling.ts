import type { KubeObject } from "@tegata/kube-types";
import type { ResourceDefinition } from "../registry/types.ts";
import { convertPodAutoscaler, cpuMetric } from "./autoscaling-conversion.ts";
import { POD_AUTOSCALER_COLUMNS } from "./columns/policy.ts";
import { type BuiltinSpec, defineResource } from "./define.ts";
import { objectAt, objectsAt } from "./fields.ts";

/** The CPU use at which Pods are added if an autoscaler names nothing to measure, in percent. */
const DEFAULT_CPU_PERCENT = 80;

/** The HorizontalPodAutoscaler: `autoscaling/v2`, and `autoscaling/v1` for kubectl before 1.33. */
export function autoscalingResources(): ResourceDefinition[] {
  const spec: BuiltinSpec = {
    group: "autoscaling",
    storageVersion: "v2",
    kind: "HorizontalPodAutoscaler",
    plural: "horizontalpodautoscalers",
    shortNames: ["hpa"],
    categories: ["all"],
    hasStatus: true,
    columns: POD_AUTOSCALER_COLUMNS,
  };
  return [
    defineResource({
      ...spec,
      version: "v2",
      strategy: { prepareForCreate: measureSomething, prepareForUpdate: measureSomething },
    }),
    defineResource({
      ...spec,
      version: "v1",
      strategy: {
        prepareForCreate: (object) => {
          objectAt(object, "spec").targetCPUUtilizationPercentage ??= DEFAULT_CPU_PERCENT;
        },
      },
      convert: (object, toVersion) => Promise.resolve(convertPodAutoscaler(object, toVersion)),
    }),
  ];
}

function measureSomething(object: KubeObject): void {
  if (objectsAt(object, "spec.metrics").length === 0)
    objectAt(object, "spec").metrics = [cpuMetric(DEFAULT_CPU_PERCENT)];
}
