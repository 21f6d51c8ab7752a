import type { JsonObject, KubeObject } from "@tegata/kube-types";
import type { TableColumn } from "../../registry/types.ts";
import { formatAge } from "../../table/age.ts";
import { numberAt, objectsAt, textAt } from "../fields.ts";
import { AGE, column, NAME, orNone, wide } from "./column.ts";

/** Columns of Pods. */
export const POD_COLUMNS: readonly TableColumn[] = [
  NAME,
  column("Ready", "How many of its containers are ready.", podReady),
  column("Status", "What it is doing, or what keeps it from it.", podStatus),
  column("Restarts", "How often its containers were restarted, and when last.", podRestarts),
  AGE,
  wide(column("IP", "Its address within the cluster.", (pod) => orNone(textAt(pod, "status.podIP")))),
  wide(column("Node", "The node that runs it.", (pod) => orNone(textAt(pod, "spec.nodeName")))),
  wide(
    column("Nominated Node", "The node on which others make room for it.", (pod) =>
      orNone(textAt(pod, "status.nominatedNodeName")),
    ),
  ),
  wide(column("Readiness Gates", "How many of its further conditions are true.", readinessGates)),
];

function podReady(pod: KubeObject): string {
  const ready = objectsAt(pod, "status.containerStatuses").filter((status) => status.ready === true);
  return `${ready.length}/${objectsAt(pod, "spec.containers").length}`;
}

function podStatus(pod: KubeObject): string {
  const reason = podReason(pod);
  if (pod.metadata.deletionTimestamp === undefined) return reason;
  return textAt(pod, "status.reason") === "NodeLost" ? "Unknown" : "Terminating";
}

function podReason(pod: KubeObject): string {
  const gated = objectsAt(pod, "status.conditions").some(
    (condition) => condition.type === "PodScheduled" && condition.reason === "SchedulingGated",
  );
  if (gated) return "SchedulingGated";
  const reason = textAt(pod, "status.reason") || textAt(pod, "status.phase");
  return initReason(pod) ?? containerReason(pod) ?? reason;
}

/** What the first init container that is not done is doing. */
function initReason(pod: KubeObject): string | undefined {
  const statuses = objectsAt(pod, "status.initContainerStatuses");
  for (const [index, status] of statuses.entries()) {
    const isDone = textAt(status, "state.terminated.exitCode") === "0";
    if (isDone || status.started === true) continue;
    const waiting = textAt(status, "state.waiting.reason");
    const why = textAt(status, "state.terminated.exitCode") === "" ? waiting : terminatedReason(status);
    const isPlain = why === "" || why === "PodInitializing";
    return isPlain ? `Init:${index}/${objectsAt(pod, "spec.initContainers").length}` : `Init:${why}`;
  }
  return undefined;
}

/** Why the first container that is not running is not. */
function containerReason(pod: KubeObject): string | undefined {
  for (const status of objectsAt(pod, "status.containerStatuses")) {
    const waiting = textAt(status, "state.waiting.reason");
    if (waiting !== "") return waiting;
    if (textAt(status, "state.terminated.exitCode") !== "") return terminatedReason(status);
  }
  return undefined;
}

function terminatedReason(status: JsonObject): string {
  const reason = textAt(status, "state.terminated.reason");
  if (reason !== "") return reason;
  const signal = numberAt(status, "state.terminated.signal");
  return signal === 0 ? `ExitCode:${textAt(status, "state.terminated.exitCode")}` : `Signal:${signal}`;
}

function podRestarts(pod: KubeObject, now: Date): string {
  const statuses = objectsAt(pod, "status.containerStatuses");
  const restarts = statuses.reduce((sum, status) => sum + numberAt(status, "restartCount"), 0);
  const last = statuses
    .map((status) => textAt(status, "lastState.terminated.finishedAt"))
    .sort()
    .at(-1);
  return restarts === 0 || !last ? String(restarts) : `${restarts} (${formatAge(last, now)} ago)`;
}

function readinessGates(pod: KubeObject): string {
  const gates = objectsAt(pod, "spec.readinessGates").map((gate) => textAt(gate, "conditionType"));
  if (gates.length === 0) return orNone("");
  const conditions = objectsAt(pod, "status.conditions");
  const open = gates.filter((type) => conditions.some((one) => one.type === type && one.status === "True"));
  return `${open.length}/${gates.length}`;
}
