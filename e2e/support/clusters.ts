import { randomBytes } from "node:crypto";
import { type CaMirrorOptions, caMirrorCrds, type CaptControlPlane, captControlPlanes } from "@tegata/ca-mirror";
import type { TestContext } from "node:test";
import { encodeBase64, encodeUtf8 } from "@tegata/bytes";
import { generateSigner, nodeVerifier } from "@tegata/keys";
import { customResourceDefinitions, findCondition, namespaces, parseKubeconfigAccess, secrets } from "@tegata/kube";
import type { Condition, Secret } from "@tegata/kube-types";
import { type Operator, startOperator } from "@tegata/operator";
import {
  type CertificateTemplate,
  checkIssuedCertificate,
  distinguishedName,
  formatCertificatePem,
  rootTemplate,
  serialNumberFrom,
  signCertificate,
  type Signer,
} from "@tegata/pki";
import { createLogger } from "@tegata/telemetry";
import { eventually, type Stack, startStack } from "./stack.ts";

/** Namespace of all clusters of a test. */
export const NAMESPACE = "clusters";
const DAY_MS = 24 * 60 * 60 * 1000;

/** A self-made CA that stands for the one that a cloud keeps. */
export interface CloudCa {
  readonly pem: string;
  readonly der: Uint8Array;
  readonly signer: Signer;
  readonly notAfter: Date;
}

/** How a CA is made. */
export interface CloudCaOptions {
  readonly commonName?: string;
  readonly days?: number;
  readonly now?: Date;
  /** Changes what is signed, to make a CA that is not one. */
  readonly change?: (template: CertificateTemplate) => CertificateTemplate;
}

/** Makes a self-signed CA. */
export async function makeCloudCa({
  commonName = "kubernetes",
  days = 3650,
  now = new Date(),
  change,
}: CloudCaOptions = {}): Promise<CloudCa> {
  const signer = await generateSigner("ec-p256");
  const root = rootTemplate(
    {
      subject: distinguishedName([["commonName", commonName]]),
      serialNumber: serialNumberFrom(randomBytes(16)),
      publicKeySpki: signer.publicKeySpki,
      lifetimeMs: days * DAY_MS,
    },
    now,
  );
  const template = change === undefined ? root : change(root);
  const der = await signCertificate(template, signer);
  const { notAfter } = checkIssuedCertificate(der, template, signer.publicKeySpki, nodeVerifier);
  return { pem: formatCertificatePem(der), der, signer, notAfter };
}

/** A {@link Stack} with CAPT's kinds and a namespace for clusters. */
export interface ClusterStack extends Stack {
  /** @param kubeconfig - as whom it runs. @defaultValue the administrator */
  startMirror(options?: CaMirrorOptions, kubeconfig?: string): Promise<Operator>;
  addControlPlane(name: string, metadata?: CaptControlPlane["metadata"]): Promise<CaptControlPlane>;
  /** Writes a connection Secret as a Terraform workspace does; a value of `undefined` leaves the key out. */
  writeConnection(name: string, data: Readonly<Record<string, string | undefined>>): Promise<Secret>;
  /** The data of a connection Secret on EKS. */
  eks(ca: string, endpoint?: string): Record<string, string>;
  controlPlane(name: string): Promise<CaptControlPlane | undefined>;
  secret(name: string): Promise<Secret | undefined>;
  /** Waits until the control plane has this condition. */
  untilCondition(name: string, type: string, reason: string): Promise<Condition>;
}

/** Starts an API server with CAPT's kinds. The operator is started by the test. */
export async function startClusterStack(t: TestContext): Promise<ClusterStack> {
  const stack = await startStack(t);
  const { client } = stack;
  for (const crd of caMirrorCrds()) await client.create(customResourceDefinitions, crd as never);
  await client.create(namespaces, { apiVersion: "v1", kind: "Namespace", metadata: { name: NAMESPACE } });
  const controlPlane = (name: string) => client.get(captControlPlanes, NAMESPACE, name);
  return {
    ...stack,
    async startMirror(caMirror = {}, kubeconfig = stack.kube.adminKubeconfig) {
      const logger = createLogger({
        level: "debug",
        destination: { write: (line: string) => void stack.log.push(line) },
      });
      const operator = await startOperator({
        access: await parseKubeconfigAccess(kubeconfig),
        namespace: "default",
        identity: "test",
        metricsHost: "127.0.0.1",
        metricsPort: 0,
        leaderElection: false,
        logger,
        caMirror,
      });
      t.after(() => operator.stop());
      return operator;
    },
    addControlPlane: (name, metadata = {}) =>
      client.create(captControlPlanes, {
        apiVersion: "controlplane.cluster.x-k8s.io/v1beta1",
        kind: "CAPTControlPlane",
        metadata: { ...metadata, namespace: NAMESPACE, name },
        spec: {
          version: "1.33",
          workspaceTemplateRef: { name: "eks-controlplane-template" },
          controlPlaneConfig: { region: "eu-west-1" },
        },
      }),
    async writeConnection(name, data) {
      const old = await client.get(secrets, NAMESPACE, name);
      const secret: Secret = {
        apiVersion: "v1",
        kind: "Secret",
        metadata: { namespace: NAMESPACE, name },
        ...(old === undefined ? { type: "connection.crossplane.io/v1alpha1" } : { ...old }),
        data: Object.fromEntries(
          Object.entries(data).flatMap(([key, value]) =>
            value === undefined ? [] : [[key, encodeBase64(encodeUtf8(value))]],
          ),
        ),
      };
      return await (old === undefined ? client.create(secrets, secret) : client.update(secrets, secret));
    },
    eks: (ca, endpoint = "https://abc123.gr7.eu-west-1.eks.amazonaws.com") => ({
      cluster_certificate_authority_data: encodeBase64(encodeUtf8(ca)),
      cluster_endpoint: endpoint,
      cluster_name: "shop-eks",
    }),
    controlPlane,
    secret: (name) => client.get(secrets, NAMESPACE, name),
    untilCondition: (name, type, reason) =>
      eventually(`CAPTControlPlane ${name} has ${type} with reason ${reason}`, async () => {
        const condition = findCondition((await controlPlane(name))?.status?.conditions, type);
        return condition?.reason === reason ? condition : undefined;
      }),
  };
}

/** A value of a Secret as text. */
export function textOf(secret: Secret | undefined, key: string): string | undefined {
  const value = secret?.data?.[key];
  return value === undefined ? undefined : Buffer.from(value, "base64").toString();
}
