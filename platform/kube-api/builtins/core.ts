import type { ResourceDefinition } from "../registry/types.ts";
import { defineResource, present } from "./define.ts";
import type { BuiltinHandlers } from "./handlers.ts";

/** The kinds of the core group's `v1` that hold configuration and identity. */
export function coreResources(handlers: BuiltinHandlers): ResourceDefinition[] {
  return [
    defineResource({
      group: "",
      kind: "Namespace",
      plural: "namespaces",
      shortNames: ["ns"],
      namespaced: false,
      hasStatus: true,
      subresources: present(handlers.namespaceFinalize),
    }),
    defineResource({ group: "", kind: "Secret", plural: "secrets" }),
    defineResource({ group: "", kind: "ConfigMap", plural: "configmaps", shortNames: ["cm"] }),
    defineResource({
      group: "",
      kind: "ServiceAccount",
      plural: "serviceaccounts",
      shortNames: ["sa"],
      subresources: present(handlers.serviceAccountToken),
    }),
    defineResource({
      group: "",
      kind: "Event",
      plural: "events",
      shortNames: ["ev"],
      strategy: { allowCreateOnUpdate: true },
    }),
  ];
}
