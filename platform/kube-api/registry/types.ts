import type { FieldError, JsonObject, KubeObject } from "@tegata/kube-types";
import type { Schema } from "@tegata/kube-types/schema";

/** Who asks. `k8s.io/apiserver` `user.Info`. */
export interface UserInfo {
  readonly username: string;
  readonly uid?: string;
  readonly groups: readonly string[];
  readonly extra?: Readonly<Record<string, readonly string[]>>;
}

/** What can be done with a resource, as RBAC and discovery spell it. */
export type Verb = "get" | "list" | "watch" | "create" | "update" | "patch" | "delete" | "deletecollection";

/** One printed column of a Table. `value` gives a cell; a date column gives RFC 3339 text, which the printer turns into an age. */
export interface TableColumn {
  readonly name: string;
  readonly type: "string" | "integer" | "number" | "boolean" | "date";
  readonly format?: string;
  readonly description: string;
  /** Above 0: shown only with `-o wide`. */
  readonly priority: number;
  value(object: KubeObject, now: Date): string | number | boolean | null;
}

/** What a strategy may know of the request that it serves. */
export interface WriteContext {
  readonly user: UserInfo;
  readonly now: Date;
  readonly subresource?: string;
  readonly dryRun: boolean;
}

/** A kind's own rules. All of them are optional: an absent one has nothing to add to the generic rules. */
export interface Strategy {
  /** Fills in what the server decides (defaults that are not in the schema, cleared status). Changes `object` in place. */
  prepareForCreate?(object: KubeObject, context: WriteContext): void;
  /** As above for an update; `old` is what is stored. Changes `object` in place. */
  prepareForUpdate?(object: KubeObject, old: KubeObject, context: WriteContext): void;
  validate?(object: KubeObject): FieldError[];
  validateUpdate?(object: KubeObject, old: KubeObject): FieldError[];
  /** Texts for `Warning` headers. */
  warnings?(object: KubeObject): string[];
  /** PUT to a name that does not exist creates it (Lease, Role, ...). */
  readonly allowCreateOnUpdate?: boolean;
  /** PUT without `resourceVersion` is accepted (built-in kinds; not custom resources). */
  readonly allowUnconditionalUpdate?: boolean;
  /** `metadata.generation` is kept: +1 when anything outside `metadata` and `status` changes. */
  readonly tracksGeneration?: boolean;
  /** A status in the body of a POST is kept (Node, whose kubelet registers it so). Else `status` starts empty. */
  readonly keepsStatusOnCreate?: boolean;
  /** Checks and changes an object whose deletion begins, in place. @throws ApiError to refuse */
  prepareForDelete?(object: KubeObject, context: WriteContext): void;
  /** What becomes of dependents when a DELETE does not say. @defaultValue Background */
  readonly defaultPropagation?: "Background" | "Orphan";
}

/** A subresource other than the generic `status` and `scale`, e.g. `serviceaccounts/token`. */
export interface SubresourceHandler {
  readonly name: string;
  /** Kind of the body, e.g. `authentication.k8s.io/v1` `TokenRequest`. */
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  readonly verbs: readonly Verb[];
  /** @returns the answer's object. @throws an `ApiError` for anything but success. */
  handle(request: SubresourceRequest): Promise<KubeObject>;
}

/** One request to a {@link SubresourceHandler}, or for a review. */
export interface SubresourceRequest {
  readonly verb: Verb;
  readonly user: UserInfo;
  readonly namespace: string;
  readonly name: string;
  readonly body: JsonObject | undefined;
  readonly dryRun: boolean;
  readonly now: Date;
}

/** One resource in one version, as discovery lists it and the generic REST handlers serve it. */
export interface ResourceDefinition {
  /** Empty for the core group. */
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  readonly listKind: string;
  readonly plural: string;
  readonly singular: string;
  readonly shortNames: readonly string[];
  readonly categories: readonly string[];
  readonly namespaced: boolean;
  readonly verbs: readonly Verb[];
  /** Version in which the objects are stored; the other versions of the same plural are converted to and from it. */
  readonly storageVersion: string;
  /** Group whose objects these are in another spelling, and with which they are stored (events). Needs `convert`. */
  readonly storageGroup?: string;
  /** Undefined: anything goes (kinds that we only store). */
  readonly schema: Schema | undefined;
  /** True for custom resources: pruned, validated by schema and CEL, no strategic merge patch. */
  readonly isCustom: boolean;
  readonly hasStatus: boolean;
  readonly scale?: {
    readonly specReplicasPath: string;
    readonly statusReplicasPath: string;
    readonly labelSelectorPath?: string;
  };
  readonly strategy: Strategy;
  readonly columns: readonly TableColumn[];
  /** Field selectors beside `metadata.name` and `metadata.namespace`. */
  readonly selectableFields: Readonly<Record<string, (object: KubeObject) => string>>;
  readonly subresources: readonly SubresourceHandler[];
  /**
   * A kind that is answered and never stored (TokenReview, SubjectAccessReview, ...): POST calls it and returns its answer.
   */
  readonly review?: (request: SubresourceRequest) => Promise<KubeObject>;
  /** Rewrites a stored object from another version into this one. Undefined: only `apiVersion` is rewritten. */
  readonly convert?: (object: KubeObject, toVersion: string) => Promise<KubeObject>;
}
