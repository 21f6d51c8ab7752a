import { isIP } from "node:net";
import type { JsonObject } from "@tegata/kube-types";
import type { StoreContext } from "../context.ts";
import type { SecretStore } from "../contract.ts";
import { denyLinkLocal } from "../egress.ts";
import { specInvalid } from "../spec-fields.ts";
import { KubernetesStore } from "./kubernetes-store.ts";
import { parseKubernetesSpec } from "./spec.ts";

/** Checks `spec.provider.kubernetes`. @throws TegataError `STORE_SPEC_INVALID` */
export function checkSpec(spec: JsonObject): void {
  parseKubernetesSpec(spec);
}

/** Opens the Secrets of a namespace of some cluster as a store. @throws TegataError `STORE_SPEC_INVALID` */
export function openStore(spec: JsonObject, context: StoreContext): SecretStore {
  const parsed = parseKubernetesSpec(spec);
  const host = new URL(parsed.server).hostname.replace(/^\[|\]$/g, "");
  if (isIP(host) !== 0 && !(context.egress ?? denyLinkLocal)(host)) {
    throw specInvalid("spec.provider.kubernetes.server.url", `is ${host}, to which stores may not connect`);
  }
  return new KubernetesStore(parsed, context);
}
