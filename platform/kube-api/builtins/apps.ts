import type { ResourceDefinition } from "../registry/types.ts";
import {
  DAEMON_SET_COLUMNS,
  DEPLOYMENT_COLUMNS,
  REPLICA_SET_COLUMNS,
  STATEFUL_SET_COLUMNS,
} from "./columns/workloads.ts";
import { type BuiltinSpec, defineResource } from "./define.ts";
import { selectable } from "./fields.ts";
import {
  DAEMON_SET_STRATEGY,
  DEPLOYMENT_STRATEGY,
  REPLICA_SET_STRATEGY,
  STATEFUL_SET_STRATEGY,
} from "./strategies/workloads.ts";

const SCALE = {
  specReplicasPath: ".spec.replicas",
  statusReplicasPath: ".status.replicas",
  labelSelectorPath: ".spec.selector",
};

/** The kinds of `apps/v1`. They are stored; nothing here rolls them out. */
export function appsResources(): ResourceDefinition[] {
  const define = (spec: Omit<BuiltinSpec, "group">) =>
    defineResource({ ...spec, group: "apps", categories: ["all"], hasStatus: true });
  return [
    define({
      kind: "Deployment",
      plural: "deployments",
      shortNames: ["deploy"],
      scale: SCALE,
      strategy: DEPLOYMENT_STRATEGY,
      columns: DEPLOYMENT_COLUMNS,
    }),
    define({
      kind: "ReplicaSet",
      plural: "replicasets",
      shortNames: ["rs"],
      scale: SCALE,
      strategy: REPLICA_SET_STRATEGY,
      columns: REPLICA_SET_COLUMNS,
      selectableFields: selectable("status.replicas"),
    }),
    define({
      kind: "StatefulSet",
      plural: "statefulsets",
      shortNames: ["sts"],
      scale: SCALE,
      strategy: STATEFUL_SET_STRATEGY,
      columns: STATEFUL_SET_COLUMNS,
    }),
    define({
      kind: "DaemonSet",
      plural: "daemonsets",
      shortNames: ["ds"],
      strategy: DAEMON_SET_STRATEGY,
      columns: DAEMON_SET_COLUMNS,
    }),
    defineResource({
      group: "apps",
      kind: "ControllerRevision",
      plural: "controllerrevisions",
    }),
  ];
}
