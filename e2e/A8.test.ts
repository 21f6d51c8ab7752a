// Row A8: a condition `PrivateKeyAvailable=False, reason ManagedByProvider` says why there is no key and what cannot work
// (signing, node certificates, external nodes, CAPD as target); AKS and GKE clusters are mirrored the same way from their own
// connection Secrets.
import assert from "node:assert/strict";
import { it } from "node:test";
import { parse } from "yaml";
import { encodeBase64, encodeUtf8 } from "@tegata/bytes";
import { makeCloudCa, startClusterStack, textOf } from "./support/clusters.ts";

it("says why there is no key, what cannot work, and what to do instead", async (t) => {
  const stack = await startClusterStack(t);
  await stack.addControlPlane("shop");
  await stack.writeConnection("shop-eks-connection", stack.eks((await makeCloudCa()).pem));
  await stack.startMirror();
  const { status, message = "" } = await stack.untilCondition("shop", "PrivateKeyAvailable", "ManagedByProvider");
  assert.equal(status, "False");
  for (const part of [
    /Amazon EKS keeps the private key/,
    /signing/,
    /certificates for nodes/,
    /joining nodes .* outside the cloud/,
    /CAPD/,
    /EKS Hybrid Nodes/,
  ])
    assert.match(message, part);
});

interface OtherCloud {
  readonly secret: string;
  readonly data: (pem: string) => Record<string, string>;
  readonly title: RegExp;
  readonly endpoint: string;
  readonly command: string;
}

const clouds: Record<string, OtherCloud> = {
  aks: {
    secret: "shop-aks-connection",
    data: (pem) => ({
      cluster_ca_certificate: encodeBase64(encodeUtf8(pem)),
      host: "https://shop-1234.hcp.westeurope.azmk8s.io:443",
    }),
    title: /Azure AKS/,
    endpoint: "https://shop-1234.hcp.westeurope.azmk8s.io",
    command: "kubelogin",
  },
  gke: {
    secret: "shop-gke-connection",
    data: (pem) => ({ ca_certificate: encodeBase64(encodeUtf8(pem)), endpoint: "203.0.113.7" }),
    title: /Google GKE/,
    endpoint: "https://203.0.113.7",
    command: "gke-gcloud-auth-plugin",
  },
};

for (const [provider, { secret, data, title, endpoint, command }] of Object.entries(clouds)) {
  it(`mirrors a cluster on ${provider} from Secret ${secret}`, async (t) => {
    const stack = await startClusterStack(t);
    const ca = await makeCloudCa();
    await stack.addControlPlane("shop");
    await stack.writeConnection(secret, data(ca.pem));
    await stack.startMirror();
    await stack.untilCondition("shop", "KubeconfigReady", "KubeconfigKept");
    assert.equal(textOf(await stack.secret("shop-ca"), "tls.crt"), ca.pem);
    const { message } = await stack.untilCondition("shop", "PrivateKeyAvailable", "ManagedByProvider");
    assert.match(message ?? "", title);
    const kubeconfig = parse(textOf(await stack.secret("shop-kubeconfig"), "value") ?? "");
    assert.equal(kubeconfig.clusters[0].cluster.server, endpoint);
    assert.equal(kubeconfig.users[0].user.exec.command, command);
    assert.equal((await stack.controlPlane("shop"))?.status?.mirror?.provider, provider);
  });
}
