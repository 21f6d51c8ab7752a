import type { JsonObject } from "@tegata/kube-types";
import type { StoreContext } from "../context.ts";
import type { SecretStore } from "../contract.ts";
import { parseWebhookSpec } from "./spec.ts";
import { WebhookStore } from "./webhook-store.ts";

/** Checks `spec.provider.webhook`. @throws TegataError `STORE_SPEC_INVALID` */
export function checkSpec(spec: JsonObject): void {
  parseWebhookSpec(spec);
}

/** Opens an HTTP service as a store. @throws TegataError `STORE_SPEC_INVALID` */
export function openStore(spec: JsonObject, context: StoreContext): SecretStore {
  return new WebhookStore(parseWebhookSpec(spec), context);
}
