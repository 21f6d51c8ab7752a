import { quote } from "../format/quote.ts";
import { formatPrinted, joinWithin } from "../format/print.ts";
import type { BudgetMeter } from "../budget.ts";
import { CallError } from "../template-error.ts";
import { codesOf, decodeLastRune, decodeRune, runesOf } from "../values/byte-string.ts";
import { isSpace } from "../values/letter-case.ts";
import { GoMap, GoSlice, type GoValue, sliceOfStrings } from "../values/value.ts";
import { abbreviate, wrapText } from "./abbreviate-and-wrap.ts";
import { bytewise, type CallContext, define, defineWithContext, type TemplateFunction } from "./define.ts";

/** Texts. Their lengths and positions count bytes, as in Go. */
export const STRING_FUNCTIONS: Readonly<Record<string, TemplateFunction>> = {
  hello: define([], () => "Hello!"),
  abbrev: define(["int", "string"], (width, text) => (width < 4n ? text : abbreviate(text, 0, Number(width)))),
  abbrevboth: define(["int", "int", "string"], (left, right, text) => {
    return right < 4n || (left > 0n && right < 7n) ? text : abbreviate(text, Number(left), Number(right));
  }),
  trunc: define(["int", "string"], (count, text) => truncate(Number(count), text)),
  substr: define(["int", "int", "string"], (start, end, text) => substring(Number(start), Number(end), text)),
  trim: define(["string"], (text) => trimRunes(text, isSpace)),
  trimAll: define(["string", "string"], trimAll),
  trimall: define(["string", "string"], trimAll),
  trimSuffix: define(["string", "string"], (suffix, text) => {
    return suffix !== "" && text.endsWith(suffix) ? text.slice(0, -suffix.length) : text;
  }),
  trimPrefix: define(["string", "string"], (prefix, text) =>
    text.startsWith(prefix) ? text.slice(prefix.length) : text,
  ),
  ...bytewise({ quote: listing((text) => quote(text)) }),
  squote: listing((text) => `'${text}'`),
  cat: listing((text) => text),
  repeat: defineWithContext(["int", "string"], ({ budget }, count, text) => repeat(text, count, budget)),
  contains: define(["string", "string"], (part, text) => text.includes(part)),
  hasPrefix: define(["string", "string"], (prefix, text) => text.startsWith(prefix)),
  hasSuffix: define(["string", "string"], (suffix, text) => text.endsWith(suffix)),
  indent: defineWithContext(["int", "string"], ({ budget }, spaces, text) => indent(spaces, text, budget)),
  nindent: defineWithContext(["int", "string"], ({ budget }, spaces, text) => `\n${indent(spaces, text, budget)}`),
  wrap: defineWithContext(["int", "string"], ({ budget }, width, text) => {
    return wrapText(text, { width: Number(width), lineEnd: "\n", breakWords: false }, budget);
  }),
  wrapWith: defineWithContext(["int", "string", "string"], ({ budget }, width, lineEnd, text) => {
    return wrapText(text, { width: Number(width), lineEnd: lineEnd || "\n", breakWords: true }, budget);
  }),
  replace: defineWithContext(["string", "string", "string"], ({ budget }, old, replacement, text) => {
    if (old === "") return joinWithin(["", ...splitWithin(text, "", budget), ""], replacement, budget);
    budget.string(text.length + occurrences(text, old, budget) * (replacement.length - old.length));
    return text.replaceAll(old, () => replacement);
  }),
  plural: define(["string", "string", "int"], (one, many, count) => (count === 1n ? one : many)),
  toString: defineWithContext(["any"], ({ budget }, value) => formatPrinted(value, budget)),
  toStrings: defineWithContext(["any"], (context, value) => stringsOf(value, context)),
  join: defineWithContext(["string", "any"], (context, separator, value) => {
    return joinWithin(stringsOf(value, context).items as string[], separator, context.budget);
  }),
  sortAlpha: defineWithContext(["any"], (context, value) => {
    if (!(value instanceof GoSlice)) return sliceOfStrings([formatPrinted(value, context.budget)]);
    const strings = stringsOf(value, context);
    // Go sorts a []string in place, so whoever holds the list sees it sorted.
    context.budget.spend(10 * strings.items.length);
    (strings.items as string[]).sort();
    return strings;
  }),
  split: defineWithContext(["string", "string"], ({ budget }, separator, text) => {
    return numbered(splitWithin(text, separator, budget));
  }),
  splitList: defineWithContext(["string", "string"], ({ budget }, separator, text) => {
    return sliceOfStrings(splitWithin(text, separator, budget));
  }),
  splitn: defineWithContext(["string", "int", "string"], ({ budget }, separator, count, text) => {
    const parts = splitWithin(text, separator, budget);
    if (count < 0n || BigInt(parts.length) <= count) return numbered(parts);
    if (count === 0n) return numbered([]);
    const head = parts.slice(0, Number(count) - 1);
    return numbered([...head, parts.slice(head.length).join(separator)]);
  }),
};

