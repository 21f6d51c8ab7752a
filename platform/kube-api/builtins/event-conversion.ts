import type { KubeObject } from "@tegata/kube-types";
import { jsonOf } from "./fields.ts";

/** What the core group's Event and that of `events.k8s.io` call the same fields. All others have one name. */
const NAMES: readonly (readonly [core: string, events: string])[] = [
  ["involvedObject", "regarding"],
  ["message", "note"],
  ["reportingComponent", "reportingController"],
  ["source", "deprecatedSource"],
  ["firstTimestamp", "deprecatedFirstTimestamp"],
  ["lastTimestamp", "deprecatedLastTimestamp"],
  ["count", "deprecatedCount"],
];

const TO_EVENTS = new Map(NAMES);
const TO_CORE = new Map(NAMES.map(([core, events]) => [events, core]));

/** Converts an Event of either group into one of the other. */
export function convertEvent(event: KubeObject): KubeObject {
  const isCore = event.apiVersion === "v1";
  const names = isCore ? TO_EVENTS : TO_CORE;
  const members = Object.entries(jsonOf(event)).map(([name, value]) => [names.get(name) ?? name, value] as const);
  return { ...Object.fromEntries(members), apiVersion: isCore ? "events.k8s.io/v1" : "v1" } as KubeObject;
}
