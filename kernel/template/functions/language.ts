// The functions that are part of the template language itself. Go: text/template, funcs.go.
import { sprint, sprintln } from "../format/print.ts";
import { sprintf } from "../format/printf.ts";
import { CallError } from "../template-error.ts";
import { isEqual, isLess } from "../values/compare.ts";
import { GoMap, GoSlice, type GoValue, INTERFACE, integerOf, isTrue, SizedInteger, typeOf } from "../values/value.ts";
import { bytewise, define, defineWithContext, type TemplateFunction } from "./define.ts";
import { escapeHtml, escapeJavaScript, escapeUrlQuery } from "./escape.ts";

/** The built-in functions of the language, but for `slice`, which the library replaces. */
export const LANGUAGE_FUNCTIONS: Readonly<Record<string, TemplateFunction>> = {
  and: { ...define(["any", "...any"], (first) => first), shortCircuits: false },
  or: { ...define(["any", "...any"], (first) => first), shortCircuits: true },
  not: define(["any"], (value) => !isTrue(value)),
  call: define(["any", "...any"], (callee) => {
    throw new CallError(callee === null ? "call of nil" : `non-function of type ${typeOf(callee)}`);
  }),
  eq: define(["any", "...any"], (value, ...others) => {
    if (others.length === 0) throw new CallError("missing argument for comparison");
    return others.some((other) => isEqual(value, other));
  }),
  ne: define(["any", "any"], (a, b) => !isEqual(a, b)),
  lt: define(["any", "any"], isLess),
  le: define(["any", "any"], (a, b) => isLess(a, b) || isEqual(a, b)),
  gt: define(["any", "any"], (a, b) => !(isLess(a, b) || isEqual(a, b))),
  ge: define(["any", "any"], (a, b) => !isLess(a, b)),
  len: define(["any"], length),
  index: define(["any", "...any"], (item, ...indexes) => {
    if (item === null) throw new CallError("index of untyped nil");
    return indexes.reduce(elementAt, item);
  }),
  print: defineWithContext(["...any"], ({ budget }, ...values) => sprint(values, budget)),
  printf: defineWithContext(["string", "...any"], ({ budget }, format, ...values) => sprintf(format, values, budget)),
  println: defineWithContext(["...any"], ({ budget }, ...values) => sprintln(values, budget)),
  ...bytewise({
    html: defineWithContext(["...any"], ({ budget }, ...values) => escapeHtml(sprint(values.map(shown), budget))),
    js: defineWithContext(["...any"], ({ budget }, ...values) => escapeJavaScript(sprint(values.map(shown), budget))),
    urlquery: defineWithContext(["...any"], ({ budget }, ...values) =>
      escapeUrlQuery(sprint(values.map(shown), budget)),
    ),
  }),
};

/** What the escapers print for an argument: nil as an action prints it. */
function shown(value: GoValue): GoValue {
  return value === null ? "<no value>" : value;
}

function length(value: GoValue): bigint {
  if (typeof value === "string") return BigInt(value.length);
  if (value instanceof GoSlice) return BigInt(value.items.length);
  if (value instanceof GoMap) return BigInt(value.entries.size);
  if (value === null) throw new CallError("len of nil pointer");
  throw new CallError(`len of type ${typeOf(value)}`);
}

function elementAt(item: GoValue, index: GoValue): GoValue {
  if (item === null) throw new CallError("index of nil pointer");
  if (item instanceof GoMap) {
    if (index === null) throw new CallError("value is nil; should be of type string");
    if (typeof index !== "string") throw new CallError(`value has type ${typeOf(index)}; should be string`);
    return item.entries.get(index) ?? zeroOf(item.elementType);
  }
  if (item instanceof GoSlice) return item.items[positionIn(item.items.length, index)] ?? null;
  if (typeof item === "string")
    return new SizedInteger("uint8", BigInt(item.charCodeAt(positionIn(item.length, index))));
  throw new CallError(`can't index item of type ${typeOf(item)}`);
}

function positionIn(size: number, index: GoValue): number {
  if (index === null) throw new CallError("cannot index slice/array with nil");
  const position = integerOf(index);
  if (position === undefined) throw new CallError(`cannot index slice/array with type ${typeOf(index)}`);
  if (position < 0n || position >= BigInt(size)) throw new CallError("index out of range", String(position));
  return Number(position);
}

/** What a map yields for a key that it lacks. */
function zeroOf(elementType: string): GoValue {
  if (elementType === "string") return "";
  if (elementType === INTERFACE) return null;
  return elementType.startsWith("[]") ? new GoSlice(elementType.slice(2), [], true) : null;
}
