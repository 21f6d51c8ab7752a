import type { ResourceDefinition } from "../registry/types.ts";
import { EVENT_COLUMNS } from "./columns/configuration.ts";
import { defineResource } from "./define.ts";
import { selectable } from "./fields.ts";
import { validateEvent } from "./strategies/event.ts";

/** `events.k8s.io/v1`: the newer spelling of the core group's Event. */
export function eventsResources(): ResourceDefinition[] {
  return [
    defineResource({
      group: "events.k8s.io",
      kind: "Event",
      plural: "events",
      shortNames: ["ev"],
      strategy: { allowCreateOnUpdate: true, validate: validateEvent },
      columns: EVENT_COLUMNS,
      selectableFields: selectable("reason", "type", "reportingController", "regarding.name", "regarding.namespace"),
    }),
  ];
}
