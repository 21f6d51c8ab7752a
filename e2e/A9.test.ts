// Row A9: the `{cluster}-kubeconfig` Secret is kept, too, with the endpoint, the CA and an exec or token user; a change of
// endpoint or CA in the cloud shows up in it within one reconcile.
import assert from "node:assert/strict";
import { it } from "node:test";
import { parse } from "yaml";
import { decodeBase64, decodeUtf8 } from "@tegata/bytes";
import { createKubeClient, namespaces, parseKubeconfigAccess, serviceAccounts, tokenRequests } from "@tegata/kube";
import { type ClusterStack, makeCloudCa, startClusterStack, textOf } from "./support/clusters.ts";
import { eventually } from "./support/stack.ts";

const kubeconfigOf = async (stack: ClusterStack) =>
  parse(textOf(await stack.secret("shop-kubeconfig"), "value") ?? "{}");

it("keeps a kubeconfig with endpoint, CA and an exec user, as Cluster API wants it", async (t) => {
  const stack = await startClusterStack(t);
  const ca = await makeCloudCa();
  await stack.addControlPlane("shop");
  await stack.writeConnection("shop-eks-connection", stack.eks(ca.pem));
  await stack.startMirror();
  await stack.untilCondition("shop", "KubeconfigReady", "KubeconfigKept");
  const secret = await stack.secret("shop-kubeconfig");
  assert.deepEqual(Object.keys(secret?.data ?? {}), ["value"]);
  assert.equal(secret?.type, "cluster.x-k8s.io/secret");
  assert.equal(secret?.metadata.labels?.["cluster.x-k8s.io/cluster-name"], "shop");
  assert.equal(secret?.metadata.ownerReferences?.[0]?.name, "shop");
  const { clusters, users, contexts, ...rest } = await kubeconfigOf(stack);
  assert.equal(rest["current-context"], contexts[0].name);
  assert.equal(clusters[0].cluster.server, "https://abc123.gr7.eu-west-1.eks.amazonaws.com");
  const caData = decodeBase64(clusters[0].cluster["certificate-authority-data"]) ?? new Uint8Array();
  assert.equal(decodeUtf8(caData), ca.pem);
  const { apiVersion, command, args } = users[0].user.exec;
  assert.equal(apiVersion, "client.authentication.k8s.io/v1beta1");
  assert.equal(
    [command, ...args].join(" "),
    "aws eks get-token --cluster-name shop-eks --region eu-west-1 --output json",
  );
});

it("a change of endpoint or CA shows up in it at once, both CAs of a rotation included", async (t) => {
  const stack = await startClusterStack(t);
  const [first, second] = [await makeCloudCa(), await makeCloudCa()];
  await stack.addControlPlane("shop");
  await stack.writeConnection("shop-eks-connection", stack.eks(first.pem));
  await stack.startMirror();
  await stack.untilCondition("shop", "KubeconfigReady", "KubeconfigKept");
  await stack.writeConnection("shop-eks-connection", stack.eks(first.pem + second.pem, "https://moved.example:8443/"));
  await eventually("endpoint and CAs are the new ones", async () => {
    const { cluster } = (await kubeconfigOf(stack)).clusters[0];
    const ca = Buffer.from(cluster["certificate-authority-data"], "base64").toString();
    return cluster.server === "https://moved.example:8443" && ca === first.pem + second.pem ? true : undefined;
  });
});

it("with a token in the connection Secret the kubeconfig works by itself, against a real API server", async (t) => {
  const stack = await startClusterStack(t);
  // The embedded API server stands for the cluster in the cloud.
  const admin = parse(stack.kube.adminKubeconfig);
  const { server, "certificate-authority-data": caData } = admin.clusters[0].cluster;
  await stack.client.create(serviceAccounts, {
    apiVersion: "v1",
    kind: "ServiceAccount",
    metadata: { namespace: "default", name: "reader" },
  });
  const { status } = await stack.client.post(
    tokenRequests,
    { apiVersion: "authentication.k8s.io/v1", kind: "TokenRequest", metadata: {}, spec: { audiences: [] } },
    { namespace: "default", name: "reader", subresource: "token" },
  );
  await stack.addControlPlane("shop");
  await stack.writeConnection("shop-eks-connection", {
    cluster_certificate_authority_data: caData,
    cluster_endpoint: server,
    token: status?.token,
  });
  await stack.startMirror();
  await stack.untilCondition("shop", "KubeconfigReady", "KubeconfigKept");
  const text = textOf(await stack.secret("shop-kubeconfig"), "value") ?? "";
  const client = createKubeClient(await parseKubeconfigAccess(text));
  t.after(() => client.close());
  // Known to the API server, and without rights: the certificate was trusted and the token was understood.
  await assert.rejects(client.get(namespaces, "", "default"), /system:serviceaccount:default:reader/);
  assert.ok(!stack.log.some((line) => line.includes(status?.token ?? "-")), "no log line has the token");
});

it("without an endpoint the CA is mirrored and the kubeconfig waits", async (t) => {
  const stack = await startClusterStack(t);
  const ca = await makeCloudCa();
  await stack.addControlPlane("shop");
  await stack.writeConnection("shop-eks-connection", { ...stack.eks(ca.pem), cluster_endpoint: undefined });
  await stack.startMirror();
  await stack.untilCondition("shop", "KubeconfigReady", "EndpointMissing");
  await stack.untilCondition("shop", "CertificateAuthorityReady", "Mirrored");
  assert.equal((await stack.controlPlane("shop"))?.status?.secretsReady, false);
  await stack.writeConnection("shop-eks-connection", stack.eks(ca.pem, "http://not-secure.example"));
  const { message } = await stack.untilCondition("shop", "KubeconfigReady", "EndpointInvalid");
  assert.match(message ?? "", /its scheme is "http", not https/);
  await stack.writeConnection("shop-eks-connection", stack.eks(ca.pem));
  await stack.untilCondition("shop", "KubeconfigReady", "KubeconfigKept");
});
