import type { JsonObject, KubeObject } from "@tegata/kube-types";
import { isJsonObject } from "@tegata/kube-types/schema";
import { fieldAt, jsonOf, numberAt, objectAt, objectsAt, textAt } from "./fields.ts";

/** Where `autoscaling/v1`, which knows CPU only, keeps the rest of a spec, as JSON, so that no write loses it. */
const REST_ANNOTATION = "autoscaling.tegata.dev/v2-spec";

/** Converts a HorizontalPodAutoscaler between `v1` and `v2`. */
export function convertPodAutoscaler(object: KubeObject, toVersion: string): KubeObject {
  return toVersion === "v2" ? toV2(object) : toV1(object);
}

function toV1(object: KubeObject): KubeObject {
  const { metrics: _metrics, behavior, ...spec } = objectAt(object, "spec");
  const { currentMetrics: _current, conditions: _conditions, ...status } = objectAt(object, "status");
  const metrics = objectsAt(object, "spec.metrics");
  const others = metrics.filter((metric) => !isCpuMetric(metric));
  const wanted = metrics.filter(isCpuMetric).map((metric) => numberAt(metric, TARGET));
  const [current] = objectsAt(object, "status.currentMetrics").filter(isCpuMetric);
  const rest = { ...(others.length === 0 ? {} : { metrics: others }), ...(behavior === undefined ? {} : { behavior }) };
  return asAutoscaler(object, "v1", {
    metadata: withRest(object.metadata, rest),
    spec: { ...spec, ...(wanted[0] === undefined ? {} : { targetCPUUtilizationPercentage: wanted[0] }) },
    status: {
      ...status,
      ...(current === undefined ? {} : { currentCPUUtilizationPercentage: numberAt(current, CURRENT) }),
    },
  });
}

function toV2(object: KubeObject): KubeObject {
  const { targetCPUUtilizationPercentage: wanted, ...spec } = objectAt(object, "spec");
  const { currentCPUUtilizationPercentage: current, ...status } = objectAt(object, "status");
  const { [REST_ANNOTATION]: restText, ...annotations } = object.metadata.annotations ?? {};
  const rest = parseRest(restText);
  const metrics = [...(typeof wanted === "number" ? [cpuMetric(wanted)] : []), ...objectsAt(rest, "metrics")];
  return asAutoscaler(object, "v2", {
    metadata: { ...object.metadata, ...(restText === undefined ? {} : { annotations }) },
    spec: {
      ...spec,
      ...(metrics.length === 0 ? {} : { metrics }),
      ...(fieldAt(rest, "behavior") === undefined ? {} : { behavior: objectAt(rest, "behavior") }),
    },
    status: { ...status, ...(typeof current === "number" ? { currentMetrics: [currentCpu(current)] } : {}) },
  });
}

const TARGET = "resource.target.averageUtilization";
const CURRENT = "resource.current.averageUtilization";

function isCpuMetric(metric: JsonObject): boolean {
  const isShare = fieldAt(metric, TARGET) !== undefined || fieldAt(metric, CURRENT) !== undefined;
  return metric.type === "Resource" && textAt(metric, "resource.name") === "cpu" && isShare;
}

/** A wanted CPU use, in percent of what the Pods asked for. */
export function cpuMetric(percent: number): JsonObject {
  return { type: "Resource", resource: { name: "cpu", target: { type: "Utilization", averageUtilization: percent } } };
}

function currentCpu(percent: number): JsonObject {
  return { type: "Resource", resource: { name: "cpu", current: { averageUtilization: percent } } };
}

function withRest(metadata: KubeObject["metadata"], rest: JsonObject): KubeObject["metadata"] {
  if (Object.keys(rest).length === 0) return metadata;
  return { ...metadata, annotations: { ...metadata.annotations, [REST_ANNOTATION]: JSON.stringify(rest) } };
}

/** Whoever writes the annotation by hand writes what the schema will then judge; what is not JSON counts as nothing. */
function parseRest(text: string | undefined): JsonObject {
  try {
    const value: unknown = JSON.parse(text ?? "{}");
    return isJsonObject(value as JsonObject) ? (value as JsonObject) : {};
  } catch {
    return {};
  }
}

function asAutoscaler(
  object: KubeObject,
  version: "v1" | "v2",
  { metadata, spec, status }: { metadata: KubeObject["metadata"]; spec: JsonObject; status: JsonObject },
): KubeObject {
  const hasStatus = jsonOf(object).status !== undefined;
  const converted = { apiVersion: `autoscaling/${version}`, kind: object.kind, metadata, spec };
  return hasStatus ? ({ ...converted, status } as KubeObject) : converted;
}
