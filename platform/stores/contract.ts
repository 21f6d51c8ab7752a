import type { SecretBytes } from "@tegata/bytes";
import type { TegataError } from "@tegata/errors";

/** Which secret, in a store's own terms. Equal refs (by their four fields) are the same read. */
export interface RemoteRef {
  readonly key: string;
  /** Provider-specific part of the secret; empty for the whole. */
  readonly property: string;
  /** Provider-specific; empty for the newest. */
  readonly version: string;
  /** `metadata`: the secret's labels, tags or custom metadata in place of its value (`metadataPolicy: Fetch`). */
  readonly what: "value" | "metadata";
}

export interface FoundSecret {
  readonly kind: "found";
  readonly bytes: SecretBytes;
  /** The store's name for this version; empty if it has none. */
  readonly version: string;
}

/**
 * What a store says of one reference. Absent is not unknown: `absent` only if the store itself answered that the secret
 * (or the property of it) does not exist; `deletionPolicy: Delete` acts on the difference. An `error` is of this reference alone.
 */
export type ReadOutcome =
  | FoundSecret
  | { readonly kind: "absent" }
  | { readonly kind: "error"; readonly error: TegataError };

/** A {@link RemoteRef} without its property: what one call to a store that returns whole secrets asks for. */
export type SecretId = Pick<RemoteRef, "key" | "version" | "what">;

/** What extracting many keys out of one secret gave. */
export type ExtractOutcome =
  | { readonly kind: "found"; readonly values: ReadonlyMap<string, SecretBytes> }
  | { readonly kind: "absent" };

/** A whole secret as the store returned it. Its methods are pure: they never call the store. */
export interface RemoteSecret {
  /** The store's name for this version; empty if it has none. */
  readonly version: string;
  /** @param property - as in {@link RemoteRef}; empty for the whole secret. An `error` says why the property makes no sense. */
  read(property: string): ReadOutcome;
  /** @throws TegataError `invalid-input` if the secret (or the property of it) is not an object. */
  extract(property: string): ExtractOutcome;
}

export type FetchOutcome =
  | { readonly kind: "found"; readonly secret: RemoteSecret }
  | { readonly kind: "absent" }
  | { readonly kind: "error"; readonly error: TegataError };

/** A store that returns whole secrets, so that one call serves every property of it. */
export interface WholeSecretReader {
  /** Most secrets that one call to the provider can bring; 1 if it has no batches. */
  readonly batchSize: number;
  /**
   * @param ids - at most {@link batchSize}.
   * @returns one outcome per id, in their order.
   * @throws TegataError if nothing can be said of any of them.
   */
  fetch(ids: readonly SecretId[], signal: AbortSignal): Promise<readonly FetchOutcome[]>;
}

/** Reads secrets from one configured store. Safe to use concurrently. */
export interface SecretReader {
  /**
   * @returns one outcome per reference, in their order.
   * @throws TegataError if nothing can be said of any of them (no session, store down). Never for "does not exist".
   */
  read(refs: readonly RemoteRef[], signal: AbortSignal): Promise<readonly ReadOutcome[]>;
}

/** Finds secrets. `external-secrets.io` `dataFrom[].find`. */
export interface SecretLister {
  /** @returns key → value of each match; empty if nothing matched, which is not an error. */
  find(query: FindQuery, signal: AbortSignal): Promise<ReadonlyMap<string, SecretBytes>>;
}

export interface FindQuery {
  readonly path: string;
  /** RE2 pattern over the name; empty for any. */
  readonly nameRegexp: string;
  readonly tags: Readonly<Record<string, string>>;
}

/** Splits one secret into many keys. `external-secrets.io` `dataFrom[].extract`. Every store can. */
export interface SecretExtractor {
  extract(ref: RemoteRef, signal: AbortSignal): Promise<ExtractOutcome>;
}

/** Writes secrets to a store. */
export interface SecretWriter {
  write(ref: RemoteRef, bytes: SecretBytes, signal: AbortSignal): Promise<void>;
  remove(ref: RemoteRef, signal: AbortSignal): Promise<void>;
  exists(ref: RemoteRef, signal: AbortSignal): Promise<boolean>;
}

/** Announces changes. The interval remains as the net below it. */
export interface SecretWatcher {
  /**
   * Watches until the signal aborts, through lost connections.
   *
   * @param onChange - told the key of each secret that was created, changed or deleted, perhaps more than once.
   */
  watch(onChange: (key: string) => void, signal: AbortSignal): Promise<void>;
}

/** What one store may be asked. */
export interface StoreBudget {
  /** Calls under way at a time. */
  readonly concurrency: number;
  readonly callsPerSecond: number;
  /** Calls that may go out at once after a quiet time. */
  readonly burst: number;
}

/** One configured store: a session with its provider, shared by all who name the same store as the same identity. */
export interface SecretStore extends SecretReader, SecretExtractor {
  /** e.g. `HashiCorp/Vault`, as `externalsecret_provider_api_calls_count{provider}` names it. */
  readonly provider: string;
  /** Present if the provider returns whole secrets; `read` and `extract` then only pick from what it fetches. */
  readonly whole?: WholeSecretReader;
  /** What the provider's published limits suggest; the reader's own defaults count where it is absent. */
  readonly budget?: Partial<StoreBudget>;
  readonly lister?: SecretLister;
  readonly writer?: SecretWriter;
  readonly watcher?: SecretWatcher;
  /** Checks that the store can be used. `unknown`: it cannot be told without a reading namespace or a read. @throws TegataError */
  validate(signal: AbortSignal): Promise<"valid" | "unknown">;
  /** Revokes the session and closes connections. */
  close(): Promise<void>;
}
