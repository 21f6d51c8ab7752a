import type { JsonObject, JsonValue, ObjectMeta } from "@tegata/kube-types";

/** What one field manager wrote of a Secret, by `metadata.managedFields`. */
export interface ManagedKeys {
  readonly data: ReadonlySet<string>;
  readonly labels: ReadonlySet<string>;
  readonly annotations: ReadonlySet<string>;
}

/** Reads from `managedFields` what `manager` wrote. Without `managedFields` that is nothing. */
export function managedKeys(metadata: ObjectMeta, manager: string): ManagedKeys {
  const data = new Set<string>();
  const labels = new Set<string>();
  const annotations = new Set<string>();
  for (const entry of metadata.managedFields ?? []) {
    if (entry.manager !== manager) continue;
    collect(entry.fieldsV1, ["f:data"], data);
    collect(entry.fieldsV1, ["f:metadata", "f:labels"], labels);
    collect(entry.fieldsV1, ["f:metadata", "f:annotations"], annotations);
  }
  return { data, labels, annotations };
}

function collect(fields: JsonObject | undefined, path: readonly string[], into: Set<string>): void {
  let node: JsonValue | undefined = fields;
  for (const step of path) node = isObject(node) ? node[step] : undefined;
  if (!isObject(node)) return;
  for (const key of Object.keys(node)) if (key.startsWith("f:")) into.add(key.slice("f:".length));
}

function isObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
