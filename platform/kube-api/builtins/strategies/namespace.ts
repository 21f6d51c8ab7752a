import type { KubeObject } from "@tegata/kube-types";
import type { Strategy } from "../../registry/types.ts";

/** Label by which namespace selectors name a namespace. */
const NAME_LABEL = "kubernetes.io/metadata.name";

/** What Namespaces have of their own, beside their life cycle, which the registry keeps. */
export const NAMESPACE_STRATEGY: Strategy = { prepareForCreate: labelWithName, prepareForUpdate: labelWithName };

function labelWithName({ metadata }: KubeObject): void {
  if (metadata.name) metadata.labels = { ...metadata.labels, [NAME_LABEL]: metadata.name };
}
