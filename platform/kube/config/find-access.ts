import { join } from "node:path";
import type { ClusterAccess } from "./cluster-access.ts";
import { isInCluster, readInClusterAccess } from "./in-cluster.ts";
import { type KubeconfigOptions, readKubeconfigAccess } from "./kubeconfig.ts";

/** Where to look for a cluster. */
export interface FindAccessOptions extends KubeconfigOptions {
  /** The value of `--kubeconfig`. */
  readonly kubeconfig?: string;
  /** The process's environment. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** The user's home directory, for `.kube/config`. */
  readonly homeDir: string;
}

/**
 * Finds the cluster to talk to, in controller-runtime's order: the named kubeconfig, `KUBECONFIG`, the cluster that we run
 * in, `~/.kube/config`.
 *
 * @throws TegataError `KUBECONFIG_NOT_FOUND`, `KUBECONFIG_INVALID`, `KUBECONFIG_UNSUPPORTED`
 */
export function findClusterAccess(options: FindAccessOptions): Promise<ClusterAccess> {
  const { environment, kubeconfig = "", homeDir, context } = options;
  const named = kubeconfig === "" ? (environment["KUBECONFIG"] ?? "") : kubeconfig;
  if (named !== "") return readKubeconfigAccess(named, options);
  // A named context is a wish for a kubeconfig.
  if (context === undefined && isInCluster(options)) return readInClusterAccess(options);
  return readKubeconfigAccess(join(homeDir, ".kube", "config"), options);
}
