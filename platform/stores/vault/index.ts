import type { JsonObject } from "@tegata/kube-types";
import type { StoreContext } from "../context.ts";
import type { SecretStore } from "../contract.ts";
import { parseVaultSpec } from "./spec.ts";
import { VaultStore } from "./vault-store.ts";

/** Checks `spec.provider.vault`. @throws TegataError `STORE_SPEC_INVALID` */
export function checkSpec(spec: JsonObject): void {
  parseVaultSpec(spec);
}

/** Opens a Vault or OpenBao server's KV secrets engine; the login is made with the first read. @throws TegataError `STORE_SPEC_INVALID` */
export function openStore(spec: JsonObject, context: StoreContext): SecretStore {
  return new VaultStore(parseVaultSpec(spec), context);
}
