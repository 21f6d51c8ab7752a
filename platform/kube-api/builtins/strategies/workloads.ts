import type { FieldError, JsonObject, KubeObject } from "@tegata/kube-types";
import { invalidError, requiredError } from "@tegata/kube-types/schema";
import { matchesLabels } from "@tegata/kube-types/selectors";
import { isDeepStrictEqual } from "node:util";
import type { Strategy } from "../../registry/types.ts";
import { entriesAt, fieldAt, jsonOf, numberAt, objectAt } from "../fields.ts";
import { requirementsAt } from "../label-selectors.ts";
import { settlePodSpec, validatePodSpec } from "./pod-spec.ts";

type Settle = (spec: JsonObject) => void;

/** The rules of Deployments. reference: k8s.io/kubernetes `pkg/apis/apps/v1` SetDefaults_Deployment */
export const DEPLOYMENT_STRATEGY = workloadStrategy((spec) => {
  settleRollingUpdate(spec, "strategy", { maxUnavailable: "25%", maxSurge: "25%" });
});

/** The rules of ReplicaSets. */
export const REPLICA_SET_STRATEGY = workloadStrategy(() => undefined);

/** The rules of StatefulSets. */
export const STATEFUL_SET_STRATEGY = workloadStrategy((spec) => {
  settleRollingUpdate(spec, "updateStrategy", { partition: 0 });
  spec.persistentVolumeClaimRetentionPolicy = {
    whenDeleted: "Retain",
    whenScaled: "Retain",
    ...objectAt(spec, "persistentVolumeClaimRetentionPolicy"),
  };
});

/** The rules of DaemonSets. */
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
  const requirements = requirementsAt(object, "spec.selector");
  if (requirements.length === 0)
    return [invalidError("spec.selector", selector, `empty selector is invalid for ${object.kind.toLowerCase()}`)];
  const labels = Object.fromEntries(entriesAt(object, "spec.template.metadata.labels"));
  if (matchesLabels(requirements, labels)) return [];
  return [invalidError("spec.template.metadata.labels", labels, "`selector` does not match template `labels`")];
}

function validateFixedSelector(object: KubeObject, old: KubeObject): FieldError[] {
  const selector = objectAt(object, "spec.selector");
  if (isDeepStrictEqual(selector, objectAt(old, "spec.selector"))) return [];
  return [invalidError("spec.selector", selector, "field is immutable")];
}
