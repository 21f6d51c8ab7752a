import type { KubeObject } from "@tegata/kube-types";
import type { TableColumn } from "../../registry/types.ts";
import { entriesAt, fieldAt, numberAt, objectAt, textAt } from "../fields.ts";
import { AGE, ageOf, column, count, NAME, wide } from "./column.ts";

/** Columns of Namespaces. */
export const NAMESPACE_COLUMNS: readonly TableColumn[] = [
  NAME,
  column("Status", "Whether the namespace is active or being deleted.", (object) => textAt(object, "status.phase")),
  AGE,
];

/** Columns of Secrets: how many values there are, never which. */
export const SECRET_COLUMNS: readonly TableColumn[] = [
  NAME,
  column("Type", "What the data is for.", (object) => textAt(object, "type")),
  count("Data", "Number of keys.", (object) => size(object, "data")),
  AGE,
];

/** Columns of ConfigMaps. */
export const CONFIG_MAP_COLUMNS: readonly TableColumn[] = [
  NAME,
  count("Data", "Number of keys.", (object) => size(object, "data") + size(object, "binaryData")),
  AGE,
];

/** Columns of ServiceAccounts. */
export const SERVICE_ACCOUNT_COLUMNS: readonly TableColumn[] = [
  NAME,
  count("Secrets", "Number of Secrets that its Pods may use.", (object) => {
    const secrets = fieldAt(object, "secrets");
    return Array.isArray(secrets) ? secrets.length : 0;
  }),
  AGE,
];

/** Columns of Events in either group. */
export const EVENT_COLUMNS: readonly TableColumn[] = [
  ageOf("Last Seen", "Time since it last happened.", lastSeen),
  column("Type", "Normal or Warning.", (object) => textAt(object, "type")),
  column("Reason", "Why it happened, in one word.", (object) => textAt(object, "reason")),
  column("Object", "The object that it is about.", eventObject),
  wide(column("Subobject", "Part of the object that it is about.", (object) => field(object, "fieldPath"))),
  wide(column("Source", "Component, and perhaps node, that reported it.", eventSource)),
  column("Message", "What happened.", (object) => (textAt(object, "message") || textAt(object, "note")).trim()),
  wide(ageOf("First Seen", "Time since it first happened.", firstSeen)),
  wide(count("Count", "How often it happened.", eventCount)),
  wide({ ...NAME, priority: 1 }),
];

function size(object: KubeObject, path: string): number {
  return Object.keys(objectAt(object, path)).length;
}

/** The object that an Event is about: `involvedObject` in the core group, `regarding` in `events.k8s.io`. */
function field(object: KubeObject, name: string): string {
  return textAt(object, `involvedObject.${name}`) || textAt(object, `regarding.${name}`);
}

function eventObject(object: KubeObject): string {
  const name = field(object, "name");
  const kind = field(object, "kind").toLowerCase();
  return name === "" ? kind : `${kind}/${name}`;
}

function eventSource(object: KubeObject): string {
  const component =
    firstText(object, "source.component", "deprecatedSource.component", "reportingComponent", "reportingController") ??
    "";
  const host = firstText(object, "source.host", "deprecatedSource.host", "reportingInstance") ?? "";
  return [component, host].filter((part) => part !== "").join(", ");
}

function firstSeen(object: KubeObject): string | null {
  return firstText(object, "firstTimestamp", "deprecatedFirstTimestamp", "eventTime") ?? null;
}

function lastSeen(object: KubeObject): string | null {
  const paths = ["series.lastObservedTime", "lastTimestamp", "deprecatedLastTimestamp", "eventTime"];
  return firstText(object, ...paths) ?? firstSeen(object);
}

function eventCount(object: KubeObject): number {
  return numberAt(object, "series.count") || numberAt(object, "count") || numberAt(object, "deprecatedCount") || 1;
}

function firstText(object: KubeObject, ...paths: readonly string[]): string | undefined {
  return paths.map((path) => textAt(object, path)).find((text) => text !== "");
}

/** Columns of Leases. */
export const LEASE_COLUMNS: readonly TableColumn[] = [
  NAME,
  column("Holder", "Who holds the lease.", (object) => textAt(object, "spec.holderIdentity")),
  AGE,
];

/** Columns of ResourceQuotas. */
export const RESOURCE_QUOTA_COLUMNS: readonly TableColumn[] = [
  NAME,
  column("Request", "What is used of what may be asked for.", (object) => formatQuota(object, false)),
  column("Limit", "What is used of the limits.", (object) => formatQuota(object, true)),
  AGE,
];

function formatQuota(object: KubeObject, ofLimits: boolean): string {
  const used = new Map(entriesAt(object, "status.used"));
  const hard = entriesAt(object, "status.hard").filter(([name]) => name.startsWith("limits.") === ofLimits);
  const texts = hard.map(([name, limit]) => `${name}: ${used.get(name) ?? "0"}/${limit}`);
  return texts.sort().join(", ");
}
