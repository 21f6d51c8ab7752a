import type { Condition, JsonObject, KubeObject } from "@tegata/kube-types";

/** `apiextensions.k8s.io/v1` `CustomResourceDefinition`, after its shape was checked. */
export interface CustomResourceDefinition extends KubeObject {
  spec: CrdSpec;
  status?: CrdStatus;
}

/** What a CRD asks for. */
export interface CrdSpec {
  group: string;
  names: CrdNames;
  scope: string;
  versions: CrdVersion[];
  conversion?: CrdConversion;
  preserveUnknownFields?: boolean;
}

/** The names of a resource; those that are absent are made from the kind. */
export interface CrdNames {
  plural: string;
  singular?: string;
  kind: string;
  listKind?: string;
  shortNames?: string[];
  categories?: string[];
}

/** One version of a resource. */
export interface CrdVersion {
  name: string;
  served: boolean;
  storage: boolean;
  deprecated?: boolean;
  deprecationWarning?: string;
  /** JSON until it was checked to be a schema. */
  schema?: { openAPIV3Schema?: JsonObject };
  subresources?: { status?: JsonObject; scale?: CrdScale };
  additionalPrinterColumns?: CrdColumn[];
  selectableFields?: { jsonPath: string }[];
}

/** Where a custom resource keeps what its `scale` shows: paths such as `.spec.replicas`. */
export interface CrdScale {
  specReplicasPath: string;
  statusReplicasPath: string;
  labelSelectorPath?: string;
}

/** One column of `additionalPrinterColumns`. */
export interface CrdColumn {
  name: string;
  type: string;
  format?: string;
  description?: string;
  priority?: number;
  jsonPath: string;
}

/** How objects get from one version to another. */
export interface CrdConversion {
  strategy: string;
  webhook?: {
    conversionReviewVersions?: string[];
    clientConfig?: CrdWebhookClient;
  };
}

/** Where a conversion webhook listens: at a URL or at a service. */
export interface CrdWebhookClient {
  url?: string;
  service?: { namespace: string; name: string; path?: string; port?: number };
  /** Base64 of PEM. */
  caBundle?: string;
}

interface CrdStatus {
  conditions?: Condition[];
  acceptedNames?: Partial<CrdNames>;
  storedVersions?: string[];
}

/** Narrows an object of the kind CustomResourceDefinition whose shape was checked when it was written. */
export function asCrd(object: KubeObject): CustomResourceDefinition {
  return object as CustomResourceDefinition;
}

/** Whether a condition of the CRD is True. */
export function hasCondition({ status }: CustomResourceDefinition, type: string): boolean {
  return status?.conditions?.some((condition) => condition.type === type && condition.status === "True") ?? false;
}
