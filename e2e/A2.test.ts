// Row A2: it keeps Secret `{cluster}-ca` with `tls.crt` and `ca.crt` (same certificate) and never `tls.key` or `ca.key`; owner
// reference to the `CAPTControlPlane` (controller), the Cluster API labels and type; deleted with its owner.
import assert from "node:assert/strict";
import { it } from "node:test";
import { captControlPlanes } from "@tegata/ca-mirror";
import { secrets } from "@tegata/kube";
import { makeCloudCa, NAMESPACE, startClusterStack, textOf } from "./support/clusters.ts";
import { openssl, OPENSSL_MISSING } from "./support/openssl.ts";
import { eventually } from "./support/stack.ts";

it("keeps {cluster}-ca as Cluster API wants it, without a key, owned by the control plane", async (t) => {
  const stack = await startClusterStack(t);
  const ca = await makeCloudCa();
  const controlPlane = await stack.addControlPlane("shop");
  await stack.writeConnection("shop-eks-connection", stack.eks(ca.pem));
  await stack.startMirror();
  await stack.untilCondition("shop", "CertificateAuthorityReady", "Mirrored");
  const secret = await stack.secret("shop-ca");
  assert.deepEqual(Object.keys(secret?.data ?? {}).sort(), ["ca.crt", "tls.crt"]);
  assert.equal(textOf(secret, "tls.crt"), ca.pem);
  assert.equal(textOf(secret, "ca.crt"), ca.pem);
  assert.equal(secret?.type, "cluster.x-k8s.io/secret");
  assert.equal(secret?.metadata.labels?.["cluster.x-k8s.io/cluster-name"], "shop");
  assert.deepEqual(secret?.metadata.ownerReferences, [
    {
      apiVersion: "controlplane.cluster.x-k8s.io/v1beta1",
      kind: "CAPTControlPlane",
      name: "shop",
      uid: controlPlane.metadata.uid,
      controller: true,
      blockOwnerDeletion: true,
    },
  ]);
});

it("openssl reads what is in the Secret", { skip: OPENSSL_MISSING }, async (t) => {
  const stack = await startClusterStack(t);
  await stack.addControlPlane("shop");
  await stack.writeConnection("shop-eks-connection", stack.eks((await makeCloudCa()).pem));
  await stack.startMirror();
  await stack.untilCondition("shop", "CertificateAuthorityReady", "Mirrored");
  const pem = textOf(await stack.secret("shop-ca"), "ca.crt") ?? "";
  const text = openssl(["x509", "-noout", "-text"], pem);
  assert.match(text, /Subject: CN ?= ?kubernetes/);
  assert.match(text, /CA:TRUE/);
});

it("a key that somebody adds is taken out again", async (t) => {
  const stack = await startClusterStack(t);
  await stack.addControlPlane("shop");
  await stack.writeConnection("shop-eks-connection", stack.eks((await makeCloudCa()).pem));
  await stack.startMirror();
  await stack.untilCondition("shop", "CertificateAuthorityReady", "Mirrored");
  await stack.client.patch(secrets, NAMESPACE, "shop-ca", "merge", { data: { "tls.key": "bm90IGEga2V5" } });
  await eventually("the key is gone", async () =>
    (await stack.secret("shop-ca"))?.data?.["tls.key"] === undefined ? true : undefined,
  );
});

it("goes with its owner", async (t) => {
  const stack = await startClusterStack(t);
  await stack.addControlPlane("shop");
  await stack.writeConnection("shop-eks-connection", stack.eks((await makeCloudCa()).pem));
  await stack.startMirror();
  await stack.untilCondition("shop", "KubeconfigReady", "KubeconfigKept");
  await stack.client.delete(captControlPlanes, NAMESPACE, "shop");
  await eventually("both Secrets are gone", async () => {
    const left = await Promise.all([stack.secret("shop-ca"), stack.secret("shop-kubeconfig")]);
    return left.every((secret) => secret === undefined) ? true : undefined;
  });
});

it("the names follow the Cluster that owns the control plane, not the control plane's own", async (t) => {
  const stack = await startClusterStack(t);
  await stack.addControlPlane("shop-control-plane", { labels: { "cluster.x-k8s.io/cluster-name": "shop" } });
  await stack.writeConnection("shop-control-plane-eks-connection", stack.eks((await makeCloudCa()).pem));
  await stack.startMirror();
  await stack.untilCondition("shop-control-plane", "CertificateAuthorityReady", "Mirrored");
  assert.notEqual(await stack.secret("shop-ca"), undefined);
  assert.notEqual(await stack.secret("shop-kubeconfig"), undefined);
});
