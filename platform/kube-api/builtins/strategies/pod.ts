import type { FieldError, JsonObject, KubeObject } from "@tegata/kube-types";
import { forbiddenError } from "@tegata/kube-types/schema";
import { isDeepStrictEqual } from "node:util";
import type { Strategy } from "../../registry/types.ts";
import { jsonOf, objectAt, objectsAt, textAt } from "../fields.ts";
import { settlePodSpec, validatePodSpec } from "./pod-spec.ts";

/** The rules of Pods. Nothing runs them here; whoever does (a test's kubelet) writes their status. */
export const POD_STRATEGY: Strategy = {
  prepareForCreate: (pod) => {
    settlePod(pod);
    jsonOf(pod).status = { phase: "Pending", qosClass: qosClass(pod) };
  },
  prepareForUpdate: settlePod,
  validate: (pod) => validatePodSpec(objectAt(pod, "spec"), "spec"),
  validateUpdate: validatePodUpdate,
};

function settlePod(pod: KubeObject): void {
  const spec = objectAt(pod, "spec");
  jsonOf(pod).spec = spec;
  settlePodSpec(spec);
  spec.enableServiceLinks ??= true;
  spec.serviceAccountName ??= "default";
  spec.serviceAccount ??= spec.serviceAccountName;
  for (const container of [...objectsAt(spec, "containers"), ...objectsAt(spec, "initContainers")]) {
    const limits = objectAt(container, "resources.limits");
    if (Object.keys(limits).length === 0) continue;
    const resources = objectAt(container, "resources");
    resources.requests = { ...limits, ...objectAt(resources, "requests") };
  }
}

function qosClass(pod: KubeObject): "Guaranteed" | "Burstable" | "BestEffort" {
  const containers = objectsAt(pod, "spec.containers").map((container) => objectAt(container, "resources"));
  const isUnbounded = containers.every(
    (resources) =>
      Object.keys(objectAt(resources, "requests")).length + Object.keys(objectAt(resources, "limits")).length === 0,
  );
  if (isUnbounded) return "BestEffort";
  const isGuaranteed = containers.every((resources) =>
    ["cpu", "memory"].every((name) => {
      const limit = textAt(resources, `limits.${name}`);
      return limit !== "" && limit === textAt(resources, `requests.${name}`);
    }),
  );
  return isGuaranteed ? "Guaranteed" : "Burstable";
}

/** A Pod runs as it was created; only these fields may change. */
function validatePodUpdate(pod: KubeObject, old: KubeObject): FieldError[] {
  if (isDeepStrictEqual(fixedPart(pod), fixedPart(old))) return [];
  return [
    forbiddenError(
      "spec",
      "pod updates may not change fields other than `spec.containers[*].image`,`spec.initContainers[*].image`," +
        "`spec.activeDeadlineSeconds`,`spec.tolerations` (only additions to existing tolerations)," +
        "`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)",
    ),
  ];
}

function fixedPart(pod: KubeObject): JsonObject {
  const spec = structuredClone(objectAt(pod, "spec"));
  for (const field of ["activeDeadlineSeconds", "tolerations", "terminationGracePeriodSeconds", "nodeName"])
    delete spec[field];
  for (const list of ["containers", "initContainers"]) {
    for (const container of objectsAt(spec, list)) {
      delete container.image;
      delete container.imagePullPolicy;
    }
  }
  delete spec.ephemeralContainers;
  delete spec.schedulingGates;
  return spec;
}
