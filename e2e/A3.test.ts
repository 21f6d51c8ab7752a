// Row A3: it runs in the control plane's secret phase, once the connection Secret exists; creation, update on change, and no
// write when nothing changed.
import assert from "node:assert/strict";
import { it } from "node:test";
import { captControlPlanes } from "@tegata/ca-mirror";
import { makeCloudCa, NAMESPACE, startClusterStack, textOf } from "./support/clusters.ts";
import { eventually } from "./support/stack.ts";

it("waits for the connection Secret, creates, and follows every change", async (t) => {
  const stack = await startClusterStack(t);
  const [first, second] = [await makeCloudCa(), await makeCloudCa({ commonName: "kubernetes-2" })];
  await stack.addControlPlane("shop");
  await stack.startMirror();
  await stack.untilCondition("shop", "CertificateAuthorityReady", "ConnectionSecretNotFound");
  assert.equal(await stack.secret("shop-ca"), undefined);
  await stack.writeConnection("shop-eks-connection", stack.eks(first.pem));
  await stack.untilCondition("shop", "CertificateAuthorityReady", "Mirrored");
  assert.equal(textOf(await stack.secret("shop-ca"), "tls.crt"), first.pem);
  await stack.writeConnection("shop-eks-connection", stack.eks(second.pem));
  await eventually("the new CA is there", async () =>
    textOf(await stack.secret("shop-ca"), "tls.crt") === second.pem ? true : undefined,
  );
});

it("while the provider rotates, both CAs are mirrored, the one in use first", async (t) => {
  const stack = await startClusterStack(t);
  const [old, next] = [await makeCloudCa(), await makeCloudCa()];
  await stack.addControlPlane("shop");
  await stack.writeConnection("shop-eks-connection", stack.eks(old.pem + next.pem));
  await stack.startMirror();
  const { message } = await stack.untilCondition("shop", "CertificateAuthorityReady", "Mirrored");
  assert.match(message ?? "", /holds 2 CA certificates/);
  assert.equal(textOf(await stack.secret("shop-ca"), "ca.crt"), old.pem + next.pem);
  assert.equal((await stack.controlPlane("shop"))?.status?.mirror?.certificates.length, 2);
});

it("writes nothing when nothing changed", async (t) => {
  const stack = await startClusterStack(t);
  const ca = await makeCloudCa();
  await stack.addControlPlane("shop");
  await stack.writeConnection("shop-eks-connection", stack.eks(ca.pem));
  const operator = await stack.startMirror();
  await stack.untilCondition("shop", "KubeconfigReady", "KubeconfigKept");
  const versions = async () =>
    [await stack.secret("shop-ca"), await stack.secret("shop-kubeconfig"), await stack.controlPlane("shop")].map(
      (object) => object?.metadata.resourceVersion,
    );
  const before = await versions();
  // The same data again, and a new start of the operator: each is a reason to look, neither is one to write.
  await stack.writeConnection("shop-eks-connection", { ...stack.eks(ca.pem), unrelated: "new" });
  await operator.stop();
  const again = await stack.startMirror();
  await eventually("the new operator has looked", async () => {
    const metrics = await (await fetch(`${again.metricsUrl}/metrics`)).text();
    return /tegata_ca_mirror_reconciles_total\{[^}]*outcome="success"[^}]*\} [1-9]/.test(metrics) ? true : undefined;
  });
  assert.deepEqual(await versions(), before);
});

it("a paused control plane is left alone until it is no longer paused", async (t) => {
  const stack = await startClusterStack(t);
  await stack.addControlPlane("held", { annotations: { "cluster.x-k8s.io/paused": "" } });
  await stack.addControlPlane("shop");
  for (const name of ["held", "shop"])
    await stack.writeConnection(`${name}-eks-connection`, stack.eks((await makeCloudCa()).pem));
  await stack.startMirror();
  await stack.untilCondition("shop", "CertificateAuthorityReady", "Mirrored");
  assert.equal(await stack.secret("held-ca"), undefined);
  await stack.client.patch(captControlPlanes, NAMESPACE, "held", "merge", {
    metadata: { annotations: { "cluster.x-k8s.io/paused": null } },
  });
  await stack.untilCondition("held", "CertificateAuthorityReady", "Mirrored");
});
