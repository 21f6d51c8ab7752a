import type { Condition } from "@tegata/kube-types";
import { formatInstant } from "../registry/instants.ts";
import type { CustomResourceDefinition } from "./types.ts";

/**
 * Sets a condition in place. Its transition time moves only when its status changes.
 *
 * @returns whether anything changed.
 */
export function setCondition(
  crd: CustomResourceDefinition,
  wanted: Omit<Condition, "lastTransitionTime">,
  now: Date,
): boolean {
  const status = (crd.status ??= {});
  const conditions = (status.conditions ??= []);
  const old = conditions.find(({ type }) => type === wanted.type);
  if (old === undefined) {
    conditions.push({ ...wanted, lastTransitionTime: formatInstant(now) });
    return true;
  }
  if (old.status === wanted.status && old.reason === wanted.reason && old.message === wanted.message) return false;
  if (old.status !== wanted.status) old.lastTransitionTime = formatInstant(now);
  Object.assign(old, wanted);
  return true;
}
