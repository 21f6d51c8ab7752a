import { TegataError } from "@tegata/errors";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { ClusterAccess } from "./cluster-access.ts";
import { fileText } from "./credential-text.ts";
import { createClusterAccess } from "./composed-access.ts";

/** Where kubelet mounts the ServiceAccount's token, CA and namespace. */
const SERVICE_ACCOUNT_DIR = "/var/run/secrets/kubernetes.io/serviceaccount";

/** How {@link readInClusterAccess} looks around. */
export interface InClusterOptions {
  /** The process's environment: `KUBERNETES_SERVICE_HOST`, `KUBERNETES_SERVICE_PORT`. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** @defaultValue {@link SERVICE_ACCOUNT_DIR} */
  readonly serviceAccountDir?: string;
  /** Monotonic clock, milliseconds. */
  readonly nowMs?: () => number;
}

/** Whether the environment is that of a container in a Pod. */
export function isInCluster({ environment }: InClusterOptions): boolean {
  return (environment["KUBERNETES_SERVICE_HOST"] ?? "") !== "" && (environment["KUBERNETES_SERVICE_PORT"] ?? "") !== "";
}

/**
 * Reaches the API server of the cluster that we run in, as the Pod's ServiceAccount. Token and CA are read again every
 * minute.
 *
 * @throws TegataError `KUBE_NOT_IN_CLUSTER`
 */
export async function readInClusterAccess(options: InClusterOptions): Promise<ClusterAccess> {
  const { environment, serviceAccountDir = SERVICE_ACCOUNT_DIR, nowMs = () => performance.now() } = options;
  if (!isInCluster(options)) {
    throw new TegataError({
      kind: "invalid-input",
      code: "KUBE_NOT_IN_CLUSTER",
      message: "this process does not run in a Pod: KUBERNETES_SERVICE_HOST and KUBERNETES_SERVICE_PORT are not set",
      remedy: "Name a kubeconfig with --kubeconfig or KUBECONFIG.",
    });
  }
  const host = environment["KUBERNETES_SERVICE_HOST"] ?? "";
  return createClusterAccess({
    server: `https://${host.includes(":") ? `[${host}]` : host}:${environment["KUBERNETES_SERVICE_PORT"] ?? "443"}`,
    namespace: await readNamespace(join(serviceAccountDir, "namespace")),
    tlsServerName: "",
    insecureSkipTlsVerify: false,
    ca: fileText(join(serviceAccountDir, "ca.crt"), nowMs),
    clientCertificate: undefined,
    clientKey: undefined,
    token: fileText(join(serviceAccountDir, "token"), nowMs),
    exec: undefined,
    headers: {},
    nowMs,
  });
}

async function readNamespace(path: string): Promise<string> {
  try {
    return (await readFile(path, "utf8")).trim() || "default";
  } catch {
    return "default";
  }
}
