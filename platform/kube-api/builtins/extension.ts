import { defaultWebhookConfiguration, validateWebhookConfiguration } from "../admission/webhook-validation.ts";
import { crdStrategy } from "../crd/strategy.ts";
import type { ResourceDefinition, Strategy } from "../registry/types.ts";
import { API_SERVICE_COLUMNS, WEBHOOK_COLUMNS } from "./columns/access.ts";
import { CREATED_AT, NAME } from "./columns/column.ts";
import { defineResource } from "./define.ts";

const WEBHOOK_STRATEGY: Strategy = {
  allowUnconditionalUpdate: false,
  tracksGeneration: true,
  prepareForCreate: defaultWebhookConfiguration,
  prepareForUpdate: defaultWebhookConfiguration,
  validate: validateWebhookConfiguration,
};

/** The kinds that extend the API itself: CRDs, admission webhooks, aggregated APIs. The last are stored, not served. */
export function extensionResources(): ResourceDefinition[] {
  const cluster = { namespaced: false, categories: ["api-extensions"] };
  const webhook = { ...cluster, strategy: WEBHOOK_STRATEGY, columns: WEBHOOK_COLUMNS };
  return [
    defineResource({
      ...webhook,
      group: "admissionregistration.k8s.io",
      kind: "MutatingWebhookConfiguration",
      plural: "mutatingwebhookconfigurations",
    }),
    defineResource({
      ...webhook,
      group: "admissionregistration.k8s.io",
      kind: "ValidatingWebhookConfiguration",
      plural: "validatingwebhookconfigurations",
    }),
    defineResource({
      ...cluster,
      group: "apiextensions.k8s.io",
      kind: "CustomResourceDefinition",
      plural: "customresourcedefinitions",
      shortNames: ["crd", "crds"],
      hasStatus: true,
      names: "path-segment",
      strategy: crdStrategy,
      columns: [NAME, CREATED_AT],
    }),
    defineResource({
      ...cluster,
      group: "apiregistration.k8s.io",
      kind: "APIService",
      plural: "apiservices",
      hasStatus: true,
      // The core group's is called `v1.`, with nothing behind the dot.
      names: "path-segment",
      columns: API_SERVICE_COLUMNS,
    }),
  ];
}
