import type { UserInfo } from "../registry/types.ts";

/** What is asked for. `k8s.io/apiserver` `authorizer.Attributes`. */
export type AccessAttributes =
  | {
      readonly kind: "resource";
      readonly user: UserInfo;
      readonly verb: string;
      readonly group: string;
      readonly version: string;
      /** Plural, e.g. `pods`. */
      readonly resource: string;
      readonly subresource: string;
      /** Empty for a cluster-scoped resource or all namespaces. */
      readonly namespace: string;
      /** Empty where the request names no object. */
      readonly name: string;
    }
  | { readonly kind: "path"; readonly user: UserInfo; readonly verb: string; readonly path: string };

export interface AccessDecision {
  readonly allowed: boolean;
  /** Which rule allowed it, or why none could be evaluated; empty if there is nothing to say. */
  readonly reason: string;
}

export interface Authorizer {
  authorize(attributes: AccessAttributes): AccessDecision;
}
