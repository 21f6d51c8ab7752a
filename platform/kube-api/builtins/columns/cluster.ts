import type { JsonObject, KubeObject } from "@tegata/kube-types";
import type { TableColumn } from "../../registry/types.ts";
import { entriesAt, fieldAt, numberAt, objectAt, objectsAt, textAt, textsAt } from "../fields.ts";
import { AGE, column, formatLabels, NAME, NONE, orNone, wide } from "./column.ts";

/** Columns of Nodes. */
export const NODE_COLUMNS: readonly TableColumn[] = [
  NAME,
  column("Status", "Whether it is ready and takes Pods.", nodeStatus),
  column("Roles", "What it is for.", nodeRoles),
  AGE,
  column("Version", "Version of its kubelet.", (node) => textAt(node, "status.nodeInfo.kubeletVersion")),
  wide(column("Internal-IP", "Address within the cluster.", (node) => nodeAddress(node, "InternalIP"))),
  wide(column("External-IP", "Address from outside.", (node) => nodeAddress(node, "ExternalIP"))),
  wide(column("OS-Image", "Its operating system.", (node) => nodeInfo(node, "osImage"))),
  wide(column("Kernel-Version", "Version of its kernel.", (node) => nodeInfo(node, "kernelVersion"))),
  wide(column("Container-Runtime", "What runs its containers.", (node) => nodeInfo(node, "containerRuntimeVersion"))),
];

function nodeStatus(node: KubeObject): string {
  const ready = objectsAt(node, "status.conditions").find((condition) => condition.type === "Ready");
  const words = [ready === undefined ? "Unknown" : ready.status === "True" ? "Ready" : "NotReady"];
  if (fieldAt(node, "spec.unschedulable") === true) words.push("SchedulingDisabled");
  return words.join(",");
}

const ROLE_PREFIX = "node-role.kubernetes.io/";

function nodeRoles({ metadata: { labels = {} } }: KubeObject): string {
  const roles = Object.entries(labels).flatMap(([label, value]) => {
    if (label.startsWith(ROLE_PREFIX)) return [label.slice(ROLE_PREFIX.length)];
    return label === "kubernetes.io/role" ? [value] : [];
  });
  return orNone([...new Set(roles)].filter(Boolean).sort().join(","));
}

function nodeAddress(node: KubeObject, type: string): string {
  const found = objectsAt(node, "status.addresses").find((address) => address.type === type);
  return found === undefined ? NONE : orNone(textAt(found, "address"));
}

function nodeInfo(node: KubeObject, field: string): string {
  return textAt(node, `status.nodeInfo.${field}`) || "<unknown>";
}

/** Columns of Services. */
export const SERVICE_COLUMNS: readonly TableColumn[] = [
  NAME,
  column("Type", "From where it can be reached.", (service) => textAt(service, "spec.type")),
  column("Cluster-IP", "Its address within the cluster.", (service) => orNone(textAt(service, "spec.clusterIP"))),
  column("External-IP", "Its addresses from outside.", externalAddresses),
  column("Port(s)", "Its ports.", (service) => orNone(objectsAt(service, "spec.ports").map(servicePort).join(","))),
  AGE,
  wide(
    column("Selector", "Labels of the Pods behind it.", (service) => formatLabels(entriesAt(service, "spec.selector"))),
  ),
];

function externalAddresses(service: KubeObject): string {
  const fixed = textsAt(service, "spec.externalIPs");
  const given = objectsAt(service, "status.loadBalancer.ingress").map(
    (one) => textAt(one, "ip") || textAt(one, "hostname"),
  );
  switch (textAt(service, "spec.type")) {
    case "ExternalName":
      return textAt(service, "spec.externalName");
    case "LoadBalancer":
      return [...given, ...fixed].join(",") || "<pending>";
    default:
      return orNone(fixed.join(","));
  }
}

function servicePort(port: JsonObject): string {
  const nodePort = numberAt(port, "nodePort");
  return `${numberAt(port, "port")}${nodePort > 0 ? `:${nodePort}` : ""}/${textAt(port, "protocol")}`;
}

/** Columns of Endpoints: at most three addresses are shown. */
export const ENDPOINTS_COLUMNS: readonly TableColumn[] = [
  NAME,
  column("Endpoints", "Addresses and ports.", (object) => atMostThree(endpointAddresses(object))),
  AGE,
];

