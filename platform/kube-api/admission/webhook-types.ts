import type { KubeObject, LabelSelector } from "@tegata/kube-types";

/** Group of the webhook configurations. */
export const ADMISSION_GROUP = "admissionregistration.k8s.io";

/** Which writes a webhook wants to see. */
export interface WebhookRule {
  operations?: string[];
  apiGroups?: string[];
  apiVersions?: string[];
  /** `pods`, `pods/status`, `pods/*`, `*` (everything but subresources); an asterisk on both sides: everything. */
  resources?: string[];
  scope?: "Cluster" | "Namespaced" | "*";
}

/** Where a webhook listens. */
export interface WebhookClientConfig {
  url?: string;
  service?: { namespace?: string; name?: string; path?: string; port?: number };
  /** Base64 of a PEM bundle; empty: the system's roots. */
  caBundle?: string;
}

/** One webhook of a configuration, `admissionregistration.k8s.io/v1`. */
export interface Webhook {
  name: string;
  clientConfig: WebhookClientConfig;
  rules?: WebhookRule[];
  failurePolicy?: "Fail" | "Ignore";
  matchPolicy?: "Exact" | "Equivalent";
  namespaceSelector?: LabelSelector;
  objectSelector?: LabelSelector;
  matchConditions?: { name: string; expression: string }[];
  sideEffects?: "None" | "NoneOnDryRun" | "Some" | "Unknown";
  timeoutSeconds?: number;
  admissionReviewVersions?: string[];
  /** Mutating webhooks only. */
  reinvocationPolicy?: "Never" | "IfNeeded";
}

export interface WebhookConfiguration extends KubeObject {
  webhooks?: Webhook[];
}

/** Names under which the store keeps the configurations. */
export const WEBHOOK_COLLECTIONS = {
  mutating: `mutatingwebhookconfigurations.${ADMISSION_GROUP}`,
  validating: `validatingwebhookconfigurations.${ADMISSION_GROUP}`,
} as const;
