import type { ResourceDefinition } from "../registry/types.ts";
import { crdStrategy } from "../crd/strategy.ts";
import { defineResource } from "./define.ts";

const ADMISSION = "admissionregistration.k8s.io";

/** The kinds that extend the API itself: CRDs, admission webhooks, aggregated APIs. */
export function extensionResources(): ResourceDefinition[] {
  const cluster = { namespaced: false };
  return [
    defineResource({
      ...cluster,
      group: ADMISSION,
      kind: "MutatingWebhookConfiguration",
      plural: "mutatingwebhookconfigurations",
      categories: ["api-extensions"],
    }),
    defineResource({
      ...cluster,
      group: ADMISSION,
      kind: "ValidatingWebhookConfiguration",
      plural: "validatingwebhookconfigurations",
      categories: ["api-extensions"],
    }),
    defineResource({
      ...cluster,
      group: "apiextensions.k8s.io",
      kind: "CustomResourceDefinition",
      plural: "customresourcedefinitions",
      shortNames: ["crd", "crds"],
      categories: ["api-extensions"],
      hasStatus: true,
      strategy: crdStrategy,
    }),
    defineResource({
      ...cluster,
      group: "apiregistration.k8s.io",
      kind: "APIService",
      plural: "apiservices",
      categories: ["api-extensions"],
      hasStatus: true,
    }),
  ];
}
