export type {
  FindQuery,
  FoundSecret,
  ReadOutcome,
  RemoteRef,
  SecretExtractor,
  SecretLister,
  SecretReader,
  SecretStore,
  SecretWatcher,
  SecretWriter,
} from "./contract.ts";
