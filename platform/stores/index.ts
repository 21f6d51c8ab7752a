export type {
  ExtractOutcome,
  FetchOutcome,
  FindQuery,
  FoundSecret,
  ReadOutcome,
  RemoteRef,
  RemoteSecret,
  SecretExtractor,
  SecretId,
  SecretLister,
  SecretReader,
  SecretStore,
  SecretWatcher,
  SecretWriter,
  StoreBudget,
  WholeSecretReader,
} from "./contract.ts";
export type { CaProvider, SecretKeySelector, ServiceAccountSelector, StoreReferences } from "./references.ts";
export type { Clock, EgressPolicy, StoreContext, StoreMetrics, TemplateRenderer } from "./context.ts";
export { checkStoreProvider, openStore, STORE_PROVIDERS } from "./open-store.ts";
export { systemClock } from "./clock.ts";
export { denyLinkLocal } from "./egress.ts";
export { noMetrics } from "./metrics.ts";
export type { Freshness, SharedLister, SharedStore } from "./reader/shared-store.ts";
export { type StoreIdentity, StoreReader, type StoreReaderOptions } from "./reader/store-reader.ts";
