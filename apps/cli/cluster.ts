import { existsSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { createKubeClient, findClusterAccess, type KubeClient } from "@tegata/kube";
import type { CommandContext, ConnectedCluster, OptionValues } from "./command.ts";
import { findKind } from "./kinds.ts";

/** Where `tegata up` leaves its kubeconfig, below the folder that it was started in. */
export const LOCAL_KUBECONFIG = join(".tegata", "kubeconfig");
/** Longest wait for names in completion, in milliseconds: a slow cluster must not hold up the shell. */
const COMPLETION_TIMEOUT_MS = 300;

/** Connects a command to its cluster, once and only if it asks. */
export interface ClusterConnector {
  readonly connect: () => Promise<ConnectedCluster>;
  /** Names of the objects of a kind, for completion; none if the cluster does not answer quickly. */
  names(kind: string): Promise<readonly string[]>;
  close(): Promise<void>;
}

/** @see {@link ClusterConnector} */
export function clusterConnector(
  options: OptionValues,
  { cwd, env, signal }: Pick<CommandContext, "cwd" | "env" | "signal">,
): ClusterConnector {
  let connected: Promise<ConnectedCluster> | undefined;
  const open = async (): Promise<ConnectedCluster> => {
    const { path, source } = kubeconfigPath(options, cwd, env);
    const access = await findClusterAccess({
      environment: env,
      homeDir: env["HOME"] ?? homedir(),
      ...(path === undefined ? {} : { kubeconfig: path }),
      ...(typeof options["context"] === "string" ? { context: options["context"] } : {}),
    });
    const client: KubeClient = createKubeClient(access);
    const { namespace } = options;
    return { client, namespace: typeof namespace === "string" ? namespace : access.namespace, source };
  };
  const connect = (): Promise<ConnectedCluster> => (connected ??= open());
  return {
    connect,
    async names(kindName) {
      const kind = findKind(kindName);
      if (kind === undefined) return [];
      try {
        const { client, namespace } = await connect();
        const { items } = await client.list(
          kind.resource,
          kind.resource.namespaced ? { namespace } : {},
          AbortSignal.any([signal, AbortSignal.timeout(COMPLETION_TIMEOUT_MS)]),
        );
        return items.map(({ metadata }) => metadata.name ?? "");
      } catch {
        return [];
      }
    },
    async close() {
      if (connected === undefined) return;
      const cluster = await connected.catch(() => undefined);
      await cluster?.client.close();
    },
  };
}

/** The flag wins, then `$KUBECONFIG`, then the cluster that `tegata up` runs in this folder, then kubectl's default. */
function kubeconfigPath(
  options: OptionValues,
  cwd: string,
  env: CommandContext["env"],
): { readonly path: string | undefined; readonly source: string } {
  const { kubeconfig } = options;
  if (typeof kubeconfig === "string") return { path: kubeconfig, source: kubeconfig };
  if ((env["KUBECONFIG"] ?? "") !== "") return { path: undefined, source: "$KUBECONFIG" };
  const local = join(cwd, LOCAL_KUBECONFIG);
  if (existsSync(local)) return { path: local, source: LOCAL_KUBECONFIG };
  return { path: undefined, source: "~/.kube/config" };
}
