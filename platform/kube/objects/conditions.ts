import type { Condition } from "@tegata/kube-types";
import { formatTimestamp } from "./timestamps.ts";

/**
 * Sets a condition. `lastTransitionTime` moves only when `status` does. Kubernetes API conventions, "Typical status properties".
 *
 * @param condition - its `lastTransitionTime` is not looked at.
 * @returns the list with the condition in its place, or appended; the same list if nothing differs.
 */
export function setCondition(
  conditions: readonly Condition[] | undefined,
  condition: Omit<Condition, "lastTransitionTime">,
  now: Date,
): readonly Condition[] {
  const list = conditions ?? [];
  const old = findCondition(list, condition.type);
  const moved = old?.status !== condition.status || old.lastTransitionTime === undefined;
  const next: Condition = {
    ...condition,
    lastTransitionTime: moved ? formatTimestamp(now) : (old.lastTransitionTime ?? formatTimestamp(now)),
  };
  if (old === undefined) return [...list, next];
  return sameCondition(old, next) ? list : list.map((other) => (other === old ? next : other));
}

/** The condition of this type, if there is one. */
export function findCondition(conditions: readonly Condition[] | undefined, type: string): Condition | undefined {
  return conditions?.find((condition) => condition.type === type);
}

/** Whether the condition is there and `True`. */
export function isConditionTrue(conditions: readonly Condition[] | undefined, type: string): boolean {
  return findCondition(conditions, type)?.status === "True";
}

function sameCondition(a: Condition, b: Condition): boolean {
  return (
    a.status === b.status &&
    a.reason === b.reason &&
    a.message === b.message &&
    a.observedGeneration === b.observedGeneration &&
    a.lastTransitionTime === b.lastTransitionTime
  );
}
