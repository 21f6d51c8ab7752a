import type { JsonValue } from "../objects.ts";
import { PatchError } from "./patch-error.ts";

/** Deepest nesting that is walked: far above what any kind has, far below what exhausts the stack. */
const MAX_DEPTH = 1000;

/**
 * Bounds the nesting of a value that came from outside, before anything walks it.
 *
 * @throws PatchError `PATCH_MALFORMED` if it is nested more than 1,000 levels deep.
 */
export function checkDepth(value: JsonValue, depth = 0): void {
  if (typeof value !== "object" || value === null) return;
  if (depth > MAX_DEPTH) throw new PatchError("PATCH_MALFORMED", `exceeded max depth of ${MAX_DEPTH}`);
  for (const child of Object.values(value)) checkDepth(child, depth + 1);
}
