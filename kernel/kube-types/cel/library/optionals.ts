import type { Library } from "../functions.ts";
import { CelDuration, CelError, CelMap, CelOptional, CelTimestamp, CelUint, type CelValue, isList } from "../values.ts";

/** Go's zero time, the first of January of the year 1. */
const ZERO_TIME = -62_135_596_800_000_000_000n;

/** Values that may be absent. @see cel-go, OptionalTypes */
export const OPTIONALS: Library = {
  "optional.of(A) optional(A)": (value: CelValue) => new CelOptional(value),
  "optional.none() optional(A)": () => CelOptional.none,
  "optional.ofNonZeroValue(A) optional(A)": (value: CelValue) =>
    isZero(value) ? CelOptional.none : new CelOptional(value),
  "optional(A)::hasValue() bool": ({ value }: CelOptional) => value !== undefined,
  "optional(A)::value() A": ({ value }: CelOptional) => {
    if (value === undefined) throw new CelError("optional.none() dereference");
    return value;
  },
  "optional(A)::or(optional(A)) optional(A)": (one: CelOptional, other: CelOptional) =>
    one.value === undefined ? other : one,
  "optional(A)::orValue(A) A": ({ value }: CelOptional, fallback: CelValue) => value ?? fallback,
};

function isZero(value: CelValue): boolean {
  if (value === null || value === false || value === "" || value === 0n || value === 0) return true;
  if (isList(value)) return value.length === 0;
  if (value instanceof CelUint) return value.value === 0n;
  if (value instanceof CelDuration) return value.nanoseconds === 0n;
  if (value instanceof CelTimestamp) return value.nanoseconds === ZERO_TIME;
  return value instanceof CelMap && value.size === 0;
}
