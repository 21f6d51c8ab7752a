import type { TableColumn } from "../../registry/types.ts";
import { fieldAt, objectsAt, textAt, textsAt } from "../fields.ts";
import { AGE, column, count, NAME, NONE } from "./column.ts";

/** Columns of CSIDrivers. */
export const CSI_DRIVER_COLUMNS: readonly TableColumn[] = [
  NAME,
  flag("AttachRequired", "Whether volumes are attached before they are mounted.", "spec.attachRequired"),
  flag("PodInfoOnMount", "Whether the driver is told of the Pod.", "spec.podInfoOnMount"),
  flag("StorageCapacity", "Whether free capacity is considered.", "spec.storageCapacity"),
  column("TokenRequests", "Audiences of the tokens that the driver is given.", (driver) => {
    const audiences = objectsAt(driver, "spec.tokenRequests").map((request) => textAt(request, "audience"));
    return audiences.length === 0 ? "<unset>" : audiences.join(",");
  }),
  flag("RequiresRepublish", "Whether volumes are published again and again.", "spec.requiresRepublish"),
  column("Modes", "How long its volumes live.", (driver) => {
    return textsAt(driver, "spec.volumeLifecycleModes").join(",") || NONE;
  }),
  AGE,
];

function flag(name: string, description: string, path: string): TableColumn {
  return column(name, description, (object) => fieldAt(object, path) === true, "boolean");
}

/** Columns of CSINodes. */
export const CSI_NODE_COLUMNS: readonly TableColumn[] = [
  NAME,
  count("Drivers", "Number of drivers on the node.", (node) => objectsAt(node, "spec.drivers").length),
  AGE,
];

/** Columns of StorageClasses. */
export const STORAGE_CLASS_COLUMNS: readonly TableColumn[] = [
  NAME,
  column("Provisioner", "What makes the volumes.", (object) => textAt(object, "provisioner")),
  column("ReclaimPolicy", "What becomes of a volume when its claim is gone.", (object) =>
    textAt(object, "reclaimPolicy"),
  ),
  column("VolumeBindingMode", "When a claim is bound.", (object) => textAt(object, "volumeBindingMode")),
  flag("AllowVolumeExpansion", "Whether claims may grow.", "allowVolumeExpansion"),
  AGE,
];

/** Columns of VolumeAttachments. */
export const VOLUME_ATTACHMENT_COLUMNS: readonly TableColumn[] = [
  NAME,
  column("Attacher", "Driver that attaches.", (object) => textAt(object, "spec.attacher")),
  column("PV", "Volume that is attached.", (object) => textAt(object, "spec.source.persistentVolumeName")),
  column("Node", "Node to which it is attached.", (object) => textAt(object, "spec.nodeName")),
  flag("Attached", "Whether it is attached.", "status.attached"),
  AGE,
];
