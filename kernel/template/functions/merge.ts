import type { BudgetMeter } from "../budget.ts";
import { GoMap, GoObject, GoSlice, type GoValue, isEmpty } from "../values/value.ts";

/**
 * Merges one dictionary into another, nested ones too. Values are shared, not copied. dario.cat/mergo 1.0: Merge and
 * MergeWithOverwrite.
 *
 * @param overwrites - whether the source wins; else it only fills what is missing or empty.
 */
export function mergeInto(target: GoMap, source: GoMap, overwrites: boolean, budget: BudgetMeter): void {
  budget.nested(() => {
    for (const [key, value] of source.entries) {
      budget.spend(1);
      const present = target.entries.get(key);
      if (value === null && !overwrites) continue;
      if (value instanceof GoMap && present instanceof GoMap) mergeInto(present, value, overwrites, budget);
      if (isSet(present) && value instanceof GoMap && present instanceof GoMap) continue;
      if (overwrites || !isSet(present)) target.entries.set(key, value);
    }
  });
}

function isSet(value: GoValue | undefined): boolean {
  if (value === undefined || value === null) return false;
  if (value instanceof GoSlice || value instanceof GoMap) return !isEmpty(value);
  return value instanceof GoObject || !isEmpty(value);
}
