import type { ResourceDefinition } from "../registry/types.ts";
import {
  CSI_DRIVER_COLUMNS,
  CSI_NODE_COLUMNS,
  STORAGE_CLASS_COLUMNS,
  VOLUME_ATTACHMENT_COLUMNS,
} from "./columns/storage.ts";
import { defineResource } from "./define.ts";

/** `storage.k8s.io/v1`. */
export function storageResources(): ResourceDefinition[] {
  const cluster = { group: "storage.k8s.io", namespaced: false };
  const strategy = { allowUnconditionalUpdate: false };
  return [
    defineResource({
      ...cluster,
      kind: "CSIDriver",
      plural: "csidrivers",
      strategy: { ...strategy, tracksGeneration: true },
      columns: CSI_DRIVER_COLUMNS,
    }),
    defineResource({ ...cluster, kind: "CSINode", plural: "csinodes", strategy, columns: CSI_NODE_COLUMNS }),
    defineResource({
      ...cluster,
      kind: "StorageClass",
      plural: "storageclasses",
      shortNames: ["sc"],
      columns: STORAGE_CLASS_COLUMNS,
    }),
    defineResource({
      ...cluster,
      kind: "VolumeAttachment",
      plural: "volumeattachments",
      hasStatus: true,
      strategy,
      columns: VOLUME_ATTACHMENT_COLUMNS,
    }),
  ];
}