function endpointAddresses(object: KubeObject): string[] {
  return objectsAt(object, "subsets").flatMap((subset) => {
    const addresses = objectsAt(subset, "addresses").map((address) => textAt(address, "ip"));
    const ports = objectsAt(subset, "ports").map((port) => `:${numberAt(port, "port")}`);
    return addresses.flatMap((address) => (ports.length === 0 ? [address] : ports.map((port) => address + port)));
  });
}

/** Columns of EndpointSlices: at most three addresses are shown. */
export const ENDPOINT_SLICE_COLUMNS: readonly TableColumn[] = [
  NAME,
  column("AddressType", "Kind of its addresses.", (slice) => textAt(slice, "addressType")),
  column("Ports", "Ports of its endpoints.", (slice) => {
    return atMostThree(
      objectsAt(slice, "ports").map((port) => textAt(port, "port")),
      "<unset>",
    );
  }),
  column("Endpoints", "Its addresses.", (slice) => {
    return atMostThree(
      objectsAt(slice, "endpoints").flatMap((endpoint) => textsAt(endpoint, "addresses")),
      "<unset>",
    );
  }),
  AGE,
];

function atMostThree(texts: readonly string[], none = NONE): string {
  if (texts.length === 0) return none;
  const more = texts.length > 3 ? ` + ${texts.length - 3} more...` : "";
  return texts.slice(0, 3).join(",") + more;
}

/** Columns of PersistentVolumes. */
export const PERSISTENT_VOLUME_COLUMNS: readonly TableColumn[] = [
  NAME,
  column("Capacity", "Its size.", (volume) => textAt(volume, "spec.capacity.storage")),
  column("Access Modes", "How it can be mounted.", (volume) => accessModes(volume, "spec.accessModes")),
  column("Reclaim Policy", "What becomes of it when its claim is gone.", (volume) => {
    return textAt(volume, "spec.persistentVolumeReclaimPolicy");
  }),
  column("Status", "Whether it is free or bound.", phase),
  column("Claim", "The claim that it is bound to.", (volume) => {
    const claim = objectAt(volume, "spec.claimRef");
    return claim.name === undefined ? "" : `${textAt(claim, "namespace")}/${textAt(claim, "name")}`;
  }),
  column("StorageClass", "Its storage class.", (volume) => textAt(volume, "spec.storageClassName")),
  column("VolumeAttributesClass", "Its attributes class.", (volume) => {
    return textAt(volume, "spec.volumeAttributesClassName") || "<unset>";
  }),
  column("Reason", "Why it is in its state.", (volume) => textAt(volume, "status.reason")),
  AGE,
  wide(column("VolumeMode", "Filesystem or Block.", (volume) => textAt(volume, "spec.volumeMode") || "<unset>")),
];

/** Columns of PersistentVolumeClaims. */
export const PERSISTENT_VOLUME_CLAIM_COLUMNS: readonly TableColumn[] = [
  NAME,
  column("Status", "Whether it is bound.", phase),
  column("Volume", "The volume that it is bound to.", (claim) => textAt(claim, "spec.volumeName")),
  column("Capacity", "Size of the volume.", (claim) => textAt(claim, "status.capacity.storage")),
  column("Access Modes", "How it can be mounted.", (claim) => accessModes(claim, "status.accessModes")),
  column("StorageClass", "Its storage class.", (claim) => textAt(claim, "spec.storageClassName")),
  column("VolumeAttributesClass", "Its attributes class.", (claim) => {
    return textAt(claim, "spec.volumeAttributesClassName") || "<unset>";
  }),
  AGE,
  wide(column("VolumeMode", "Filesystem or Block.", (claim) => textAt(claim, "spec.volumeMode") || "<unset>")),
];

function phase(object: KubeObject): string {
  return object.metadata.deletionTimestamp === undefined ? textAt(object, "status.phase") : "Terminating";
}

const ACCESS_MODES: Readonly<Record<string, string>> = {
  ReadWriteOnce: "RWO",
  ReadOnlyMany: "ROX",
  ReadWriteMany: "RWX",
  ReadWriteOncePod: "RWOP",
};

function accessModes(object: KubeObject, path: string): string {
  const modes = new Set(textsAt(object, path));
  return Object.entries(ACCESS_MODES)
    .filter(([mode]) => modes.has(mode))
    .map(([, short]) => short)
    .join(",");
}
