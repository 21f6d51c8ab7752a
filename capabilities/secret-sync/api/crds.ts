import type { JsonObject } from "@tegata/kube-types";
import type { Schema } from "@tegata/kube-types/schema";
import { EXTERNAL_SECRETS_GROUP } from "./external-secret.ts";
import { externalSecretSpecSchema, externalSecretStatusSchema, type ServedVersion } from "./external-secret-schema.ts";
import { object, text } from "./schema-builder.ts";
import { secretStoreSpecSchema, secretStoreStatusSchema } from "./secret-store-schema.ts";

interface PrinterColumn {
  readonly name: string;
  readonly type: "string" | "date";
  readonly jsonPath: string;
}

interface KindDescription {
  readonly kind: string;
  readonly plural: string;
  readonly singular: string;
  readonly shortName: string;
  readonly scope: "Namespaced" | "Cluster";
  readonly description: string;
  readonly columns: readonly PrinterColumn[];
  readonly selectableFields: readonly string[];
  spec(version: ServedVersion): Schema;
  status(): Schema;
}

const READY = '.status.conditions[?(@.type=="Ready")]';
const STORE_COLUMNS: readonly PrinterColumn[] = [
  { name: "AGE", type: "date", jsonPath: ".metadata.creationTimestamp" },
  { name: "Status", type: "string", jsonPath: `${READY}.reason` },
  { name: "Capabilities", type: "string", jsonPath: ".status.capabilities" },
  { name: "Ready", type: "string", jsonPath: `${READY}.status` },
];

const KINDS: readonly KindDescription[] = [
  {
    kind: "ExternalSecret",
    plural: "externalsecrets",
    singular: "externalsecret",
    shortName: "es",
    scope: "Namespaced",
    description: "An ExternalSecret keeps one Secret equal to values in external secret stores.",
    columns: [
      { name: "StoreType", type: "string", jsonPath: ".spec.secretStoreRef.kind" },
      { name: "Store", type: "string", jsonPath: ".spec.secretStoreRef.name" },
      { name: "Refresh Interval", type: "string", jsonPath: ".spec.refreshInterval" },
      { name: "Status", type: "string", jsonPath: `${READY}.reason` },
      { name: "Ready", type: "string", jsonPath: `${READY}.status` },
      { name: "Last Sync", type: "date", jsonPath: ".status.refreshTime" },
    ],
    selectableFields: [
      ".spec.secretStoreRef.name",
      ".spec.secretStoreRef.kind",
      ".spec.target.name",
      ".spec.refreshInterval",
    ],
    spec: externalSecretSpecSchema,
    status: externalSecretStatusSchema,
  },
  {
    kind: "SecretStore",
    plural: "secretstores",
    singular: "secretstore",
    shortName: "ss",
    scope: "Namespaced",
    description: "A SecretStore says how the ExternalSecrets of its namespace reach a secret store.",
    columns: STORE_COLUMNS,
    selectableFields: [],
    spec: secretStoreSpecSchema,
    status: secretStoreStatusSchema,
  },
  {
    kind: "ClusterSecretStore",
    plural: "clustersecretstores",
    singular: "clustersecretstore",
    shortName: "css",
    scope: "Cluster",
    description:
      "A ClusterSecretStore says how the ExternalSecrets of all namespaces, or of some, reach a secret store.",
    columns: STORE_COLUMNS,
    selectableFields: [],
    spec: secretStoreSpecSchema,
    status: secretStoreStatusSchema,
  },
];

/**
 * The CustomResourceDefinitions of secret sync. Both versions are served and have one shape, so none converts more than
 * `apiVersion`; `v1` is stored.
 *
 * @see reference eso.md section 1
 */
export function secretSyncCrds(): JsonObject[] {
  return KINDS.map(crdOf);
}

function crdOf(description: KindDescription): JsonObject {
  const { kind, plural, singular, shortName, scope } = description;
  const crd = {
    apiVersion: "apiextensions.k8s.io/v1",
    kind: "CustomResourceDefinition",
    metadata: {
      name: `${plural}.${EXTERNAL_SECRETS_GROUP}`,
      labels: { "external-secrets.io/component": "controller" },
    },
    spec: {
      group: EXTERNAL_SECRETS_GROUP,
      names: {
        categories: ["external-secrets"],
        kind,
        listKind: `${kind}List`,
        plural,
        shortNames: [shortName],
        singular,
      },
      scope,
      versions: [versionOf(description, "v1"), versionOf(description, "v1beta1")],
    },
  };
  // A schema is plain JSON; its TypeScript type has optional fields, which JSON's has not.
  return structuredClone(crd) as unknown as JsonObject;
}

function versionOf(description: KindDescription, version: ServedVersion): object {
  const schema = object(
    {
      apiVersion: text("Version of this representation of the object."),
      kind: text("Kind of this object."),
      metadata: { type: "object" },
      spec: description.spec(version),
      status: description.status(),
    },
    description.description,
  );
  return {
    name: version,
    served: true,
    storage: version === "v1",
    additionalPrinterColumns: description.columns,
    ...(description.selectableFields.length === 0
      ? {}
      : { selectableFields: description.selectableFields.map((jsonPath) => ({ jsonPath })) }),
    schema: { openAPIV3Schema: schema },
    subresources: { status: {} },
  };
}
