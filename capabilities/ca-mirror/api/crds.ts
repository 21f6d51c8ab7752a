import type { JsonObject } from "@tegata/kube-types";
import type { Schema } from "@tegata/kube-types/schema";
import {
  applySpecSchema,
  applyStatusSchema,
  controlPlaneSpecSchema,
  controlPlaneStatusSchema,
  templateSpecSchema,
  templateStatusSchema,
} from "./schemas.ts";

interface KindDescription {
  readonly group: string;
  readonly kind: string;
  readonly shortNames: readonly string[];
  readonly categories: readonly string[];
  readonly description: string;
  readonly columns: readonly (readonly [name: string, type: "string" | "date" | "boolean", jsonPath: string])[];
  readonly spec: Schema;
  readonly status: Schema;
}

const READY = '.status.conditions[?(@.type=="Ready")].status';
const AGE = ["Age", "date", ".metadata.creationTimestamp"] as const;

const KINDS: readonly KindDescription[] = [
  {
    group: "controlplane.cluster.x-k8s.io",
    kind: "CAPTControlPlane",
    shortNames: [],
    categories: ["cluster-api"],
    description: "A CAPTControlPlane is the control plane of a managed cluster that a Terraform workspace makes.",
    columns: [
      ["Ready", "string", READY],
      ["Phase", "string", ".status.phase"],
      ["Version", "string", ".spec.version"],
      ["Endpoint", "string", ".spec.controlPlaneEndpoint.host"],
      ["Secrets", "boolean", ".status.secretsReady"],
      ["CA Expires", "string", ".status.mirror.certificateAuthorityNotAfter"],
      AGE,
    ],
    spec: controlPlaneSpecSchema,
    status: controlPlaneStatusSchema,
  },
  {
    group: "infrastructure.cluster.x-k8s.io",
    kind: "WorkspaceTemplateApply",
    shortNames: ["wtapply"],
    categories: ["capt", "terraform"],
    description: "A WorkspaceTemplateApply makes a Terraform workspace from a template.",
    columns: [
      ["Template", "string", ".spec.templateRef.name"],
      ["Applied", "boolean", ".status.applied"],
      ["Ready", "string", READY],
      AGE,
    ],
    spec: applySpecSchema,
    status: applyStatusSchema,
  },
  {
    group: "infrastructure.cluster.x-k8s.io",
    kind: "WorkspaceTemplate",
    shortNames: ["wt"],
    categories: ["capt", "terraform"],
    description: "A WorkspaceTemplate is a Terraform workspace with variables.",
    columns: [["Version", "string", ".spec.template.metadata.version"], AGE],
    spec: templateSpecSchema,
    status: templateStatusSchema,
  },
];

/**
 * The CustomResourceDefinitions that the mirror works on: CAPT's kinds, with the fields that Tegata adds to the status.
 *
 * @see reference cluster-ca.md section 1.1
 */
export function caMirrorCrds(): JsonObject[] {
  return KINDS.map(crdOf);
}

function crdOf({
  group,
  kind,
  shortNames,
  categories,
  description,
  columns,
  spec,
  status,
}: KindDescription): JsonObject {
  const singular = kind.toLowerCase();
  const plural = singular.endsWith("y") ? `${singular.slice(0, -1)}ies` : `${singular}s`;
  const schema: Schema = {
    type: "object",
    description,
    properties: {
      apiVersion: { type: "string", description: "Version of this representation of the object." },
      kind: { type: "string", description: "Kind of this object." },
      metadata: { type: "object" },
      spec,
      status,
    },
  };
  const crd = {
    apiVersion: "apiextensions.k8s.io/v1",
    kind: "CustomResourceDefinition",
    // By this label Cluster API finds which version keeps its v1beta1 contract.
    metadata: { name: `${plural}.${group}`, labels: { "cluster.x-k8s.io/v1beta1": "v1beta1" } },
    spec: {
      group,
      names: {
        categories,
        kind,
        listKind: `${kind}List`,
        plural,
        ...(shortNames.length === 0 ? {} : { shortNames }),
        singular,
      },
      scope: "Namespaced",
      versions: [
        {
          name: "v1beta1",
          served: true,
          storage: true,
          additionalPrinterColumns: columns.map(([name, type, jsonPath]) => ({ name, type, jsonPath })),
          schema: { openAPIV3Schema: schema },
          subresources: { status: {} },
        },
      ],
    },
  };
  // A schema is plain JSON; its TypeScript type has optional fields, which JSON's has not.
  return structuredClone(crd) as unknown as JsonObject;
}
