import type { FieldError, JsonObject, KubeObject } from "@tegata/kube-types";
import { invalidError, requiredError } from "@tegata/kube-types/schema";
import { isDeepStrictEqual } from "node:util";
import type { Strategy } from "../../registry/types.ts";
import { fieldAt, jsonOf, numberAt, objectAt, objectsAt, textAt, textsAt } from "../fields.ts";
import { settlePodSpec, validatePodSpec } from "./pod-spec.ts";

type Settle = (spec: JsonObject) => void;

/** The rules of Deployments. reference: k8s.io/kubernetes `pkg/apis/apps/v1` SetDefaults_Deployment */
export const DEPLOYMENT_STRATEGY = workloadStrategy((spec) => {
  settleRollingUpdate(spec, "strategy", { maxUnavailable: "25%", maxSurge: "25%" });
});

export const REPLICA_SET_STRATEGY = workloadStrategy(() => undefined);

export const STATEFUL_SET_STRATEGY = workloadStrategy((spec) => {
  settleRollingUpdate(spec, "updateStrategy", { partition: 0 });
  spec.persistentVolumeClaimRetentionPolicy = {
    whenDeleted: "Retain",
    whenScaled: "Retain",
    ...objectAt(spec, "persistentVolumeClaimRetentionPolicy"),
  };
});

export const DAEMON_SET_STRATEGY = workloadStrategy((spec) => {
  settleRollingUpdate(spec, "updateStrategy", { maxUnavailable: 1, maxSurge: 0 });
});

/** A ReplicationController's selector is plain labels, by default those of its template. */
export const REPLICATION_CONTROLLER_STRATEGY: Strategy = {
  tracksGeneration: true,
  prepareForCreate: settleController,
  prepareForUpdate: settleController,
};

function settleController(object: KubeObject): void {
  const spec = objectAt(object, "spec");
  const labels = objectAt(spec, "template.metadata.labels");
  if (Object.keys(labels).length > 0) spec.selector ??= labels;
  settlePodSpec(objectAt(spec, "template.spec"));
}

function workloadStrategy(settle: Settle): Strategy {
  const prepare = (object: KubeObject): void => {
    const spec = objectAt(object, "spec");
    jsonOf(object).spec = spec;
    settlePodSpec(objectAt(spec, "template.spec"));
    settle(spec);
  };
  return {
    tracksGeneration: true,
    prepareForCreate: prepare,
    prepareForUpdate: prepare,
    validate: validateWorkload,
    validateUpdate: (object, old) => validateFixedSelector(object, old),
  };
}

/** Fills in the settings of a rolling update, unless another strategy was chosen. */
function settleRollingUpdate(spec: JsonObject, field: string, defaults: JsonObject): void {
  const strategy: JsonObject = { ...objectAt(spec, field) };
  strategy.type ||= "RollingUpdate";
  if (strategy.type === "RollingUpdate")
    strategy.rollingUpdate = { ...defaults, ...objectAt(strategy, "rollingUpdate") };
  spec[field] = strategy;
}

function validateWorkload(object: KubeObject): FieldError[] {
  const errors: FieldError[] = [];
  const replicas = numberAt(object, "spec.replicas");
  if (replicas < 0) errors.push(invalidError("spec.replicas", replicas, "must be greater than or equal to 0"));
  return [
    ...errors,
    ...validateSelector(object),
    ...validatePodSpec(objectAt(object, "spec.template.spec"), "spec.template.spec", ["Always"]),
  ];
}

function validateSelector(object: KubeObject): FieldError[] {
  if (fieldAt(object, "spec.selector") === undefined) return [requiredError("spec.selector")];
  const selector = objectAt(object, "spec.selector");
  const labels = objectAt(object, "spec.template.metadata.labels");
  if (Object.keys(objectAt(selector, "matchLabels")).length + objectsAt(selector, "matchExpressions").length === 0)
    return [invalidError("spec.selector", selector, `empty selector is invalid for ${object.kind.toLowerCase()}`)];
  if (selects(selector, labels)) return [];
  return [invalidError("spec.template.metadata.labels", labels, "`selector` does not match template `labels`")];
}

function selects(selector: JsonObject, labels: JsonObject): boolean {
  const matches = Object.entries(objectAt(selector, "matchLabels")).every(([key, value]) => labels[key] === value);
  return matches && objectsAt(selector, "matchExpressions").every((expression) => satisfies(expression, labels));
}

function satisfies(expression: JsonObject, labels: JsonObject): boolean {
  const value = labels[textAt(expression, "key")];
  const isListed = typeof value === "string" && textsAt(expression, "values").includes(value);
  switch (textAt(expression, "operator")) {
    case "In":
      return isListed;
    case "NotIn":
      return !isListed;
    case "DoesNotExist":
      return value === undefined;
    default:
      return value !== undefined;
  }
}

function validateFixedSelector(object: KubeObject, old: KubeObject): FieldError[] {
  const selector = objectAt(object, "spec.selector");
  if (isDeepStrictEqual(selector, objectAt(old, "spec.selector"))) return [];
  return [invalidError("spec.selector", selector, "field is immutable")];
}
