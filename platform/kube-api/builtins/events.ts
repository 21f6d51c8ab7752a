import type { ResourceDefinition } from "../registry/types.ts";
import { EVENT_COLUMNS } from "./columns/configuration.ts";
import { defineResource } from "./define.ts";
import { convertEvent } from "./event-conversion.ts";
import { selectable, textAt } from "./fields.ts";
import { validateEvent } from "./strategies/event.ts";

/** `events.k8s.io/v1`: the newer spelling of the core group's Events. Both show the same objects. */
export function eventsResources(): ResourceDefinition[] {
  return [
    defineResource({
      group: "events.k8s.io",
      storageGroup: "",
      kind: "Event",
      plural: "events",
      shortNames: ["ev"],
      strategy: { allowCreateOnUpdate: true, validate: validateEvent },
      columns: EVENT_COLUMNS,
      // Selectors look at the stored object, which is spelled as in the core group.
      selectableFields: {
        ...selectable("reason", "type"),
        reportingController: (event) => textAt(event, "reportingComponent"),
        ...Object.fromEntries(
          REGARDING_FIELDS.map((field) => [`regarding.${field}`, (event) => textAt(event, `involvedObject.${field}`)]),
        ),
      },
      convert: (event) => Promise.resolve(convertEvent(event)),
    }),
  ];
}

const REGARDING_FIELDS = ["kind", "namespace", "name", "uid", "apiVersion", "resourceVersion", "fieldPath"];
