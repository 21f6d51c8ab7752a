import type { KubeObject } from "@tegata/kube-types";
import type { TableColumn } from "../../registry/types.ts";
import { formatAge, formatDuration } from "../../table/age.ts";
import { entriesAt, fieldAt, numberAt, objectsAt, textAt } from "../fields.ts";
import { printSelectorAt } from "../label-selectors.ts";
import { AGE, column, count, formatLabels, NAME, NONE, orNone, wide } from "./column.ts";

/** Columns of Deployments. */
export const DEPLOYMENT_COLUMNS: readonly TableColumn[] = [
  NAME,
  column("Ready", "How many of the wanted Pods are ready.", readyOfWanted),
  count("Up-to-date", "Pods made from the current template.", (object) => numberAt(object, "status.updatedReplicas")),
  count("Available", "Pods that have been ready for long enough.", (object) =>
    numberAt(object, "status.availableReplicas"),
  ),
  AGE,
  ...templateColumns("spec.template"),
  wide(selectorColumn()),
];

/** Columns of ReplicaSets. */
export const REPLICA_SET_COLUMNS: readonly TableColumn[] = [
  NAME,
  count("Desired", "Pods that are wanted.", (object) => numberAt(object, "spec.replicas")),
  count("Current", "Pods that there are.", (object) => numberAt(object, "status.replicas")),
  count("Ready", "Pods that are ready.", (object) => numberAt(object, "status.readyReplicas")),
  AGE,
  ...templateColumns("spec.template"),
  wide(selectorColumn()),
];

/** Columns of ReplicationControllers, whose selector is plain labels. */
export const REPLICATION_CONTROLLER_COLUMNS: readonly TableColumn[] = [
  ...REPLICA_SET_COLUMNS.slice(0, -1),
  wide(column("Selector", "Labels of its Pods.", (object) => formatLabels(entriesAt(object, "spec.selector")))),
];

/** Columns of StatefulSets. */
export const STATEFUL_SET_COLUMNS: readonly TableColumn[] = [
  NAME,
  column("Ready", "How many of the wanted Pods are ready.", readyOfWanted),
  AGE,
  ...templateColumns("spec.template"),
];

/** Columns of DaemonSets, which count nodes. */
export const DAEMON_SET_COLUMNS: readonly TableColumn[] = [
  NAME,
  count("Desired", "Nodes that should run a Pod.", (object) => numberAt(object, "status.desiredNumberScheduled")),
  count("Current", "Nodes that run a Pod.", (object) => numberAt(object, "status.currentNumberScheduled")),
  count("Ready", "Nodes whose Pod is ready.", (object) => numberAt(object, "status.numberReady")),
  count("Up-to-date", "Nodes that run the current template.", (object) =>
    numberAt(object, "status.updatedNumberScheduled"),
  ),
  count("Available", "Nodes whose Pod has been ready for long enough.", (object) =>
    numberAt(object, "status.numberAvailable"),
  ),
  column("Node Selector", "Labels of the nodes.", (object) => {
    return formatLabels(entriesAt(object, "spec.template.spec.nodeSelector"));
  }),
  AGE,
  ...templateColumns("spec.template"),
  wide(selectorColumn()),
];

/** Columns of Jobs. */
export const JOB_COLUMNS: readonly TableColumn[] = [
  NAME,
  column("Status", "Whether it runs, is done, or failed.", jobStatus),
  column("Completions", "How many of the wanted runs succeeded.", completions),
  column("Duration", "How long it ran.", jobDuration),
  AGE,
  ...templateColumns("spec.template"),
  wide(selectorColumn()),
];

/** Columns of CronJobs. */
export const CRON_JOB_COLUMNS: readonly TableColumn[] = [
  NAME,
  column("Schedule", "When it runs, in cron's notation.", (object) => textAt(object, "spec.schedule")),
  column("Timezone", "Time zone of the schedule.", (object) => orNone(textAt(object, "spec.timeZone"))),
  column("Suspend", "Whether no further Jobs are started.", (object) => textAt(object, "spec.suspend"), "boolean"),
  count("Active", "Jobs that run now.", (object) => objectsAt(object, "status.active").length),
  column("Last Schedule", "Time since a Job was last started.", (object, now) => {
    const last = textAt(object, "status.lastScheduleTime");
    return last === "" ? NONE : formatAge(last, now);
  }),
  AGE,
  ...templateColumns("spec.jobTemplate.spec.template"),
  wide(selectorColumn("spec.jobTemplate.spec.selector")),
];

function templateColumns(path: string): TableColumn[] {
  const listed = (object: KubeObject, field: string) =>
    objectsAt(object, `${path}.spec.containers`)
      .map((container) => textAt(container, field))
      .join(",");
  return [
    wide(column("Containers", "Names of the containers.", (object) => listed(object, "name"))),
    wide(column("Images", "Images of the containers.", (object) => listed(object, "image"))),
  ];
}

function selectorColumn(path = "spec.selector"): TableColumn {
  return column("Selector", "Labels of its Pods.", (object) => printSelectorAt(object, path));
}

function readyOfWanted(object: KubeObject): string {
  return `${numberAt(object, "status.readyReplicas")}/${numberAt(object, "spec.replicas")}`;
}

function hasCondition(object: KubeObject, type: string): boolean {
  return objectsAt(object, "status.conditions").some((one) => one.type === type && one.status === "True");
}

function jobStatus(object: KubeObject): string {
  if (hasCondition(object, "Complete")) return "Complete";
  if (hasCondition(object, "Failed")) return "Failed";
  if (object.metadata.deletionTimestamp !== undefined) return "Terminating";
  if (hasCondition(object, "Suspended")) return "Suspended";
  if (hasCondition(object, "FailureTarget")) return "FailureTarget";
  return hasCondition(object, "SuccessCriteriaMet") ? "SuccessCriteriaMet" : "Running";
}

function completions(object: KubeObject): string {
  const succeeded = numberAt(object, "status.succeeded");
  if (fieldAt(object, "spec.completions") !== undefined) return `${succeeded}/${numberAt(object, "spec.completions")}`;
  const parallelism = numberAt(object, "spec.parallelism");
  return parallelism > 1 ? `${succeeded}/1 of ${parallelism}` : `${succeeded}/1`;
}

function jobDuration(object: KubeObject, now: Date): string {
  const start = Date.parse(textAt(object, "status.startTime"));
  if (Number.isNaN(start)) return "";
  const end = Date.parse(textAt(object, "status.completionTime"));
  return formatDuration((Number.isNaN(end) ? now.getTime() : end) - start);
}
