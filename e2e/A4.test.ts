// Row A4: the four error cases (connection Secret missing; key missing; data invalid; write failed) each give a condition with
// its own reason, a Warning Event, a metric, and a retry that fits; the last good `{cluster}-ca` is never damaged.
import assert from "node:assert/strict";
import { it } from "node:test";
import { defineResource, events, secrets } from "@tegata/kube";
import type { KubeObject } from "@tegata/kube-types";
import { type ClusterStack, makeCloudCa, NAMESPACE, startClusterStack, textOf } from "./support/clusters.ts";
import { eventually } from "./support/stack.ts";

const RBAC = "rbac.authorization.k8s.io/v1";
const clusterRoles = defineResource({
  apiVersion: RBAC,
  kind: "ClusterRole",
  plural: "clusterroles",
  namespaced: false,
});
const clusterRoleBindings = defineResource({
  apiVersion: RBAC,
  kind: "ClusterRoleBinding",
  plural: "clusterrolebindings",
  namespaced: false,
});

interface ErrorCase {
  readonly reason: string;
  readonly message: RegExp;
  readonly breakIt: (stack: ClusterStack) => Promise<unknown>;
}

const CASES: Record<string, ErrorCase> = {
  "the connection Secret is missing": {
    reason: "ConnectionSecretNotFound",
    message: /Secret "shop-eks-connection" is not there .*no WorkspaceTemplateApply "shop-eks-controlplane-apply"/,
    breakIt: ({ client }) => client.delete(secrets, NAMESPACE, "shop-eks-connection"),
  },
  "the key is missing": {
    reason: "CertificateDataMissing",
    message: /Secret "shop-eks-connection" has no value under "cluster_certificate_authority_data"/,
    breakIt: (stack) => stack.writeConnection("shop-eks-connection", { cluster_endpoint: "https://a.example" }),
  },
  "the data is emptied": {
    reason: "CertificateDataMissing",
    message: /has no value under/,
    breakIt: (stack) =>
      stack.writeConnection("shop-eks-connection", { cluster_certificate_authority_data: "", cluster_endpoint: "x" }),
  },
  "the data is invalid": {
    reason: "CertificateDataInvalid",
    message: /neither a certificate in PEM nor base64 of one/,
    breakIt: (stack) =>
      stack.writeConnection("shop-eks-connection", { cluster_certificate_authority_data: "no certificate!" }),
  },
};

for (const [why, { reason, message, breakIt }] of Object.entries(CASES)) {
  it(`${why}: ${reason}, a Warning, a metric, and the last good Secret stays`, async (t) => {
    const stack = await startClusterStack(t);
    const ca = await makeCloudCa();
    await stack.addControlPlane("shop");
    await stack.writeConnection("shop-eks-connection", stack.eks(ca.pem));
    const operator = await stack.startMirror();
    await stack.untilCondition("shop", "KubeconfigReady", "KubeconfigKept");
    const good = [await stack.secret("shop-ca"), await stack.secret("shop-kubeconfig")];
    await breakIt(stack);
    const condition = await stack.untilCondition("shop", "CertificateAuthorityReady", reason);
    assert.equal(condition.status, "False");
    assert.match(condition.message ?? "", message);
    assert.match(condition.message ?? "", /Secret "shop-ca" keeps what it has/);
    await untilEvent(stack, "Warning", reason);
    assert.match(
      await metricsOf(operator),
      new RegExp(`tegata_ca_mirror_errors_total\\{[^}]*reason="${reason}"[^}]*\\} [1-9]`),
    );
    assert.deepEqual([await stack.secret("shop-ca"), await stack.secret("shop-kubeconfig")], good);
    assert.equal((await stack.controlPlane("shop"))?.status?.secretsReady, true);
    // The retry that fits: the change itself, at once.
    const next = await makeCloudCa();
    await stack.writeConnection("shop-eks-connection", stack.eks(next.pem));
    await eventually("the next CA is mirrored", async () =>
      textOf(await stack.secret("shop-ca"), "tls.crt") === next.pem ? true : undefined,
    );
  });
}

