import type { JsonObject, JsonValue } from "../objects.ts";
import { cloneJson, isJsonObject, memberOf, setMember } from "../schema/json-value.ts";
import { checkDepth } from "./depth.ts";

/**
 * Applies a JSON merge patch (`application/merge-patch+json`): objects merge, `null` removes a member, anything else
 * replaces what was there. The inputs are not changed, and the result shares nothing with them.
 *
 * @throws PatchError `PATCH_MALFORMED` if the patch is nested too deep.
 * @see RFC 7386 §2
 */
export function applyMergePatch(target: JsonValue | undefined, patch: JsonValue): JsonValue {
  checkDepth(patch);
  return merge(cloneJson(target ?? null), cloneJson(patch));
}

function merge(target: JsonValue | undefined, patch: JsonValue): JsonValue {
  if (!isJsonObject(patch)) return patch;
  const merged: JsonObject = isJsonObject(target) ? target : {};
  for (const [name, value] of Object.entries(patch)) {
    if (value === null) delete merged[name];
    else setMember(merged, name, merge(memberOf(merged, name), value));
  }
  return merged;
}
