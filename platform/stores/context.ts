import type { StoreReferences } from "./references.ts";

/** Reads a clock and sets alarms. Tests pass one of their own. */
export interface Clock {
  /** Milliseconds since some fixed instant; never goes back. */
  nowMs(): number;
  /** Calls `run` after `ms`. @returns what cancels it */
  after(ms: number, run: () => void): () => void;
}

/** Where stores count what they do. Implemented over the metrics registry by the operator. */
export interface StoreMetrics {
  /** One call to a provider, e.g. `HashiCorp/Vault`, `ReadSecretData`; becomes `externalsecret_provider_api_calls_count`. */
  apiCall(provider: string, call: string, status: "success" | "error"): void;
  /**
   * One reference that a consumer asked the reader for: `fetched` cost a call; `shared` was answered by another's call;
   * `throttled` was refused because the store asked for a pause or its budget is spent; `rejected` because it is down.
   */
  read(store: string, how: "fetched" | "shared" | "throttled" | "rejected"): void;
}

/** Says whether a store may connect to an IP address. Asked at the time of connecting, after name resolution. */
export type EgressPolicy = (address: string) => boolean;

/** Renders a Go template of a `webhook` store over its data. @throws TegataError `invalid-input` */
export type TemplateRenderer = (template: string, data: Readonly<Record<string, unknown>>) => string;

/** What a store needs from its surroundings. */
export interface StoreContext {
  /** How messages and metrics name the store, e.g. `SecretStore "shop/vault"`. */
  readonly displayName: string;
  readonly references: StoreReferences;
  /** Namespace of who reads, which templates of `webhook` stores may use; then the store must not be shared with other namespaces. */
  readonly consumerNamespace?: string;
  /** Only `webhook` stores need it. */
  readonly renderTemplate?: TemplateRenderer;
  /** @defaultValue {@link denyLinkLocal} */
  readonly egress?: EgressPolicy;
  /** @defaultValue {@link systemClock} */
  readonly clock?: Clock;
  /** @defaultValue {@link noMetrics} */
  readonly metrics?: StoreMetrics;
  /** Longest time for one call to the provider, in milliseconds. @defaultValue {@link CALL_TIMEOUT_MS} */
  readonly callTimeoutMs?: number;
}

/** Longest time for one call to a provider, in milliseconds. */
export const CALL_TIMEOUT_MS = 15_000;
