import type { Schema } from "@tegata/kube-types/schema";

const TEXT: Schema = { type: "string" };
const FLAG: Schema = { type: "boolean" };
const TEXTS: Schema = { type: "array", items: TEXT };
const ANYTHING: Schema = { type: "object", "x-kubernetes-preserve-unknown-fields": true };

const NAMES: Schema = {
  type: "object",
  required: ["plural", "kind"],
  properties: { plural: TEXT, singular: TEXT, kind: TEXT, listKind: TEXT, shortNames: TEXTS, categories: TEXTS },
};

const VERSION: Schema = {
  type: "object",
  required: ["name", "served", "storage"],
  properties: {
    name: TEXT,
    served: FLAG,
    storage: FLAG,
    deprecated: FLAG,
    deprecationWarning: TEXT,
    schema: { type: "object", properties: { openAPIV3Schema: ANYTHING } },
    subresources: {
      type: "object",
      properties: {
        status: ANYTHING,
        scale: {
          type: "object",
          properties: { specReplicasPath: TEXT, statusReplicasPath: TEXT, labelSelectorPath: TEXT },
        },
      },
    },
    additionalPrinterColumns: {
      type: "array",
      items: {
        type: "object",
        properties: {
          name: TEXT,
          type: TEXT,
          format: TEXT,
          description: TEXT,
          priority: { type: "integer" },
          jsonPath: TEXT,
        },
      },
    },
    selectableFields: {
      type: "array",
      items: { type: "object", required: ["jsonPath"], properties: { jsonPath: TEXT } },
    },
  },
};

const WEBHOOK_CLIENT: Schema = {
  type: "object",
  properties: {
    url: TEXT,
    caBundle: { type: "string", format: "byte" },
    service: {
      type: "object",
      required: ["namespace", "name"],
      properties: { namespace: TEXT, name: TEXT, path: TEXT, port: { type: "integer", minimum: 1, maximum: 65535 } },
    },
  },
};

/**
 * The types of what a CustomResourceDefinition says, so that the checks of its meaning need not doubt them. The schemas
 * in it have a check of their own.
 */
export const CRD_SHAPE: Schema = {
  type: "object",
  required: ["spec"],
  properties: {
    spec: {
      type: "object",
      required: ["group", "scope", "names", "versions"],
      properties: {
        group: TEXT,
        scope: TEXT,
        names: NAMES,
        versions: { type: "array", items: VERSION },
        preserveUnknownFields: FLAG,
        conversion: {
          type: "object",
          required: ["strategy"],
          properties: {
            strategy: TEXT,
            webhook: { type: "object", properties: { conversionReviewVersions: TEXTS, clientConfig: WEBHOOK_CLIENT } },
          },
        },
      },
    },
    status: {
      type: "object",
      properties: { acceptedNames: ANYTHING, storedVersions: TEXTS, conditions: { type: "array", items: ANYTHING } },
    },
  },
};