/** @returns the strings of a list, or of the value itself; nil is left out. A `[]string` is returned as it is. */
export function stringsOf(value: GoValue, { budget }: CallContext): GoSlice {
  if (value instanceof GoSlice && value.elementType === "string") return value;
  const values = value instanceof GoSlice ? value.items : [value];
  budget.list(values.length);
  return sliceOfStrings(withoutNil(values).map((item) => formatPrinted(item, budget)));
}

/** Defines a function that writes all its arguments but nil, with spaces between them. */
function listing(write: (text: string) => string): TemplateFunction {
  return defineWithContext(["...any"], ({ budget }, ...values) => {
    const texts = withoutNil(values).map((value) => write(formatPrinted(value, budget)));
    return joinWithin(texts, " ", budget);
  });
}

function withoutNil(values: readonly GoValue[]): GoValue[] {
  return values.filter((value) => value !== null);
}

function truncate(count: number, text: string): string {
  if (count < 0) return text.length + count > 0 ? text.slice(count) : text;
  return text.slice(0, count);
}

function substring(start: number, end: number, text: string): string {
  const from = start < 0 ? 0 : start;
  const to = start >= 0 && (end < 0 || end > text.length) ? text.length : end;
  if (from > to || to > text.length || to < 0) throw new CallError("runtime error: slice bounds out of range");
  return text.slice(from, to);
}

function trimRunes(text: string, isCut: (code: number) => boolean): string {
  let [start, end] = [0, text.length];
  for (let rune; start < end && isCut((rune = decodeRune(text, start)).code); ) start += rune.size;
  for (let rune; end > start && isCut((rune = decodeLastRune(text, end)).code); ) end -= rune.size;
  return text.slice(start, end);
}

function trimAll(cutset: string, text: string): string {
  const cut = new Set(codesOf(cutset));
  return trimRunes(text, (code) => cut.has(code));
}

/** Go's `strings.Repeat`, within the budget. */
function repeat(text: string, count: bigint, budget: BudgetMeter): string {
  if (count < 0n) throw new CallError("strings: negative Repeat count");
  budget.string(text.length * Number(count));
  return text.repeat(Number(text === "" ? 0n : count));
}

function indent(spaces: bigint, text: string, budget: BudgetMeter): string {
  const padding = repeat(" ", spaces, budget);
  return padding + joinWithin(text.split("\n"), `\n${padding}`, budget);
}

function splitWithin(text: string, separator: string, budget: BudgetMeter): string[] {
  budget.list(separator === "" ? text.length : occurrences(text, separator, budget) + 1);
  return separator === "" ? characters(text) : text.split(separator);
}

function occurrences(text: string, part: string, budget: BudgetMeter): number {
  let count = 0;
  for (let at = text.indexOf(part); at !== -1; at = text.indexOf(part, at + part.length)) count++;
  budget.spend(count);
  return count;
}

function characters(text: string): string[] {
  let at = 0;
  return runesOf(text).map(({ size }) => {
    at += size;
    return text.slice(at - size, at);
  });
}

/** @returns the parts by `_0`, `_1` and so on. */
function numbered(parts: readonly string[]): GoMap {
  return new GoMap("string", new Map(parts.map((part, i) => [`_${i}`, part])));
}
