import { type BudgetMeter, STEPS_PER_SORTED_KEY } from "../budget.ts";
import { formatPrinted } from "../format/print.ts";
import { CallError } from "../template-error.ts";
import { GoMap, GoSlice, type GoValue, INTERFACE, sliceOf, sliceOfStrings, typeOf } from "../values/value.ts";
import { type CallContext, define, defineWithContext, type TemplateFunction } from "./define.ts";
import { mergeInto } from "./merge.ts";

const DICT_TYPE = `map[string]${INTERFACE}`;

/**
 * Dictionaries. `set`, `unset` and the `merge` functions change the one they are given. Where Go's order of keys is random
 * (`keys`, `values`), here it is theirs as bytes.
 */
export const DICT_FUNCTIONS: Readonly<Record<string, TemplateFunction>> = {
  dict: defineWithContext(["...any"], dict),
  get: define(["map", "string"], (map, key) => map.entries.get(key) ?? (map.entries.has(key) ? null : "")),
  set: define(["map", "string", "any"], (map, key, value) => {
    map.entries.set(key, value);
    return map;
  }),
  unset: define(["map", "string"], (map, key) => {
    map.entries.delete(key);
    return map;
  }),
  hasKey: define(["map", "string"], (map, key) => map.entries.has(key)),
  pluck: define(["string", "...map"], (key, ...maps) => {
    return sliceOf(maps.filter((map) => map.entries.has(key)).map((map) => map.entries.get(key) ?? null));
  }),
  keys: defineWithContext(["...map"], ({ budget }, ...maps) => {
    return sliceOfStrings(maps.flatMap((map) => sortedKeys(map, budget)));
  }),
  values: defineWithContext(["map"], ({ budget }, map) => {
    return sliceOf(sortedKeys(map, budget).map((key) => map.entries.get(key) ?? null));
  }),
  pick: defineWithContext(["map", "...string"], ({ budget }, map, ...keys) => select(map, new Set(keys), true, budget)),
  omit: defineWithContext(["map", "...string"], ({ budget }, map, ...keys) =>
    select(map, new Set(keys), false, budget),
  ),
  merge: defineWithContext(["map", "...map"], (context, ...maps) => merge(context, maps, false)),
  mustMerge: defineWithContext(["map", "...map"], (context, ...maps) => merge(context, maps, false)),
  mergeOverwrite: defineWithContext(["map", "...map"], (context, ...maps) => merge(context, maps, true)),
  mustMergeOverwrite: defineWithContext(["map", "...map"], (context, ...maps) => merge(context, maps, true)),
  dig: define(["...any"], dig),
  deepCopy: defineWithContext(["any"], ({ budget }, value) => deepCopy(value, budget)),
  mustDeepCopy: defineWithContext(["any"], ({ budget }, value) => deepCopy(value, budget)),
};

function sortedKeys(map: GoMap, budget: BudgetMeter): string[] {
  budget.spend(STEPS_PER_SORTED_KEY * map.entries.size);
  return [...map.entries.keys()].sort();
}

function dict({ budget }: CallContext, ...values: GoValue[]): GoMap {
  const entries = new Map<string, GoValue>();
  for (let i = 0; i < values.length; i += 2) {
    const value = i + 1 < values.length ? (values[i + 1] ?? null) : "";
    entries.set(formatPrinted(values[i] ?? null, budget), value);
  }
  return new GoMap(INTERFACE, entries);
}

/** @param keeps - whether the keys named are those that stay. */
function select(map: GoMap, keys: ReadonlySet<string>, keeps: boolean, budget: BudgetMeter): GoMap {
  budget.spend(2 * map.entries.size);
  return new GoMap(INTERFACE, new Map([...map.entries].filter(([key]) => keys.has(key) === keeps)));
}

function merge({ budget }: CallContext, [target, ...sources]: readonly GoMap[], overwrites: boolean): GoMap {
  if (target === undefined) return new GoMap(INTERFACE);
  for (const source of sources) mergeInto(target, source, overwrites, budget);
  return target;
}

/** Follows keys through dictionaries: `dig "a" "b" default dict`. */
function dig(...parameters: GoValue[]): GoValue {
  if (parameters.length < 3) throw new CallError("dig needs at least three arguments");
  const keys = parameters.slice(0, -2);
  const [fallback = null, dictionary = null] = parameters.slice(-2);
  let value = dictionary;
  for (const key of keys) {
    if (!(value instanceof GoMap && value.elementType === INTERFACE)) throw conversion(value, DICT_TYPE);
    if (typeof key !== "string") throw conversion(key, "string");
    const next = value.entries.get(key);
    if (next === undefined) return fallback;
    value = next;
  }
  return value;
}

function conversion(value: GoValue, type: string): CallError {
  const actual = value === null ? "nil" : typeOf(value);
  return new CallError(`interface conversion: interface {} is ${actual}, not ${type}`);
}

function deepCopy(value: GoValue, budget: BudgetMeter): GoValue {
  budget.spend(1);
  if (value instanceof GoSlice) {
    const items = budget.nested(() => value.items.map((item) => deepCopy(item, budget)));
    return new GoSlice(value.elementType, items, value.isNil);
  }
  if (!(value instanceof GoMap)) return value;
  const entries = budget.nested(() => [...value.entries].map(([key, item]) => [key, deepCopy(item, budget)] as const));
  return new GoMap(value.elementType, new Map(entries));
}
