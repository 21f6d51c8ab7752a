import { stringify } from "yaml";
import type { KeyPair } from "./authority.ts";

/** Name of the cluster in the kubeconfigs that the server writes. */
const CLUSTER_NAME = "tegata";

/** Writes a kubeconfig (YAML) with everything in it. */
export function formatKubeconfig(url: string, caPem: string, username: string, client: KeyPair): string {
  return stringify({
    apiVersion: "v1",
    kind: "Config",
    clusters: [{ name: CLUSTER_NAME, cluster: { server: url, "certificate-authority-data": base64(caPem) } }],
    users: [
      {
        name: username,
        user: {
          "client-certificate-data": base64(client.certificatePem),
          "client-key-data": base64(client.privateKeyPem),
        },
      },
    ],
    contexts: [{ name: CLUSTER_NAME, context: { cluster: CLUSTER_NAME, user: username } }],
    "current-context": CLUSTER_NAME,
  });
}

function base64(pem: string): string {
  return Buffer.from(pem).toString("base64");
}
