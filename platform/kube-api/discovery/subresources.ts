import type { GroupVersionKind } from "@tegata/kube-types";
import type { ResourceDefinition, Verb } from "../registry/types.ts";

/** One subresource as discovery lists it. */
export interface ListedSubresource {
  readonly name: string;
  readonly kind: GroupVersionKind;
  readonly verbs: readonly Verb[];
}

const READ_AND_WRITE: readonly Verb[] = ["get", "patch", "update"];

/** The subresources of a kind: the generic ones that it has, then its own. */
export function listSubresources(resource: ResourceDefinition): ListedSubresource[] {
  const { group, version, kind } = resource;
  const own = resource.subresources.map(({ name, verbs, ...body }) => ({
    name,
    verbs,
    kind: { group: body.group, version: body.version, kind: body.kind },
  }));
  const status = { name: "status", verbs: READ_AND_WRITE, kind: { group, version, kind } };
  const scale = { name: "scale", verbs: READ_AND_WRITE, kind: { group: "autoscaling", version: "v1", kind: "Scale" } };
  return [...(resource.hasStatus ? [status] : []), ...(resource.scale === undefined ? [] : [scale]), ...own];
}
