import type { SecretBytes } from "@tegata/bytes";

/** `SecretKeySelector` of the External Secrets API. */
export interface SecretKeySelector {
  readonly name: string;
  /** Empty for the namespace of the object that refers; only a cluster-scoped store may name another. */
  readonly namespace: string;
  /** Empty for the one that the field's documentation names, which the caller fills in. */
  readonly key: string;
}

/** `ServiceAccountSelector` of the External Secrets API. */
export interface ServiceAccountSelector {
  readonly name: string;
  readonly namespace: string;
  readonly audiences: readonly string[];
}

/** `CAProvider` of the External Secrets API. */
export interface CaProvider {
  readonly type: "Secret" | "ConfigMap";
  readonly name: string;
  readonly namespace: string;
  readonly key: string;
}

/**
 * Resolves what a store's spec refers to, with the rights of the store's author and never with those of the operator.
 * There is one implementation, beside the reconcilers; stores never talk to the Kubernetes API of the operator themselves.
 *
 * Every method throws a TegataError: `not-ready` if the object or its key is not there, `denied` if the author may not
 * refer to it, `unavailable` if the API server gave no answer.
 */
export interface StoreReferences {
  /** One value of a Secret. */
  secretKey(selector: SecretKeySelector, signal: AbortSignal): Promise<SecretBytes>;
  /** All values of a Secret. `requiredLabel`: refuse a Secret without this label (`webhook` stores). */
  secret(
    selector: Omit<SecretKeySelector, "key">,
    requiredLabel: { readonly name: string; readonly value: string },
    signal: AbortSignal,
  ): Promise<ReadonlyMap<string, SecretBytes>>;
  /** PEM certificates. */
  caBundle(provider: CaProvider, signal: AbortSignal): Promise<Uint8Array>;
  /** A token of a ServiceAccount by TokenRequest, e.g. for a store that trusts this cluster. */
  serviceAccountToken(
    selector: ServiceAccountSelector,
    expirationSeconds: number,
    signal: AbortSignal,
  ): Promise<SecretBytes>;
  /** The token that the operator itself runs with. Absent where a store must not have it. */
  operatorToken?(signal: AbortSignal): Promise<SecretBytes>;
}
