import type { JsonObject, JsonValue } from "@tegata/kube-types";

/** Whether two values are the same as JSON: fields that are `undefined` count as absent, the order of fields does not count. */
export function equalJson(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (Array.isArray(a) || Array.isArray(b)) {
    return Array.isArray(a) && Array.isArray(b) && a.length === b.length && a.every((item, i) => equalJson(item, b[i]));
  }
  if (!isRecord(a) || !isRecord(b)) return false;
  for (const key of new Set([...Object.keys(a), ...Object.keys(b)])) {
    if (!equalJson(a[key], b[key])) return false;
  }
  return true;
}

/** The merge patch (RFC 7386) that makes `to` of `from`; empty if they are equal. */
export function mergePatchBetween(from: object, to: object): JsonObject {
  const [before, after]: Record<string, unknown>[] = [{ ...from }, { ...to }];
  const patch: JsonObject = {};
  for (const key of Object.keys({ ...before, ...after })) {
    const [old, wanted] = [before?.[key], after?.[key]];
    if (equalJson(old, wanted)) continue;
    if (wanted === undefined) patch[key] = null;
    else patch[key] = isRecord(old) && isRecord(wanted) ? mergePatchBetween(old, wanted) : (wanted as JsonValue);
  }
  return patch;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
