import { encodeBase64, encodeUtf8 } from "@tegata/bytes";
import { stringify } from "yaml";
import type { ExecUser } from "./providers.ts";

/** What a kubeconfig is made of. */
export interface KubeconfigParts {
  readonly cluster: string;
  /** e.g. `https://abc.eks.amazonaws.com` */
  readonly endpoint: string;
  /** All CAs of the cluster: with the first alone, clients fail at some point of the provider's rotation. */
  readonly caPem: string;
  readonly user:
    | { readonly kind: "exec"; readonly exec: ExecUser }
    | { readonly kind: "token"; readonly token: string };
}

/** A kubeconfig, YAML; the same parts always give the same text. */
export function formatKubeconfig({ cluster, endpoint, caPem, user }: KubeconfigParts): string {
  const userName = `${cluster}-admin`;
  const context = `${userName}@${cluster}`;
  const document = {
    apiVersion: "v1",
    kind: "Config",
    "current-context": context,
    clusters: [
      {
        name: cluster,
        cluster: { server: endpoint, "certificate-authority-data": encodeBase64(encodeUtf8(caPem)) },
      },
    ],
    contexts: [{ name: context, context: { cluster, user: userName } }],
    users: [{ name: userName, user: user.kind === "token" ? { token: user.token } : { exec: execOf(user.exec) } }],
  };
  return stringify(document, { lineWidth: 0 });
}

function execOf({ command, args, provideClusterInfo, installHint }: ExecUser): object {
  return {
    apiVersion: "client.authentication.k8s.io/v1beta1",
    command,
    args: [...args],
    env: null,
    installHint,
    interactiveMode: "IfAvailable",
    provideClusterInfo,
  };
}
