import type { ListOptions, WriteOptions } from "../client-types.ts";

/** The part of a query that says which objects. */
export function selection({ labelSelector, fieldSelector }: ListOptions): URLSearchParams {
  const query = new URLSearchParams();
  if (labelSelector !== undefined && labelSelector !== "") query.set("labelSelector", labelSelector);
  if (fieldSelector !== undefined && fieldSelector !== "") query.set("fieldSelector", fieldSelector);
  return query;
}

/** The part of a query that says how to write. */
export function writing({ fieldManager, dryRun = false }: WriteOptions): URLSearchParams {
  const query = new URLSearchParams();
  if (fieldManager !== undefined) query.set("fieldManager", fieldManager);
  if (dryRun) query.set("dryRun", "All");
  return query;
}
