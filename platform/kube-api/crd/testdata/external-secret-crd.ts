// A CRD in the shape of External Secrets' ExternalSecret: nested, with defaults, enums, junctors and CEL rules. Written for these tests.
import type { JsonObject } from "@tegata/kube-types";

const name = { type: "string", minLength: 1, maxLength: 253, pattern: "^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$" };

const remoteRef = {
  type: "object",
  required: ["key"],
  properties: {
    key: { type: "string" },
    property: { type: "string" },
    version: { type: "string" },
    conversionStrategy: { type: "string", default: "Default", enum: ["Default", "Unicode"] },
    decodingStrategy: { type: "string", default: "None", enum: ["Auto", "Base64", "Base64URL", "None"] },
    metadataPolicy: { type: "string", default: "None", enum: ["None", "Fetch"] },
  },
};

const spec = {
  type: "object",
  properties: {
    refreshInterval: { type: "string", default: "1h0m0s" },
    refreshPolicy: { type: "string", enum: ["CreatedOnce", "Periodic", "OnChange"] },
    secretStoreRef: {
      type: "object",
      properties: { name, kind: { type: "string", enum: ["SecretStore", "ClusterSecretStore"] } },
    },
    target: {
      type: "object",
      default: { creationPolicy: "Owner", deletionPolicy: "Retain" },
      properties: {
        name,
        immutable: { type: "boolean" },
        creationPolicy: { type: "string", default: "Owner", enum: ["Owner", "Orphan", "Merge", "None"] },
        deletionPolicy: { type: "string", default: "Retain", enum: ["Delete", "Merge", "Retain"] },
        template: {
          type: "object",
          properties: {
            data: { type: "object", additionalProperties: { type: "string" } },
            engineVersion: { type: "string", default: "v2", enum: ["v2"] },
          },
        },
      },
      "x-kubernetes-validations": [
        { rule: "!(has(self.immutable) && self.immutable) || self.creationPolicy == 'Owner'", message: "immutable needs creationPolicy Owner" },
      ],
    },
    data: {
      type: "array",
      items: {
        type: "object",
        required: ["remoteRef", "secretKey"],
        properties: {
          secretKey: { type: "string", minLength: 1, maxLength: 253, pattern: "^[-._a-zA-Z0-9]+$" },
          remoteRef,
          sourceRef: {
            type: "object",
            minProperties: 1,
            maxProperties: 1,
            properties: {
              storeRef: { type: "object", properties: { name } },
              generatorRef: { type: "object", required: ["kind", "name"], properties: { kind: { type: "string" }, name } },
            },
          },
        },
      },
    },
  },
};

const status = {
  type: "object",
  properties: {
    refreshTime: { type: "string", format: "date-time", nullable: true },
    syncedResourceVersion: { type: "string" },
    conditions: {
      type: "array",
      items: {
        type: "object",
        required: ["status", "type"],
        properties: {
          type: { type: "string" },
          status: { type: "string" },
          reason: { type: "string" },
          message: { type: "string" },
          lastTransitionTime: { type: "string", format: "date-time" },
        },
      },
    },
  },
};

const columns = [
  { name: "Store", type: "string", jsonPath: ".spec.secretStoreRef.name" },
  { name: "Refresh Interval", type: "string", jsonPath: ".spec.refreshInterval" },
  { name: "Status", type: "string", jsonPath: '.status.conditions[?(@.type=="Ready")].reason' },
  { name: "Ready", type: "string", jsonPath: '.status.conditions[?(@.type=="Ready")].status' },
  { name: "Last Sync", type: "date", jsonPath: ".status.refreshTime" },
];

const schema = {
  type: "object",
  properties: { apiVersion: { type: "string" }, kind: { type: "string" }, metadata: { type: "object" }, spec, status },
};

/** The CRD of `externalsecrets.external-secrets.io`. */
export const EXTERNAL_SECRET_CRD: JsonObject = {
  apiVersion: "apiextensions.k8s.io/v1",
  kind: "CustomResourceDefinition",
  metadata: { name: "externalsecrets.external-secrets.io", labels: { "external-secrets.io/component": "controller" } },
  spec: {
    group: "external-secrets.io",
    scope: "Namespaced",
    names: { plural: "externalsecrets", kind: "ExternalSecret", shortNames: ["es"], categories: ["external-secrets"] },
    versions: [
      {
        name: "v1",
        served: true,
        storage: true,
        schema: { openAPIV3Schema: schema },
        subresources: { status: {} },
        additionalPrinterColumns: columns,
        selectableFields: [{ jsonPath: ".spec.secretStoreRef.name" }],
      },
      {
        name: "v1beta1",
        served: true,
        storage: false,
        deprecated: true,
        schema: { openAPIV3Schema: structuredClone(schema) },
        subresources: { status: {} },
        additionalPrinterColumns: columns,
      },
    ],
  },
} as JsonObject;
