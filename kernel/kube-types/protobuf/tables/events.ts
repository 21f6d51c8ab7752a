import type { MessagePackage } from "../message-package.ts";

/** The kinds of `events.k8s.io/v1`. Read {@link MessagePackage.table} for the notation. */
export const EVENTS: MessagePackage = {
  definitions: "io.k8s.api.events.v1",
  group: "events.k8s.io",
  version: "v1",
  table: `
Event kind # A report that something happened to an object. Events are kept for a while only.
  1 metadata ObjectMeta!
  2 eventTime MicroTime!
  3 series *EventSeries
  4 reportingController string
  5 reportingInstance string
  6 action string
  7 reason string
  8 regarding ObjectReference
  9 related *ObjectReference
  10 note string
  11 type string
  12 deprecatedSource EventSource
  13 deprecatedFirstTimestamp Time
  14 deprecatedLastTimestamp Time
  15 deprecatedCount int32
EventSeries
  1 count int32!
  2 lastObservedTime MicroTime!
`,
};
