import type { BudgetMeter } from "../budget.ts";
import { CallError } from "../template-error.ts";
import { toInteger } from "../values/convert.ts";
import { deepEqual } from "../values/deep-equal.ts";
import { GoSlice, type GoValue, isEmpty, kindOf, nilSlice, sliceOf } from "../values/value.ts";
import { type CallContext, define, defineWithContext, type TemplateFunction } from "./define.ts";

const NIL_DEREFERENCE = "runtime error: invalid memory address or nil pointer dereference";

/** Lists. No function changes the list it is given; except that `sortAlpha` sorts a `[]string` in place. */
export const LIST_FUNCTIONS: Readonly<Record<string, TemplateFunction>> = {
  list: define(["...any"], (...items) => sliceOf(items)),
  tuple: define(["...any"], (...items) => sliceOf(items)),
  ...withMust(
    "first",
    define(["any"], (list) => itemsOf(list, "find first on")[0] ?? null),
  ),
  ...withMust(
    "last",
    define(["any"], (list) => itemsOf(list, "find last on").at(-1) ?? null),
  ),
  ...withMust(
    "rest",
    define(["any"], (list) => nilIfEmpty(itemsOf(list, "find rest on"), (items) => items.slice(1))),
  ),
  ...withMust(
    "initial",
    define(["any"], (list) => nilIfEmpty(itemsOf(list, "find initial on"), (items) => items.slice(0, -1))),
  ),
  ...withMust("append", defineWithContext(["any", "any"], append)),
  ...withMust("push", defineWithContext(["any", "any"], append)),
  ...withMust(
    "prepend",
    defineWithContext(["any", "any"], ({ budget }, list, value) => {
      return counted([value, ...itemsOf(list, "prepend on")], budget);
    }),
  ),
  ...withMust(
    "reverse",
    defineWithContext(["any"], ({ budget }, list) => counted(itemsOf(list, "find reverse on").toReversed(), budget)),
  ),
  ...withMust(
    "compact",
    defineWithContext(["any"], ({ budget }, list) => {
      return counted(
        itemsOf(list, "compact on").filter((item) => !isEmpty(item)),
        budget,
      );
    }),
  ),
  ...withMust("uniq", defineWithContext(["any"], uniq)),
  ...withMust(
    "without",
    defineWithContext(["any", "...any"], ({ budget }, list, ...omitted) => {
      return sliceOf(itemsOf(list, "find without on").filter((item) => !includes(omitted, item, budget)));
    }),
  ),
  ...withMust(
    "has",
    defineWithContext(["any", "any"], ({ budget }, needle, list) => {
      return list !== null && includes(itemsOf(list, "find has on"), needle, budget);
    }),
  ),
  ...withMust("slice", define(["any", "...any"], slice)),
  ...withMust("chunk", defineWithContext(["int", "any"], chunk)),
  concat: defineWithContext(["...any"], ({ budget }, ...lists) => {
    const all: GoValue[] = [];
    for (const list of lists) {
      const items = itemsOf(list, "concat", " as list");
      budget.list(all.length + items.length);
      for (const item of items) all.push(item);
    }
    return all.length === 0 ? nilSlice() : sliceOf(all);
  }),
};

/** @returns the function under its name and as `mustName`: without exceptions in templates, the two are the same. */
function withMust(name: string, callee: TemplateFunction): Record<string, TemplateFunction> {
  return { [name]: callee, [`must${name.charAt(0).toUpperCase()}${name.slice(1)}`]: callee };
}

function itemsOf(list: GoValue, action: string, suffix = ""): readonly GoValue[] {
  if (list instanceof GoSlice) return list.items;
  if (list === null) throw new CallError(NIL_DEREFERENCE);
  throw new CallError(`Cannot ${action} type ${kindOf(list)}${suffix}`);
}

function counted(items: GoValue[], budget: BudgetMeter): GoSlice {
  budget.list(items.length);
  return sliceOf(items);
}

function nilIfEmpty(items: readonly GoValue[], part: (items: readonly GoValue[]) => GoValue[]): GoSlice {
  return items.length === 0 ? nilSlice() : sliceOf(part(items));
}

function append({ budget }: CallContext, list: GoValue, value: GoValue): GoSlice {
  return counted([...itemsOf(list, "push on"), value], budget);
}

function uniq({ budget }: CallContext, list: GoValue): GoSlice {
  const kept: GoValue[] = [];
  for (const item of itemsOf(list, "find uniq on")) {
    if (!includes(kept, item, budget)) kept.push(item);
  }
  return sliceOf(kept);
}

function includes(items: readonly GoValue[], needle: GoValue, budget: BudgetMeter): boolean {
  return items.some((item) => deepEqual(needle, item, budget));
}

function slice(list: GoValue, ...indexes: GoValue[]): GoValue {
  if (list === null) throw new CallError(NIL_DEREFERENCE);
  if (!(list instanceof GoSlice)) throw new CallError(`list should be type of slice or array but ${kindOf(list)}`);
  const { length } = list.items;
  if (length === 0) return null;
  const start = Number(toInteger(indexes[0] ?? 0n));
  const end = indexes.length < 2 ? length : Number(toInteger(indexes[1] ?? 0n));
  if (start < 0 || end < start || end > length) throw new CallError("reflect.Value.Slice: slice index out of bounds");
  return new GoSlice(list.elementType, list.items.slice(start, end));
}

function chunk({ budget }: CallContext, size: bigint, list: GoValue): GoSlice {
  const items = itemsOf(list, "chunk");
  const length = Number(size);
  if (length <= 0) throw new CallError("runtime error: makeslice: len out of range");
  budget.list(items.length);
  const chunks: GoValue[] = [];
  for (let at = 0; at < items.length; at += length) chunks.push(sliceOf(items.slice(at, at + length)));
  return new GoSlice("[]interface {}", chunks);
}
