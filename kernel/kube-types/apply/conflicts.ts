import { PatchError } from "../patch/patch-error.ts";
import { quoteGo } from "../schema/go-text.ts";
import type { StatusCause } from "../status.ts";
import { type FieldSet, formatPaths } from "./field-set.ts";
import type { ManagedEntry } from "./managed-fields.ts";

/** What one other manager owns of the fields that an apply would change. */
export interface Conflict {
  readonly entry: ManagedEntry;
  readonly fields: FieldSet;
}

/** The refusal of an apply that would change other managers' fields: `APPLY_CONFLICT`, one cause for each field. */
export function conflictError(conflicts: readonly Conflict[]): PatchError {
  const named = conflicts.map(({ entry, fields }) => ({ by: describeManager(entry), paths: formatPaths(fields) }));
  const causes: StatusCause[] = named.flatMap(({ by, paths }) =>
    paths.map((field) => ({ reason: "FieldManagerConflict", message: `conflict with ${by}`, field })),
  );
  if (causes.length === 1) {
    const message = `Apply failed with 1 conflict: ${causes[0]?.message}: ${causes[0]?.field}`;
    return new PatchError("APPLY_CONFLICT", message, causes);
  }
  const lines = named.flatMap(({ by, paths }) => [`conflicts with ${by}:`, ...paths.map((path) => `- ${path}`)]);
  return new PatchError("APPLY_CONFLICT", `Apply failed with ${causes.length} conflicts: ${lines.join("\n")}`, causes);
}

function describeManager({ manager, operation, apiVersion, subresource }: ManagedEntry): string {
  const by = subresource === "" ? quoteGo(manager) : `${quoteGo(manager)} with subresource ${quoteGo(subresource)}`;
  return operation === "Update" ? `${by} using ${apiVersion}` : by;
}
