import { decodeBase64, decodeUtf8, encodeBase64, encodeUtf8 } from "@tegata/bytes";
import { defineResource, equalJson, type KubeClient, type Resource } from "@tegata/kube";
import type { KubeObject } from "@tegata/kube-types";
import { formatCertificatePem, parseCertificatePem } from "@tegata/pki";
import { ADMISSION_PATHS } from "@tegata/secret-sync";

/** How the API server reaches the webhook: through a Service, or at an address that it can connect to itself. */
export type WebhookAddress =
  | { readonly kind: "service"; readonly namespace: string; readonly name: string; readonly port: number }
  | { readonly kind: "url"; readonly url: string };

interface ClientConfig {
  url?: string;
  service?: { namespace: string; name: string; port: number; path: string };
  caBundle?: string;
}

/** `admissionregistration.k8s.io/v1` ValidatingWebhookConfiguration, as far as it is read here. */
export interface ValidatingWebhookConfiguration extends KubeObject {
  webhooks?: { name: string; clientConfig: ClientConfig }[];
}

/** Label of both configurations; External Secrets' cert-controller finds them by it, too. */
export const WEBHOOK_LABEL = { name: "external-secrets.io/component", value: "webhook" } as const;

/** `admissionregistration.k8s.io/v1` ValidatingWebhookConfiguration. */
export const webhookConfigurations: Resource<ValidatingWebhookConfiguration> = defineResource({
  apiVersion: "admissionregistration.k8s.io/v1",
  kind: "ValidatingWebhookConfiguration",
  plural: "validatingwebhookconfigurations",
  namespaced: false,
});

const FIELD_MANAGER = "tegata-webhook";
/** Name of each configuration → the resources that it watches over, by their singular. */
const CONFIGURATIONS = {
  "externalsecret-validate": [{ singular: "externalsecret", scope: "Namespaced" }],
  "secretstore-validate": [
    { singular: "secretstore", scope: "Namespaced" },
    { singular: "clustersecretstore", scope: "Cluster" },
  ],
} as const;

/**
 * Has the API server ask the webhook: writes both configurations unless they already say so. The former CA stays in the
 * bundle beside the new one, so that replicas which still serve under it are believed while they change.
 *
 * @param caPem - the CA that the webhook's certificate is from.
 */
export async function writeConfigurations(
  client: KubeClient,
  address: WebhookAddress,
  caPem: string,
  signal: AbortSignal,
): Promise<void> {
  for (const name of Object.keys(CONFIGURATIONS) as (keyof typeof CONFIGURATIONS)[]) {
    const present = await client.get(webhookConfigurations, "", name, signal);
    const former = present?.webhooks?.[0]?.clientConfig.caBundle ?? "";
    const wanted = configurationOf(name, address, bundleOf(caPem, former));
    if (present !== undefined && says(present, wanted)) continue;
    await client.apply(webhookConfigurations, wanted, { fieldManager: FIELD_MANAGER, force: true }, signal);
  }
}

/** @returns base64 of the PEM bundle: the CA, and the one before it. */
function bundleOf(caPem: string, formerBundle: string): string {
  const [ca = new Uint8Array()] = parseCertificatePem(caPem);
  const others = readBundle(formerBundle).filter((der) => Buffer.compare(der, ca) !== 0);
  return encodeBase64(encodeUtf8(formatCertificatePem(ca, ...others.slice(0, 1))));
}

function readBundle(bundle: string): Uint8Array[] {
  try {
    return parseCertificatePem(decodeUtf8(decodeBase64(bundle) ?? new Uint8Array()));
  } catch {
    return [];
  }
}

function configurationOf(
  name: keyof typeof CONFIGURATIONS,
  address: WebhookAddress,
  caBundle: string,
): ValidatingWebhookConfiguration {
  const webhooks = CONFIGURATIONS[name].map(({ singular, scope }) => ({
    name: `validate.${singular}.external-secrets.io`,
    // A deletion needs no permission: it must work while no replica is there to give one.
    rules: [
      {
        apiGroups: ["external-secrets.io"],
        apiVersions: ["v1"],
        operations: ["CREATE", "UPDATE"],
        resources: [`${singular}s`],
        scope,
      },
    ],
    clientConfig: clientConfigOf(address, ADMISSION_PATHS[`${singular}s`] ?? "", caBundle),
    admissionReviewVersions: ["v1"],
    failurePolicy: "Fail",
    matchPolicy: "Equivalent",
    sideEffects: "None",
    timeoutSeconds: 5,
  }));
  return {
    apiVersion: "admissionregistration.k8s.io/v1",
    kind: "ValidatingWebhookConfiguration",
    metadata: { name, labels: { [WEBHOOK_LABEL.name]: WEBHOOK_LABEL.value } },
    webhooks,
  };
}

function clientConfigOf(address: WebhookAddress, path: string, caBundle: string): ClientConfig {
  if (address.kind === "url") return { url: `${address.url}${path}`, caBundle };
  const { namespace, name, port } = address;
  return { service: { namespace, name, port, path }, caBundle };
}

/** Whether every hook is there as wanted. Fields that the API server filled in do not count. */
function says(present: ValidatingWebhookConfiguration, wanted: ValidatingWebhookConfiguration): boolean {
  const hooks = present.webhooks ?? [];
  return (
    present.metadata.labels?.[WEBHOOK_LABEL.name] === WEBHOOK_LABEL.value &&
    hooks.length === wanted.webhooks?.length &&
    (wanted.webhooks ?? []).every((hook) => {
      const found = hooks.find(({ name }) => name === hook.name);
      return Object.entries(hook).every(([field, value]) =>
        equalJson(Object.entries(found ?? {}).find(([key]) => key === field)?.[1], value),
      );
    })
  );
}
