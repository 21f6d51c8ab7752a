import type { ResourceDefinition } from "../registry/types.ts";
import { defineResource } from "./define.ts";

const SCALE = {
  specReplicasPath: ".spec.replicas",
  statusReplicasPath: ".status.replicas",
  labelSelectorPath: ".spec.selector",
};

/** The kinds of `apps/v1`. They are stored; nothing here rolls them out. */
export function appsResources(): ResourceDefinition[] {
  const workload = { group: "apps", categories: ["all"], hasStatus: true };
  return [
    defineResource({ ...workload, kind: "Deployment", plural: "deployments", shortNames: ["deploy"], scale: SCALE }),
    defineResource({ ...workload, kind: "ReplicaSet", plural: "replicasets", shortNames: ["rs"], scale: SCALE }),
    defineResource({ ...workload, kind: "StatefulSet", plural: "statefulsets", shortNames: ["sts"], scale: SCALE }),
    defineResource({ ...workload, kind: "DaemonSet", plural: "daemonsets", shortNames: ["ds"] }),
  ];
}
