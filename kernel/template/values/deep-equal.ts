import type { BudgetMeter } from "../budget.ts";
import { GoComplex, GoMap, GoObject, GoSlice, type GoValue, SizedInteger, typeOf } from "./value.ts";

/** Go's `reflect.DeepEqual`: types must be the same, all the way down. */
export function deepEqual(a: GoValue, b: GoValue, budget: BudgetMeter): boolean {
  budget.spend(1);
  if (a === b) return true;
  if (typeOf(a) !== typeOf(b)) return false;
  if (a instanceof SizedInteger && b instanceof SizedInteger) return a.value === b.value;
  if (a instanceof GoComplex && b instanceof GoComplex) return a.real === b.real && a.imaginary === b.imaginary;
  if (a instanceof GoObject && b instanceof GoObject) return a.toGoString() === b.toGoString();
  if (a instanceof GoSlice && b instanceof GoSlice) {
    if (a.isNil !== b.isNil || a.items.length !== b.items.length) return false;
    return budget.nested(() => a.items.every((item, i) => deepEqual(item, b.items[i] ?? null, budget)));
  }
  if (!(a instanceof GoMap && b instanceof GoMap) || a.entries.size !== b.entries.size) return false;
  return budget.nested(() =>
    [...a.entries].every(([key, value]) => {
      const other = b.entries.get(key);
      return other !== undefined && deepEqual(value, other, budget);
    }),
  );
}
