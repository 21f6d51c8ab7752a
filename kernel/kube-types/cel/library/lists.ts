import { compareValues, equalValues } from "../equality.ts";
import type { Library } from "../functions.ts";
import { CelDuration, CelError, CelOptional, CelUint, type CelValue, isList } from "../values.ts";
import { checkedInt } from "./operators.ts";

/** Kubernetes' functions on lists, and cel-go's lists extension. @see k8s.io/apiserver/pkg/cel/library lists.go */
export const LISTS: Library = {
  ...perType(["int", "uint", "double", "duration"], (type) => ({
    [`list(${type})::sum() ${type}`]: (list: CelValue[]) => sum(list, ZEROS[type] ?? 0n),
  })),
  ...perType(["int", "uint", "double", "bool", "duration", "timestamp", "string", "bytes"], (type) => ({
    [`list(${type})::isSorted() bool`]: (list: CelValue[]) => isSorted(list),
    [`list(${type})::min() ${type}`]: (list: CelValue[]) => extreme(list, "min", -1),
    [`list(${type})::max() ${type}`]: (list: CelValue[]) => extreme(list, "max", 1),
    [`list(${type})::sort() list(${type})`]: (list: CelValue[]) => list.toSorted(compareValues),
  })),
  "list(A)::indexOf(A) int": (list: CelValue[], item: CelValue) =>
    BigInt(list.findIndex((each) => equalValues(each, item))),
  "list(A)::lastIndexOf(A) int": (list: CelValue[], item: CelValue) =>
    BigInt(list.findLastIndex((each) => equalValues(each, item))),
  "list(A)::distinct() list(A)": (list: CelValue[]) => distinct(list),
  "list(A)::reverse() list(A)": (list: CelValue[]) => list.toReversed(),
  "list(A)::slice(int, int) list(A)": (list: CelValue[], start: bigint, end: bigint) => slice(list, start, end),
  "list(A)::flatten() list(dyn)": (list: CelValue[]) => flatten(list, 1),
  "list(A)::flatten(int) list(dyn)": (list: CelValue[], depth: bigint) =>
    flatten(list, Number(depth > 64n ? 64n : depth)),
  "list(A)::first() optional(A)": (list: CelValue[]) => optionalOf(list[0]),
  "list(A)::last() optional(A)": (list: CelValue[]) => optionalOf(list.at(-1)),
  "lists.range(int) list(int)": (count: bigint) => range(count),
  "list(A)::includes(A) bool": (list: CelValue[], item: CelValue) => list.some((each) => equalValues(each, item)),
};

/** Set operations on lists. @see cel-go, sets extension */
export const SETS: Library = {
  "sets.contains(list(A), list(A)) bool": (list: CelValue[], part: CelValue[]) => containsAll(list, part),
  "sets.equivalent(list(A), list(A)) bool": (a: CelValue[], b: CelValue[]) => containsAll(a, b) && containsAll(b, a),
  "sets.intersects(list(A), list(A)) bool": (a: CelValue[], b: CelValue[]) =>
    a.some((item) => b.some((each) => equalValues(each, item))),
};

/** The most items that one call may make. */
const MAX_ITEMS = 100_000;

function containsAll(list: readonly CelValue[], part: readonly CelValue[]): boolean {
  return part.every((item) => list.some((each) => equalValues(each, item)));
}

/** What the sum of no values is. */
const ZEROS: Readonly<Partial<Record<string, CelValue>>> = {
  int: 0n,
  uint: new CelUint(0n),
  double: 0,
  duration: new CelDuration(0n),
};

/** The same functions for lists of several types. */
function perType(types: readonly string[], library: (type: string) => Library): Library {
  return Object.assign({}, ...types.map(library)) as Library;
}

function isSorted(list: readonly CelValue[]): boolean {
  return list.every((item, i) => i === 0 || compareValues(list[i - 1] ?? null, item) <= 0);
}

function sum(list: readonly CelValue[], zero: CelValue): CelValue {
  const [first, ...rest] = list;
  return first === undefined ? zero : rest.reduce<CelValue>(add, first);
}

function add(a: CelValue, b: CelValue): CelValue {
  if (typeof a === "bigint" && typeof b === "bigint") return checkedInt(a + b);
  if (typeof a === "number" && typeof b === "number") return a + b;
  if (a instanceof CelUint && b instanceof CelUint) return new CelUint(a.value + b.value);
  if (a instanceof CelDuration && b instanceof CelDuration)
    return new CelDuration(checkedInt(a.nanoseconds + b.nanoseconds));
  throw new CelError("no such overload");
}

function extreme(list: readonly CelValue[], name: string, sign: number): CelValue {
  const [first, ...rest] = list;
  if (first === undefined) throw new CelError(`${name} called on empty list`);
  return rest.reduce<CelValue>((best, item) => (compareValues(item, best) * sign > 0 ? item : best), first);
}

function distinct(list: readonly CelValue[]): CelValue[] {
  return list.filter((item, i) => list.findIndex((each) => equalValues(each, item)) === i);
}

function optionalOf(value: CelValue | undefined): CelOptional {
  return value === undefined ? CelOptional.none : new CelOptional(value);
}

function slice(list: readonly CelValue[], start: bigint, end: bigint): CelValue[] {
  if (start < 0n || end < 0n) throw new CelError(`cannot slice(${start}, ${end}), negative indexes not supported`);
  if (start > end)
    throw new CelError(`cannot slice(${start}, ${end}), start index must be less than or equal to end index`);
  if (end > BigInt(list.length)) throw new CelError(`cannot slice(${start}, ${end}), list is length ${list.length}`);
  return list.slice(Number(start), Number(end));
}

function flatten(list: readonly CelValue[], depth: number): CelValue[] {
  if (depth < 0) throw new CelError("level must be non-negative");
  return list.flatMap((item) => (isList(item) && depth > 0 ? flatten(item, depth - 1) : [item]));
}

function range(count: bigint): CelValue[] {
  if (count > BigInt(MAX_ITEMS)) throw new CelError(`cannot make a list of more than ${MAX_ITEMS} items`);
  return Array.from({ length: Math.max(0, Number(count)) }, (_, i) => BigInt(i));
}
