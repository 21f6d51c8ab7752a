import type { ResourceDefinition } from "../registry/types.ts";
import { defineResource } from "./define.ts";

/** The kinds of the core group's `v1` that run things. They are stored; nothing here runs a Pod. */
export function coreWorkloadResources(): ResourceDefinition[] {
  return [
    defineResource({
      group: "",
      kind: "Pod",
      plural: "pods",
      shortNames: ["po"],
      categories: ["all"],
      hasStatus: true,
    }),
    defineResource({
      group: "",
      kind: "Node",
      plural: "nodes",
      shortNames: ["no"],
      namespaced: false,
      hasStatus: true,
    }),
    defineResource({
      group: "",
      kind: "Service",
      plural: "services",
      shortNames: ["svc"],
      categories: ["all"],
      hasStatus: true,
    }),
    defineResource({ group: "", kind: "Endpoints", plural: "endpoints", shortNames: ["ep"] }),
    defineResource({
      group: "",
      kind: "PersistentVolume",
      plural: "persistentvolumes",
      shortNames: ["pv"],
      namespaced: false,
      hasStatus: true,
    }),
    defineResource({
      group: "",
      kind: "PersistentVolumeClaim",
      plural: "persistentvolumeclaims",
      shortNames: ["pvc"],
      hasStatus: true,
    }),
    defineResource({
      group: "",
      kind: "ResourceQuota",
      plural: "resourcequotas",
      shortNames: ["quota"],
      hasStatus: true,
    }),
    defineResource({ group: "", kind: "LimitRange", plural: "limitranges", shortNames: ["limits"] }),
    defineResource({
      group: "",
      kind: "ReplicationController",
      plural: "replicationcontrollers",
      shortNames: ["rc"],
      categories: ["all"],
      hasStatus: true,
      scale: { specReplicasPath: ".spec.replicas", statusReplicasPath: ".status.replicas" },
    }),
  ];
}
