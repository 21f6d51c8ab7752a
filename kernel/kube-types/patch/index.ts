export { applyJsonPatch, MAX_JSON_PATCH_OPERATIONS } from "./json-patch.ts";
export { applyMergePatch } from "./merge-patch.ts";
export { PatchError, type PatchErrorCode } from "./patch-error.ts";
export { applyStrategicMergePatch } from "./strategic-merge-patch.ts";
