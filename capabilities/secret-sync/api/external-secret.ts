import type { Condition, KubeObject, LabelSelector } from "@tegata/kube-types";

/** Group of all of External Secrets' own kinds. */
export const EXTERNAL_SECRETS_GROUP = "external-secrets.io";
/** Version in which objects are stored; `v1beta1` has the same shape and is served beside it. */
export const EXTERNAL_SECRETS_VERSION = "v1";

export type StoreKind = "SecretStore" | "ClusterSecretStore";

export interface SecretStoreRef {
  name?: string;
  /** Unset means `SecretStore`. */
  kind?: StoreKind;
}

export type RefreshPolicy = "Periodic" | "CreatedOnce" | "OnChange";
export type CreationPolicy = "Owner" | "Orphan" | "Merge" | "None" | "CreateOrMerge";
export type DeletionPolicy = "Delete" | "Merge" | "Retain";
export type ConversionStrategy = "Default" | "Unicode";
export type DecodingStrategy = "Auto" | "Base64" | "Base64URL" | "None";
export type NullBytePolicy = "Ignore" | "Fail";

export interface ExternalSecretRemoteRef {
  key: string;
  property?: string;
  version?: string;
  metadataPolicy?: "None" | "Fetch";
  conversionStrategy?: ConversionStrategy;
  decodingStrategy?: DecodingStrategy;
  nullBytePolicy?: NullBytePolicy;
}

export interface GeneratorRef {
  apiVersion?: string;
  kind: string;
  name: string;
}

export interface SourceRef {
  storeRef?: SecretStoreRef;
  generatorRef?: GeneratorRef;
}

export interface ExternalSecretData {
  secretKey: string;
  remoteRef: ExternalSecretRemoteRef;
  sourceRef?: SourceRef;
}

export interface FindName {
  regexp?: string;
}

export interface ExternalSecretFind {
  path?: string;
  name?: FindName;
  tags?: Record<string, string>;
  conversionStrategy?: ConversionStrategy;
  decodingStrategy?: DecodingStrategy;
  nullBytePolicy?: NullBytePolicy;
}

/** Exactly one of the three. */
export interface ExternalSecretRewrite {
  regexp?: { source: string; target: string };
  transform?: { template: string };
  merge?: {
    into?: string;
    priority?: string[];
    priorityPolicy?: "Strict" | "IgnoreNotFound";
    conflictPolicy?: "Error" | "Ignore";
    strategy?: "Extract" | "JSON";
  };
}

/** Exactly one of `extract`, `find` and `sourceRef.generatorRef`. */
export interface ExternalSecretDataFrom {
  extract?: ExternalSecretRemoteRef;
  find?: ExternalSecretFind;
  rewrite?: ExternalSecretRewrite[];
  sourceRef?: SourceRef;
}

export interface TemplateSourceItem {
  key: string;
  templateAs?: "Values" | "KeysAndValues";
}

export interface TemplateSource {
  name: string;
  items: TemplateSourceItem[];
}

export interface TemplateFrom {
  configMap?: TemplateSource;
  secret?: TemplateSource;
  literal?: string;
  /** `Data`, `Annotations` or `Labels`, in any case; for a generic target also `Spec` or a dotted path. */
  target?: string;
  valuesDecodingStrategy?: DecodingStrategy;
}

export interface ExternalSecretTemplate {
  engineVersion?: "v2";
  type?: string;
  mergePolicy?: "Replace" | "Merge";
  metadata?: { annotations?: Record<string, string>; labels?: Record<string, string>; finalizers?: string[] };
  data?: Record<string, string>;
  templateFrom?: TemplateFrom[];
}

/** Kind of a target that is not a Secret. */
export interface TargetManifest {
  apiVersion: string;
  kind: string;
}

export interface ExternalSecretTarget {
  name?: string;
  creationPolicy?: CreationPolicy;
  deletionPolicy?: DeletionPolicy;
  immutable?: boolean;
  manifest?: TargetManifest;
  template?: ExternalSecretTemplate;
}

export interface SyncWindows {
  kind: "allow" | "deny";
  windows?: { schedule: string; duration: string }[];
}

export interface ExternalSecretSpec {
  secretStoreRef?: SecretStoreRef;
  refreshPolicy?: RefreshPolicy;
  /** Go duration; `0` fetches once. */
  refreshInterval?: string;
  syncWindows?: SyncWindows;
  target?: ExternalSecretTarget;
  data?: ExternalSecretData[];
  dataFrom?: ExternalSecretDataFrom[];
}

export interface ExternalSecretStatus {
  refreshTime?: string | null;
  /** `<generation>-<hash of labels and annotations>` at the last refresh. */
  syncedResourceVersion?: string;
  conditions?: Condition[];
  binding?: { name?: string };
}

export interface ExternalSecret extends KubeObject {
  spec: ExternalSecretSpec;
  status?: ExternalSecretStatus;
}

/** Which namespaces may use a ClusterSecretStore. The fields, and the conditions, are alternatives. */
export interface ClusterSecretStoreCondition {
  namespaceSelector?: LabelSelector;
  namespaces?: string[];
  namespaceRegexes?: string[];
}

export interface SecretStoreSpec {
  /** Controller class; empty means any. */
  controller?: string;
  /** Exactly one key: the provider. Its value is read by the provider's own parser in `@tegata/stores`. */
  provider: Record<string, unknown>;
  retrySettings?: { maxRetries?: number; retryInterval?: string };
  /** Seconds, or a Go duration. */
  refreshInterval?: number | string;
  conditions?: ClusterSecretStoreCondition[];
}

export interface SecretStoreStatus {
  conditions?: Condition[];
  capabilities?: "ReadOnly" | "WriteOnly" | "ReadWrite";
}

/** A SecretStore or ClusterSecretStore: they have one shape. */
export interface SecretStoreObject extends KubeObject {
  spec: SecretStoreSpec;
  status?: SecretStoreStatus;
}
