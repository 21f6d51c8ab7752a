import { randomBytes } from "node:crypto";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { captControlPlanes } from "@tegata/ca-mirror";
import { encodeBase64, encodeUtf8 } from "@tegata/bytes";
import { TegataError } from "@tegata/errors";
import { generateSigner } from "@tegata/keys";
import { findCondition, type KubeClient, secrets } from "@tegata/kube";
import { distinguishedName, formatCertificatePem, rootTemplate, serialNumberFrom, signCertificate } from "@tegata/pki";
import { applyObjects, readManifest } from "./manifests.ts";

const MANIFEST = join(import.meta.dirname, "..", "..", "examples", "ca-mirror", "eks-cluster.yaml");
const NAMESPACE = "clusters";
const CONTROL_PLANE = "demo";
const CONNECTION_SECRET = "demo-eks-connection";
/** As long as the CA of a cluster on EKS lives. */
const CA_LIFETIME_MS = 10 * 365 * 24 * 60 * 60 * 1000;
/** How often the control plane is looked at, in milliseconds. */
const POLL_MS = 50;

/**
 * Loads the example of a managed cluster, and writes the connection Secret that Terraform would write. A Secret that is
 * there already stays: what the user put there is what is to be mirrored.
 *
 * @returns how many objects there are.
 */
export async function loadClusterExample(client: KubeClient, signal: AbortSignal): Promise<number> {
  const objects = await readManifest(MANIFEST);
  await applyObjects(
    client,
    objects.filter(({ kind }) => kind === "Namespace"),
    signal,
  );
  if ((await client.get(secrets, NAMESPACE, CONNECTION_SECRET, signal)) === undefined)
    await client.create(
      secrets,
      {
        apiVersion: "v1",
        kind: "Secret",
        metadata: { namespace: NAMESPACE, name: CONNECTION_SECRET },
        type: "connection.crossplane.io/v1alpha1",
        stringData: {
          cluster_name: CONTROL_PLANE,
          cluster_endpoint: "https://0123456789ABCDEF.gr7.ap-northeast-1.eks.amazonaws.com",
          cluster_certificate_authority_data: encodeBase64(encodeUtf8(await makeClusterCa())),
        },
      },
      {},
      signal,
    );
  await applyObjects(client, objects, signal);
  return objects.length + 1;
}

/** Waits until the cluster's Secrets are there. @throws TegataError `EXAMPLES_NOT_READY` */
export async function waitUntilMirrored(
  client: KubeClient,
  signal: AbortSignal,
  timeoutSeconds: number,
): Promise<string> {
  const deadline = performance.now() + timeoutSeconds * 1000;
  for (;;) {
    const { status } = (await client.get(captControlPlanes, NAMESPACE, CONTROL_PLANE, signal)) ?? {};
    if (status?.secretsReady === true)
      return `${NAMESPACE}/${CONTROL_PLANE}-ca, ${NAMESPACE}/${CONTROL_PLANE}-kubeconfig`;
    if (performance.now() > deadline) {
      const why = findCondition(status?.conditions, "CertificateAuthorityReady")?.message ?? "not looked at yet";
      throw new TegataError({
        kind: "not-ready",
        code: "EXAMPLES_NOT_READY",
        message: `after ${timeoutSeconds} s the CA of cluster "${CONTROL_PLANE}" is not mirrored: ${why}`,
        remedy: "Mend what the reason names, or start without the examples: --no-examples.",
      });
    }
    await setTimeout(POLL_MS, undefined, { signal });
  }
}

/** A CA in PEM that stands for the cloud's. Its key ends with this function, as the cloud's never leaves the cloud. */
async function makeClusterCa(): Promise<string> {
  const signer = await generateSigner("rsa-2048");
  const template = rootTemplate(
    {
      subject: distinguishedName([["commonName", "kubernetes"]]),
      serialNumber: serialNumberFrom(randomBytes(16)),
      publicKeySpki: signer.publicKeySpki,
      lifetimeMs: CA_LIFETIME_MS,
    },
    new Date(),
  );
  return formatCertificatePem(await signCertificate(template, signer));
}
