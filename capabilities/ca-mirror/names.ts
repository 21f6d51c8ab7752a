import { parseGroupVersion } from "@tegata/kube-types";
import type { CaptControlPlane } from "./api/capt.ts";
import { PROVIDERS } from "./providers.ts";

/** Label by which Cluster API finds a cluster's Secrets; its caches see no Secret without it. */
export const CLUSTER_NAME_LABEL = "cluster.x-k8s.io/cluster-name";
/** Type that Cluster API asks of a cluster's Secrets. */
export const CLUSTER_SECRET_TYPE = "cluster.x-k8s.io/secret";
/** Annotation that pauses Cluster API's controllers for one object, and this one with them. */
export const PAUSED_ANNOTATION = "cluster.x-k8s.io/paused";
/** Annotation that says whose cluster it is (`eks`, `aks`, `gke`); without it the connection Secret that is there decides. */
export const PROVIDER_ANNOTATION = "trust.tegata.dev/provider";
/** Annotation: `none` leaves `{cluster}-kubeconfig` to somebody else, e.g. to CAPT's own controller. */
export const KUBECONFIG_ANNOTATION = "trust.tegata.dev/kubeconfig";

/**
 * The cluster that a control plane belongs to: its owner of kind Cluster, else the cluster-name label, else its own name.
 * CAPT takes the last for granted (reference cluster-ca.md 1.4, defect 5).
 */
export function clusterNameOf({ metadata }: Pick<CaptControlPlane, "metadata">): string {
  const owner = metadata.ownerReferences?.find(
    ({ kind, apiVersion }) => kind === "Cluster" && parseGroupVersion(apiVersion).group === "cluster.x-k8s.io",
  );
  return owner?.name ?? metadata.labels?.[CLUSTER_NAME_LABEL] ?? metadata.name ?? "";
}

/** Cluster API's name of a cluster's CA Secret. */
export function caSecretNameOf(cluster: string): string {
  return `${cluster}-ca`;
}

/** Cluster API's name of a cluster's kubeconfig Secret. */
export function kubeconfigSecretNameOf(cluster: string): string {
  return `${cluster}-kubeconfig`;
}

/** `namespace/name` of every Secret that a control plane's mirror reads or keeps. */
export function secretKeysOf(controlPlane: Pick<CaptControlPlane, "metadata">): string[] {
  const { name = "", namespace = "" } = controlPlane.metadata;
  const cluster = clusterNameOf(controlPlane);
  const connections = PROVIDERS.map(({ connectionSecretName }) => connectionSecretName(name));
  return [...connections, caSecretNameOf(cluster), kubeconfigSecretNameOf(cluster)].map(
    (secret) => `${namespace}/${secret}`,
  );
}

/** The apply that makes the cluster, and with it the connection Secret. */
export function applyNameOf({ metadata, spec }: Pick<CaptControlPlane, "metadata" | "spec">): string {
  return spec.workspaceTemplateApplyName ?? `${metadata.name ?? ""}-eks-controlplane-apply`;
}
