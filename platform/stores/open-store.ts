import { TegataError } from "@tegata/errors";
import type { JsonObject } from "@tegata/kube-types";
import type { StoreContext } from "./context.ts";
import type { SecretStore } from "./contract.ts";

/** What each store's folder exports. */
interface StoreModule {
  /** Checks `spec.provider.<name>` without calling anything. @throws TegataError `STORE_SPEC_INVALID` */
  checkSpec(spec: JsonObject): void;
  /** No call is made before the first read. @throws TegataError `STORE_SPEC_INVALID` */
  openStore(spec: JsonObject, context: StoreContext): SecretStore;
}

/** `spec.provider` key → its folder, loaded when a store of that kind exists. */
const STORES: Readonly<Record<string, () => Promise<StoreModule>>> = {
  fake: () => import("./fake/index.ts"),
  kubernetes: () => import("./kubernetes/index.ts"),
  openBao: () => import("./vault/open-bao.ts"),
  vault: () => import("./vault/index.ts"),
  webhook: () => import("./webhook/index.ts"),
};

/** The keys of `spec.provider` that {@link openStore} knows. */
export const STORE_PROVIDERS: readonly string[] = Object.keys(STORES);

/**
 * Opens the store that a SecretStore's or ClusterSecretStore's `spec.provider` describes. Nothing is called before the
 * first read, so it works while the provider is down.
 *
 * @throws TegataError `STORE_PROVIDER_UNKNOWN`, `STORE_SPEC_INVALID`
 */
export async function openStore(provider: JsonObject, context: StoreContext): Promise<SecretStore> {
  const [module, spec] = await loadModule(provider);
  return module.openStore(spec, context);
}

/** Checks `spec.provider` as admission does. @throws TegataError `STORE_PROVIDER_UNKNOWN`, `STORE_SPEC_INVALID` */
export async function checkStoreProvider(provider: JsonObject): Promise<void> {
  const [module, spec] = await loadModule(provider);
  module.checkSpec(spec);
}

async function loadModule(provider: JsonObject): Promise<[StoreModule, JsonObject]> {
  const names = Object.keys(provider);
  const name = names[0] ?? "";
  const load = Object.hasOwn(STORES, name) ? STORES[name] : undefined;
  if (names.length !== 1 || load === undefined) {
    throw new TegataError({
      kind: "invalid-input",
      code: "STORE_PROVIDER_UNKNOWN",
      message: `spec.provider must have exactly one known key, and it has ${names.length === 0 ? "none" : names.join(", ")}`,
      remedy: `Use one of ${STORE_PROVIDERS.join(", ")}`,
    });
  }
  const spec = provider[name];
  if (spec === null || typeof spec !== "object" || Array.isArray(spec)) {
    throw new TegataError({
      kind: "invalid-input",
      code: "STORE_SPEC_INVALID",
      message: `spec.provider.${name} must be an object`,
      remedy: "Correct the store's manifest",
    });
  }
  return [await load(), spec];
}
