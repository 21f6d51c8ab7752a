import type { KubeObject, ListMeta, ObjectMeta, PartialObjectMetadata } from "@tegata/kube-types";

/** An object without anything but its metadata. */
export function partialObject(
  { metadata }: { metadata: ObjectMeta },
  version: "v1" | "v1beta1",
): PartialObjectMetadata {
  return { kind: "PartialObjectMetadata", apiVersion: `meta.k8s.io/${version}`, metadata };
}

/** A list of {@link partialObject}s. */
export interface PartialObjectMetadataList {
  readonly kind: "PartialObjectMetadataList";
  readonly apiVersion: string;
  readonly metadata: ListMeta;
  readonly items: PartialObjectMetadata[];
}

/** A list of objects without anything but their metadata. */
export function partialList(
  metadata: ListMeta,
  items: readonly KubeObject[],
  version: "v1" | "v1beta1",
): PartialObjectMetadataList {
  return {
    kind: "PartialObjectMetadataList",
    apiVersion: `meta.k8s.io/${version}`,
    metadata,
    items: items.map((item) => partialObject(item, version)),
  };
}
