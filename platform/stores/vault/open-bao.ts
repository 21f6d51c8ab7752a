import type { JsonObject } from "@tegata/kube-types";
import type { StoreContext } from "../context.ts";
import type { SecretStore } from "../contract.ts";
import { parseVaultSpec } from "./spec.ts";
import { VaultStore } from "./vault-store.ts";

/** Checks `spec.provider.openBao`. @throws TegataError `STORE_SPEC_INVALID` */
export function checkSpec(spec: JsonObject): void {
  parseVaultSpec(spec, "openBao");
}

/** Opens an OpenBao server's KV secrets engine, which speaks Vault's API. @throws TegataError `STORE_SPEC_INVALID` */
export function openStore(spec: JsonObject, context: StoreContext): SecretStore {
  return new VaultStore(parseVaultSpec(spec, "openBao"), context);
}
