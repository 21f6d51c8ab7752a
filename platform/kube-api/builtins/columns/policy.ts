import type { JsonObject, KubeObject } from "@tegata/kube-types";
import type { TableColumn } from "../../registry/types.ts";
import { fieldAt, numberAt, objectAt, objectsAt, textAt } from "../fields.ts";
import { printSelectorAt } from "../label-selectors.ts";
import { AGE, column, count, NAME, NONE, orNone } from "./column.ts";

/** Columns of PodDisruptionBudgets. */
export const POD_DISRUPTION_BUDGET_COLUMNS: readonly TableColumn[] = [
  NAME,
  column("Min Available", "Pods that must stay.", (budget) => textAt(budget, "spec.minAvailable") || "N/A"),
  column("Max Unavailable", "Pods that may go.", (budget) => textAt(budget, "spec.maxUnavailable") || "N/A"),
  count("Allowed Disruptions", "Pods that may go now.", (budget) => numberAt(budget, "status.disruptionsAllowed")),
  AGE,
];

/** Columns of PriorityClasses. */
export const PRIORITY_CLASS_COLUMNS: readonly TableColumn[] = [
  NAME,
  count("Value", "The priority; higher ones come first.", (object) => numberAt(object, "value")),
  column(
    "Global-Default",
    "Whether Pods without a class have it.",
    (object) => fieldAt(object, "globalDefault") === true,
    "boolean",
  ),
  AGE,
  column("PreemptionPolicy", "Whether its Pods push others out.", (object) => textAt(object, "preemptionPolicy")),
];

/** Columns of Ingresses. */
export const INGRESS_COLUMNS: readonly TableColumn[] = [
  NAME,
  column("Class", "Class of the controller that serves it.", ingressClass),
  column("Hosts", "Host names that it answers.", (ingress) => {
    const hosts = objectsAt(ingress, "spec.rules").map((rule) => textAt(rule, "host"));
    return hosts.filter(Boolean).join(",") || "*";
  }),
  column("Address", "Addresses at which it is reached.", (ingress) => {
    const given = objectsAt(ingress, "status.loadBalancer.ingress");
    return given.map((one) => textAt(one, "ip") || textAt(one, "hostname")).join(",");
  }),
  column("Ports", "Ports at which it is reached.", (ingress) => {
    return objectsAt(ingress, "spec.tls").length > 0 ? "80, 443" : "80";
  }),
  AGE,
];

function ingressClass(ingress: KubeObject): string {
  const annotation = ingress.metadata.annotations?.["kubernetes.io/ingress.class"] ?? "";
  return orNone(textAt(ingress, "spec.ingressClassName") || annotation);
}

/** Columns of IngressClasses. */
export const INGRESS_CLASS_COLUMNS: readonly TableColumn[] = [
  NAME,
  column("Controller", "What serves the class.", (object) => textAt(object, "spec.controller")),
  column("Parameters", "The object that configures it.", (object) => {
    const parameters = objectAt(object, "spec.parameters");
    const kind = [textAt(parameters, "kind"), textAt(parameters, "apiGroup")].filter(Boolean).join(".");
    return kind === "" ? NONE : `${kind}/${textAt(parameters, "name")}`;
  }),
  AGE,
];

/** Columns of NetworkPolicies. */
export const NETWORK_POLICY_COLUMNS: readonly TableColumn[] = [
  NAME,
  column("Pod-Selector", "Labels of the Pods that it is about.", (policy) => {
    return printSelectorAt(policy, "spec.podSelector");
  }),
  AGE,
];

/** Columns of HorizontalPodAutoscalers in either version. */
export const POD_AUTOSCALER_COLUMNS: readonly TableColumn[] = [
  NAME,
  column("Reference", "What is scaled.", (object) => {
    return `${textAt(object, "spec.scaleTargetRef.kind")}/${textAt(object, "spec.scaleTargetRef.name")}`;
  }),
  column("Targets", "What is measured, against what is wanted.", targets),
  column("MinPods", "Least number of Pods.", (object) => textAt(object, "spec.minReplicas") || "<unset>"),
  count("MaxPods", "Greatest number of Pods.", (object) => numberAt(object, "spec.maxReplicas")),
  count("Replicas", "Pods that there are.", (object) => numberAt(object, "status.currentReplicas")),
  AGE,
];

function targets(object: KubeObject): string {
  const metrics = objectsAt(object, "spec.metrics");
  const current = objectsAt(object, "status.currentMetrics");
  const texts = metrics.map((metric, index) => formatMetric(metric, current[index] ?? {}));
  const inV1 = textAt(object, "spec.targetCPUUtilizationPercentage");
  if (inV1 !== "") texts.push(`cpu: ${known(textAt(object, "status.currentCPUUtilizationPercentage"))}/${inV1}%`);
  return orNone(texts.join(", "));
}

function formatMetric(metric: JsonObject, current: JsonObject): string {
  const place = textAt(metric, "type").replace(/^./, (first) => first.toLowerCase());
  const target = objectAt(metric, `${place}.target`);
  const measured = objectAt(current, `${place}.current`);
  const name = textAt(metric, `${place}.name`);
  const prefix = name === "" ? "" : `${name}: `;
  if (target.averageUtilization !== undefined)
    return `${prefix}${known(textAt(measured, "averageUtilization"))}/${textAt(target, "averageUtilization")}%`;
  if (target.averageValue !== undefined)
    return `${prefix}${textAt(measured, "averageValue") || "<unknown>"}/${textAt(target, "averageValue")}${name === "" ? " (avg)" : ""}`;
  return `${prefix}${textAt(measured, "value") || "<unknown>"}/${textAt(target, "value")}`;
}

function known(percent: string): string {
  return percent === "" ? "<unknown>" : `${percent}%`;
}
