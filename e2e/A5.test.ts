// Row A5: Events for: Secret created, Secret updated, certificate data read, owner reference set, error.
import assert from "node:assert/strict";
import { it } from "node:test";
import { events, secrets } from "@tegata/kube";
import { type ClusterStack, makeCloudCa, NAMESPACE, startClusterStack } from "./support/clusters.ts";
import { KUBECTL_MISSING, kubectlFor } from "./support/kubectl.ts";
import { eventually } from "./support/stack.ts";

const untilEvent = (stack: ClusterStack, reason: string, message: RegExp): Promise<string> =>
  eventually(`an Event ${reason} that reads ${message}`, async () => {
    const { items } = await stack.client.list(events, { namespace: NAMESPACE });
    return items.find((event) => event.reason === reason && message.test(event.message ?? ""))?.message;
  });

it("each of the five happenings has its Event on the control plane", async (t) => {
  const stack = await startClusterStack(t);
  await stack.addControlPlane("shop");
  await stack.writeConnection("shop-eks-connection", stack.eks((await makeCloudCa()).pem));
  await stack.startMirror();
  await untilEvent(
    stack,
    "CertificateDataRead",
    /read 1 CA certificate \("CN=kubernetes".* from Secret "shop-eks-connection"/,
  );
  await untilEvent(stack, "SecretCreated", /created Secret "shop-ca"/);
  await untilEvent(stack, "OwnerReferenceSet", /CAPTControlPlane "shop" owns Secret "shop-ca"/);
  await stack.writeConnection("shop-eks-connection", stack.eks((await makeCloudCa()).pem));
  await untilEvent(stack, "SecretUpdated", /updated Secret "shop-ca"/);
  await stack.client.delete(secrets, NAMESPACE, "shop-eks-connection");
  await untilEvent(stack, "ConnectionSecretNotFound", /Secret "shop-eks-connection" is not there/);
  const { items } = await stack.client.list(events, { namespace: NAMESPACE });
  const types = Object.fromEntries(items.map(({ reason = "", type }) => [reason, type]));
  assert.deepEqual(types, {
    CertificateDataRead: "Normal",
    SecretCreated: "Normal",
    SecretUpdated: "Normal",
    OwnerReferenceSet: "Normal",
    ConnectionSecretNotFound: "Warning",
  });
});

it("an owner reference that somebody took off is set again, with its Event", async (t) => {
  const stack = await startClusterStack(t);
  const controlPlane = await stack.addControlPlane("shop");
  await stack.writeConnection("shop-eks-connection", stack.eks((await makeCloudCa()).pem));
  await stack.startMirror();
  await stack.untilCondition("shop", "KubeconfigReady", "KubeconfigKept");
  // As an older CAPT left it: an owner, but not the controlling one.
  await stack.client.patch(secrets, NAMESPACE, "shop-ca", "merge", {
    metadata: {
      ownerReferences: [
        {
          apiVersion: "controlplane.cluster.x-k8s.io/v1beta1",
          kind: "CAPTControlPlane",
          name: "shop",
          uid: controlPlane.metadata.uid ?? "",
        },
      ],
    },
  });
  await eventually("the owner controls again", async () =>
    (await stack.secret("shop-ca"))?.metadata.ownerReferences?.[0]?.controller === true ? true : undefined,
  );
  await untilEvent(stack, "SecretUpdated", /updated Secret "shop-ca"/);
});

it("kubectl describe shows them", { skip: KUBECTL_MISSING }, async (t) => {
  const stack = await startClusterStack(t);
  await stack.addControlPlane("shop");
  await stack.writeConnection("shop-eks-connection", stack.eks((await makeCloudCa()).pem));
  await stack.startMirror();
  await untilEvent(stack, "OwnerReferenceSet", /shop-ca/);
  const text = await kubectlFor(t, stack.kube.adminKubeconfig)("describe", "captcontrolplane", "shop", "-n", NAMESPACE);
  assert.match(text, /Normal\s+CertificateDataRead/);
  assert.match(text, /Normal\s+SecretCreated/);
});
