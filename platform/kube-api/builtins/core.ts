import type { ResourceDefinition } from "../registry/types.ts";
import {
  CONFIG_MAP_COLUMNS,
  EVENT_COLUMNS,
  NAMESPACE_COLUMNS,
  SECRET_COLUMNS,
  SERVICE_ACCOUNT_COLUMNS,
} from "./columns/configuration.ts";
import { defineResource, present } from "./define.ts";
import { selectable, textAt } from "./fields.ts";
import type { BuiltinHandlers } from "./handlers.ts";
import { CONFIG_MAP_STRATEGY } from "./strategies/config-map.ts";
import { validateEvent } from "./strategies/event.ts";
import { NAMESPACE_STRATEGY } from "./strategies/namespace.ts";
import { SECRET_STRATEGY } from "./strategies/secret.ts";

/** The kinds of the core group's `v1` that hold configuration and identity. */
export function coreResources(handlers: BuiltinHandlers): ResourceDefinition[] {
  const group = "";
  return [
    defineResource({
      group,
      kind: "Namespace",
      plural: "namespaces",
      shortNames: ["ns"],
      namespaced: false,
      hasStatus: true,
      names: "label",
      strategy: NAMESPACE_STRATEGY,
      columns: NAMESPACE_COLUMNS,
      selectableFields: selectable("status.phase"),
      subresources: present(handlers.namespaceFinalize),
    }),
    defineResource({
      group,
      kind: "Secret",
      plural: "secrets",
      strategy: SECRET_STRATEGY,
      columns: SECRET_COLUMNS,
      selectableFields: selectable("type"),
    }),
    defineResource({
      group,
      kind: "ConfigMap",
      plural: "configmaps",
      shortNames: ["cm"],
      strategy: CONFIG_MAP_STRATEGY,
      columns: CONFIG_MAP_COLUMNS,
    }),
    defineResource({
      group,
      kind: "ServiceAccount",
      plural: "serviceaccounts",
      shortNames: ["sa"],
      columns: SERVICE_ACCOUNT_COLUMNS,
      subresources: present(handlers.serviceAccountToken),
    }),
    defineResource({
      group,
      kind: "Event",
      plural: "events",
      shortNames: ["ev"],
      strategy: { allowCreateOnUpdate: true, validate: validateEvent },
      columns: EVENT_COLUMNS,
      selectableFields: {
        ...selectable("reason", "type", "reportingComponent", ...INVOLVED_OBJECT_FIELDS),
        source: (event) => textAt(event, "source.component") || textAt(event, "reportingComponent"),
      },
    }),
  ];
}

const INVOLVED_OBJECT_FIELDS = ["kind", "namespace", "name", "uid", "apiVersion", "resourceVersion", "fieldPath"].map(
  (field) => `involvedObject.${field}`,
);
