import type { FieldError, KubeObject } from "@tegata/kube-types";
import { invalidError, notSupportedError, requiredError } from "@tegata/kube-types/schema";
import type { Strategy } from "../../registry/types.ts";
import { fieldAt, jsonOf, numberAt, objectAt, objectsAt, textAt } from "../fields.ts";

const TYPES = ["ClusterIP", "ExternalName", "LoadBalancer", "NodePort"];

/** The rules of Services. No address is allocated: nothing routes to one. */
export const SERVICE_STRATEGY: Strategy = {
  allowCreateOnUpdate: true,
  prepareForCreate: settleService,
  prepareForUpdate: settleService,
  validate: validateService,
};

function settleService(object: KubeObject): void {
  const spec = objectAt(object, "spec");
  jsonOf(object).spec = spec;
  for (const port of objectsAt(spec, "ports")) {
    if (port.targetPort === undefined || port.targetPort === 0 || port.targetPort === "")
      port.targetPort = port.port ?? 0;
  }
  const type = textAt(spec, "type");
  if (type !== "ExternalName") spec.internalTrafficPolicy ??= "Cluster";
  if (type === "NodePort" || type === "LoadBalancer") spec.externalTrafficPolicy ??= "Cluster";
  if (type === "LoadBalancer") spec.allocateLoadBalancerNodePorts ??= true;
  if (textAt(spec, "sessionAffinity") === "ClientIP")
    spec.sessionAffinityConfig ??= { clientIP: { timeoutSeconds: 10800 } };
  jsonOf(object).status ??= { loadBalancer: {} };
}

function validateService(service: KubeObject): FieldError[] {
  const type = textAt(service, "spec.type");
  const ports = objectsAt(service, "spec.ports");
  const isHeadless = textAt(service, "spec.clusterIP") === "None";
  const errors: FieldError[] = [];
  if (!TYPES.includes(type)) errors.push(notSupportedError("spec.type", type, TYPES));
  if (type === "ExternalName") {
    if (textAt(service, "spec.externalName") === "") errors.push(requiredError("spec.externalName"));
  } else if (ports.length === 0 && !isHeadless) errors.push(requiredError("spec.ports"));
  for (const [index, port] of ports.entries()) {
    const field = `spec.ports[${index}]`;
    if (ports.length > 1 && textAt(port, "name") === "") errors.push(requiredError(`${field}.name`));
    const number = numberAt(port, "port");
    if (number < 1 || number > 65535)
      errors.push(invalidError(`${field}.port`, fieldAt(port, "port") ?? 0, "must be between 1 and 65535, inclusive"));
  }
  return errors;
}
