import type { SecretBytes } from "@tegata/bytes";
import type { EntryOutcome } from "../assemble/assemble.ts";
import type { FindQuery, ReadOutcome, RemoteRef } from "@tegata/stores";

/** A store that is open for the ExternalSecrets of one namespace; its reads go through the one reader. */
export interface OpenStore {
  /** How messages name it, e.g. `SecretStore "shop/vault"`. */
  readonly displayName: string;
  /** @returns one outcome per reference. @throws TegataError if nothing can be said of any of them */
  read(refs: readonly RemoteRef[], signal: AbortSignal): Promise<readonly ReadOutcome[]>;
  extract(ref: RemoteRef, signal: AbortSignal): Promise<EntryOutcome>;
  /** @throws TegataError `STORE_CANNOT_FIND` if the store has no search */
  find(query: FindQuery, signal: AbortSignal): Promise<ReadonlyMap<string, SecretBytes>>;
}
