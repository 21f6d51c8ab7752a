import type { BudgetMeter } from "../budget.ts";
import { GoComplex, GoMap, GoObject, GoSlice, type GoValue, integerOf, SizedInteger, typeOf } from "../values/value.ts";
import { type Flags, NO_FLAGS, pad } from "./flags.ts";
import { formatFloatVerb, formatInteger, formatStringVerb } from "./verbs.ts";

/** @returns the value as `%v` prints it, a byte string. */
export function formatPrinted(value: GoValue, budget: BudgetMeter): string {
  if (typeof value === "string") return value;
  return formatVerb(value, "v", NO_FLAGS, budget);
}

/** Go's `fmt.Sprint`: a space between two operands if neither is a string. */
export function sprint(values: readonly GoValue[], budget: BudgetMeter): string {
  const pieces: string[] = [];
  values.forEach((value, i) => {
    const previous = values[i - 1];
    if (i > 0 && typeof value !== "string" && typeof previous !== "string") pieces.push(" ");
    pieces.push(formatPrinted(value, budget));
  });
  return joinWithin(pieces, "", budget);
}

/** Go's `fmt.Sprintln`: always a space between operands, and a line feed behind. */
export function sprintln(values: readonly GoValue[], budget: BudgetMeter): string {
  return `${joinWithin(
    values.map((value) => formatPrinted(value, budget)),
    " ",
    budget,
  )}\n`;
}

/** Joins, after checking that the budget allows the result. */
export function joinWithin(pieces: readonly string[], separator: string, budget: BudgetMeter): string {
  const separators = Math.max(pieces.length - 1, 0) * separator.length;
  budget.string(pieces.reduce((length, piece) => length + piece.length, separators));
  return pieces.join(separator);
}

/** Formats one value by one verb. Go: fmt, printArg and printValue. */
export function formatVerb(value: GoValue, verb: string, flags: Flags, budget: BudgetMeter): string {
  budget.spend(4);
  if (value === null) return verb === "v" ? pad("<nil>", flags) : badVerb(value, verb, flags, budget);
  if (value instanceof GoSlice || value instanceof GoMap) {
    if (verb === "p") return badVerb(value, verb, flags, budget);
    return budget.nested(() => formatCollection(value, verb, flags, budget));
  }
  return formatScalar(value, verb, flags, budget) ?? badVerb(value, verb, flags, budget);
}

function formatScalar(
  value: Exclude<GoValue, null | GoSlice | GoMap>,
  verb: string,
  flags: Flags,
  budget: BudgetMeter,
): string | undefined {
  if (typeof value === "string") return formatStringVerb(value, verb, flags);
  if (typeof value === "boolean") return verb === "t" || verb === "v" ? pad(String(value), flags) : undefined;
  if (typeof value === "number") return formatFloatVerb(value, verb, flags);
  if (value instanceof GoComplex) return formatComplex(value, verb, flags);
  if (value instanceof GoObject) return formatObject(value, verb, flags, budget);
  if (value instanceof SizedInteger && value.type === "uint8" && verb === "v" && flags.sharpV) {
    return formatInteger(value.value, "x", { ...flags, sharp: true });
  }
  return formatInteger(integerOf(value) ?? 0n, verb, flags);
}

/** An object prints as its `String` method says, or by its number where the verb is one of integers. */
function formatObject(value: GoObject, verb: string, flags: Flags, budget: BudgetMeter): string | undefined {
  const asText = formatStringVerb(value.toGoString(), verb, { ...flags, sharpV: false });
  if (asText !== undefined) {
    budget.string(asText.length);
    return asText;
  }
  const number = value.toInteger();
  return number === undefined ? undefined : formatInteger(number, verb, flags);
}

function formatComplex({ real, imaginary }: GoComplex, verb: string, flags: Flags): string | undefined {
  const first = formatFloatVerb(real, verb, flags);
  const second = formatFloatVerb(imaginary, verb, { ...flags, plus: true });
  return first === undefined || second === undefined ? undefined : `(${first}${second}i)`;
}

function formatCollection(value: GoSlice | GoMap, verb: string, flags: Flags, budget: BudgetMeter): string {
  const isGoSyntax = verb === "v" && flags.sharpV;
  const element = (item: GoValue): string => {
    if (item === null && isGoSyntax) return `${value.elementType}(nil)`;
    return item === null ? "<nil>" : formatVerb(item, verb, flags, budget);
  };
  if (isGoSyntax && value instanceof GoSlice && value.isNil) return `${typeOf(value)}(nil)`;
  const items =
    value instanceof GoSlice
      ? value.items.map(element)
      : [...value.entries]
          .sort(([a], [b]) => (a < b ? -1 : 1))
          .map(([key, item]) => `${formatVerb(key, verb, flags, budget)}:${element(item)}`);
  if (isGoSyntax) return `${typeOf(value)}{${joinWithin(items, ", ", budget)}}`;
  return `${value instanceof GoSlice ? "" : "map"}[${joinWithin(items, " ", budget)}]`;
}

/** What fmt prints for a verb that does not fit the value. The flags still apply to the value. */
function badVerb(value: GoValue, verb: string, flags: Flags, budget: BudgetMeter): string {
  if (value === null) return `%!${verb}(<nil>)`;
  return `%!${verb}(${typeOf(value)}=${formatVerb(value, "v", flags, budget)})`;
}
