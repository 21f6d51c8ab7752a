import type { ResourceDefinition, Strategy } from "../registry/types.ts";
import {
  ENDPOINTS_COLUMNS,
  NODE_COLUMNS,
  PERSISTENT_VOLUME_CLAIM_COLUMNS,
  PERSISTENT_VOLUME_COLUMNS,
  SERVICE_COLUMNS,
} from "./columns/cluster.ts";
import { CREATED_AT, NAME } from "./columns/column.ts";
import { RESOURCE_QUOTA_COLUMNS } from "./columns/configuration.ts";
import { POD_COLUMNS } from "./columns/pod.ts";
import { REPLICATION_CONTROLLER_COLUMNS } from "./columns/workloads.ts";
import { defineResource } from "./define.ts";
import { fieldAt, jsonOf, selectable } from "./fields.ts";
import { POD_STRATEGY } from "./strategies/pod.ts";
import { SERVICE_STRATEGY } from "./strategies/service.ts";
import { REPLICATION_CONTROLLER_STRATEGY } from "./strategies/workloads.ts";

/** The kinds of the core group's `v1` that run things. They are stored; nothing here runs a Pod. */
export function coreWorkloadResources(): ResourceDefinition[] {
  return [podResource(), nodeResource(), ...serviceResources(), ...volumeResources(), ...limitResources()];
}

function podResource(): ResourceDefinition {
  return defineResource({
    group: "",
    kind: "Pod",
    plural: "pods",
    shortNames: ["po"],
    categories: ["all"],
    hasStatus: true,
    strategy: POD_STRATEGY,
    columns: POD_COLUMNS,
    selectableFields: {
      ...selectable(
        "spec.nodeName",
        "spec.restartPolicy",
        "spec.schedulerName",
        "spec.serviceAccountName",
        "status.phase",
        "status.podIP",
        "status.nominatedNodeName",
      ),
      "spec.hostNetwork": (pod) => String(fieldAt(pod, "spec.hostNetwork") === true),
    },
  });
}

function nodeResource(): ResourceDefinition {
  return defineResource({
    group: "",
    kind: "Node",
    plural: "nodes",
    shortNames: ["no"],
    namespaced: false,
    hasStatus: true,
    strategy: { keepsStatusOnCreate: true },
    columns: NODE_COLUMNS,
    selectableFields: {
      "spec.unschedulable": (node) => String(fieldAt(node, "spec.unschedulable") === true),
    },
  });
}

function serviceResources(): ResourceDefinition[] {
  return [
    defineResource({
      group: "",
      kind: "Service",
      plural: "services",
      shortNames: ["svc"],
      categories: ["all"],
      hasStatus: true,
      names: "service",
      strategy: SERVICE_STRATEGY,
      columns: SERVICE_COLUMNS,
      selectableFields: selectable("spec.clusterIP", "spec.type"),
    }),
    defineResource({
      group: "",
      kind: "Endpoints",
      plural: "endpoints",
      shortNames: ["ep"],
      strategy: { allowCreateOnUpdate: true },
      columns: ENDPOINTS_COLUMNS,
    }),
  ];
}

function volumeResources(): ResourceDefinition[] {
  const strategy: Strategy = {
    prepareForCreate: (volume) => {
      jsonOf(volume).status = { phase: "Pending" };
    },
  };
  return [
    defineResource({
      group: "",
      kind: "PersistentVolume",
      plural: "persistentvolumes",
      shortNames: ["pv"],
      namespaced: false,
      hasStatus: true,
      strategy,
      columns: PERSISTENT_VOLUME_COLUMNS,
    }),
    defineResource({
      group: "",
      kind: "PersistentVolumeClaim",
      plural: "persistentvolumeclaims",
      shortNames: ["pvc"],
      hasStatus: true,
      strategy,
      columns: PERSISTENT_VOLUME_CLAIM_COLUMNS,
    }),
  ];
}

function limitResources(): ResourceDefinition[] {
  return [
    defineResource({
      group: "",
      kind: "ResourceQuota",
      plural: "resourcequotas",
      shortNames: ["quota"],
      hasStatus: true,
      columns: RESOURCE_QUOTA_COLUMNS,
    }),
    defineResource({
      group: "",
      kind: "LimitRange",
      plural: "limitranges",
      shortNames: ["limits"],
      strategy: { allowCreateOnUpdate: true },
      columns: [NAME, CREATED_AT],
    }),
    defineResource({
      group: "",
      kind: "ReplicationController",
      plural: "replicationcontrollers",
      shortNames: ["rc"],
      categories: ["all"],
      hasStatus: true,
      scale: { specReplicasPath: ".spec.replicas", statusReplicasPath: ".status.replicas" },
      strategy: REPLICATION_CONTROLLER_STRATEGY,
      columns: REPLICATION_CONTROLLER_COLUMNS,
      selectableFields: selectable("status.replicas"),
    }),
  ];
}
