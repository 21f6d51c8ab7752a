import type { ResourceDefinition } from "../registry/types.ts";
import { defineResource } from "./define.ts";

/** `events.k8s.io/v1`: the newer spelling of the core group's Event. */
export function eventsResources(): ResourceDefinition[] {
  return [
    defineResource({
      group: "events.k8s.io",
      kind: "Event",
      plural: "events",
      shortNames: ["ev"],
      strategy: { allowCreateOnUpdate: true },
    }),
  ];
}
