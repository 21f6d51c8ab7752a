// Row A1: `CAPTControlPlane`, `WorkspaceTemplateApply` and `WorkspaceTemplate` are accepted; the controller reads Secret
// `{cluster}-eks-connection`, key `cluster_certificate_authority_data`.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { it } from "node:test";
import { caMirrorCrds } from "@tegata/ca-mirror";
import { customResourceDefinitions } from "@tegata/kube";
import { makeCloudCa, NAMESPACE, startClusterStack, textOf } from "./support/clusters.ts";
import { KUBECTL_MISSING, kubectlFor } from "./support/kubectl.ts";

it("mirrors the CA that Secret {cluster}-eks-connection holds under cluster_certificate_authority_data", async (t) => {
  const stack = await startClusterStack(t);
  const ca = await makeCloudCa();
  await stack.addControlPlane("shop");
  await stack.writeConnection("shop-eks-connection", stack.eks(ca.pem));
  await stack.startMirror();
  const condition = await stack.untilCondition("shop", "CertificateAuthorityReady", "Mirrored");
  assert.match(condition.message ?? "", /Secret "shop-ca" holds 1 CA certificate \("CN=kubernetes" until /);
  assert.equal(textOf(await stack.secret("shop-ca"), "tls.crt"), ca.pem);
  const { status } = (await stack.controlPlane("shop")) ?? {};
  assert.equal(status?.secretsReady, true);
  assert.equal(status?.mirror?.provider, "eks");
});

it("kubectl lists the three kinds, by their short names, too", { skip: KUBECTL_MISSING }, async (t) => {
  const stack = await startClusterStack(t);
  await stack.addControlPlane("shop");
  const kubectl = kubectlFor(t, stack.kube.adminKubeconfig);
  assert.match(await kubectl("get", "captcontrolplanes", "-n", NAMESPACE), /NAME\s+READY\s+PHASE\s+VERSION\s+ENDPOINT/);
  for (const kind of ["wtapply", "wt"]) await kubectl("get", kind, "-n", NAMESPACE);
});

it("a cluster without Cluster API runs the operator all the same", async (t) => {
  const stack = await startClusterStack(t);
  for (const crd of caMirrorCrds()) {
    const { name } = crd["metadata"] as { name: string };
    await stack.client.delete(customResourceDefinitions, "", name);
  }
  const operator = await stack.startMirror();
  await stack.addStore("shop");
  await stack.writeValue("db", { password: "first" });
  await stack.addExternalSecret("shop", "db", {
    data: [{ secretKey: "password", remoteRef: { key: "db", property: "password" } }],
  });
  await stack.untilReady("shop", "db");
  assert.equal((await fetch(`${operator.metricsUrl}/readyz`)).status, 200);
});

it("tegata get clusters has one line for each: provider, endpoint, end of the CA, ready", async (t) => {
  const stack = await startClusterStack(t);
  const ca = await makeCloudCa();
  await stack.addControlPlane("shop");
  await stack.addControlPlane("waiting");
  await stack.writeConnection("shop-eks-connection", stack.eks(ca.pem));
  await stack.startMirror();
  await stack.untilCondition("shop", "KubeconfigReady", "KubeconfigKept");
  await stack.untilCondition("waiting", "CertificateAuthorityReady", "ConnectionSecretNotFound");
  const folder = mkdtempSync(join(tmpdir(), "tegata-clusters-"));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const kubeconfig = join(folder, "kubeconfig");
  writeFileSync(kubeconfig, stack.kube.adminKubeconfig, { mode: 0o600 });
  const main = join(import.meta.dirname, "..", "apps", "cli", "main.ts");
  const child = spawn(process.execPath, [main, "get", "clusters", "-n", NAMESPACE, "--kubeconfig", kubeconfig], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const [header = "", shop = "", waiting = ""] = (await text(child.stdout)).split("\n");
  assert.match(header, /^NAME +PROVIDER +ENDPOINT +CA-EXPIRES +READY/);
  assert.match(shop, /^shop +eks +https:\/\/abc123\S+ +\d{4}-\d\d-\d\dT\S+Z +True/);
  assert.match(waiting, /^waiting .*False/);
});