it("a Secret of somebody else is not overwritten: SecretWriteFailed; it is made at once when that one goes", async (t) => {
  const stack = await startClusterStack(t);
  const ca = await makeCloudCa();
  const foreign = await stack.client.create(secrets, {
    apiVersion: "v1",
    kind: "Secret",
    metadata: { namespace: NAMESPACE, name: "shop-ca" },
    stringData: { "tls.crt": "mine", "tls.key": "mine, too" },
  });
  await stack.addControlPlane("shop");
  await stack.writeConnection("shop-eks-connection", stack.eks(ca.pem));
  const operator = await stack.startMirror();
  const { message } = await stack.untilCondition("shop", "CertificateAuthorityReady", "SecretWriteFailed");
  assert.match(message ?? "", /Secret "shop-ca" is not overwritten: it belongs to nobody: it was made by hand/);
  await untilEvent(stack, "Warning", "SecretWriteFailed");
  assert.match(
    await metricsOf(operator),
    /tegata_ca_mirror_errors_total\{[^}]*reason="SecretWriteFailed"[^}]*\} [1-9]/,
  );
  assert.deepEqual(await stack.secret("shop-ca"), foreign);
  await stack.client.delete(secrets, NAMESPACE, "shop-ca");
  await stack.untilCondition("shop", "CertificateAuthorityReady", "Mirrored");
});

it("a write that the API server refuses says so and leaves the last good Secret", async (t) => {
  const stack = await startClusterStack(t);
  const [first, second] = [await makeCloudCa(), await makeCloudCa()];
  await stack.addControlPlane("shop");
  await stack.writeConnection("shop-eks-connection", stack.eks(first.pem));
  const operator = await stack.startMirror();
  await stack.untilCondition("shop", "CertificateAuthorityReady", "Mirrored");
  await stack.client.patch(secrets, NAMESPACE, "shop-ca", "merge", { immutable: true });
  await stack.writeConnection("shop-eks-connection", stack.eks(second.pem));
  const { message } = await stack.untilCondition("shop", "CertificateAuthorityReady", "SecretWriteFailed");
  assert.match(message ?? "", /could not write Secret "shop-ca"/);
  assert.equal(textOf(await stack.secret("shop-ca"), "tls.crt"), first.pem);
  assert.match(await metricsOf(operator), /tegata_ca_mirror_secret_writes_total\{[^}]*outcome="error"[^}]*\} [1-9]/);
});

it("Secrets that may not be read are unknown, not missing", async (t) => {
  const stack = await startClusterStack(t);
  const ca = await makeCloudCa();
  await stack.addControlPlane("shop");
  await stack.writeConnection("shop-eks-connection", stack.eks(ca.pem));
  const allowed = await stack.startMirror();
  await stack.untilCondition("shop", "CertificateAuthorityReady", "Mirrored");
  await allowed.stop();
  const rule = (apiGroups: string[], resources: string[], verbs: string[]) => ({ apiGroups, resources, verbs });
  await stack.client.create(clusterRoles, {
    apiVersion: "rbac.authorization.k8s.io/v1",
    kind: "ClusterRole",
    metadata: { name: "half-blind" },
    rules: [
      rule(["external-secrets.io"], ["*"], ["*"]),
      rule(["controlplane.cluster.x-k8s.io", "infrastructure.cluster.x-k8s.io"], ["*"], ["*"]),
      rule([""], ["configmaps", "namespaces", "events"], ["*"]),
      rule([""], ["secrets"], ["list", "watch"]),
    ],
  } as KubeObject);
  await stack.client.create(clusterRoleBindings, {
    apiVersion: "rbac.authorization.k8s.io/v1",
    kind: "ClusterRoleBinding",
    metadata: { name: "half-blind" },
    roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: "half-blind" },
    subjects: [{ apiGroup: "rbac.authorization.k8s.io", kind: "User", name: "half-blind" }],
  } as KubeObject);
  await stack.startMirror({}, await stack.kube.kubeconfigFor("half-blind", []));
  const { status, message } = await stack.untilCondition("shop", "CertificateAuthorityReady", "SecretsUnread");
  assert.equal(status, "Unknown");
  assert.match(message ?? "", /forbidden/i);
  assert.equal(textOf(await stack.secret("shop-ca"), "tls.crt"), ca.pem);
});

async function untilEvent(stack: ClusterStack, type: string, reason: string): Promise<void> {
  await eventually(`a ${type} Event ${reason} is there`, async () => {
    const { items } = await stack.client.list(events, { namespace: NAMESPACE });
    return items.find(
      (event) => event.reason === reason && event.type === type && event.involvedObject.name === "shop",
    );
  });
}

async function metricsOf({ metricsUrl }: { readonly metricsUrl: string }): Promise<string> {
  return await (await fetch(`${metricsUrl}/metrics`)).text();
}
