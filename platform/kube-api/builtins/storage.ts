import type { ResourceDefinition } from "../registry/types.ts";
import { defineResource } from "./define.ts";

/** `storage.k8s.io/v1`. */
export function storageResources(): ResourceDefinition[] {
  const cluster = { group: "storage.k8s.io", namespaced: false };
  return [
    defineResource({ ...cluster, kind: "CSIDriver", plural: "csidrivers" }),
    defineResource({ ...cluster, kind: "CSINode", plural: "csinodes" }),
    defineResource({ ...cluster, kind: "StorageClass", plural: "storageclasses", shortNames: ["sc"] }),
    defineResource({ ...cluster, kind: "VolumeAttachment", plural: "volumeattachments", hasStatus: true }),
  ];
}
