import { RE2JS } from "re2js";
import type { BudgetMeter } from "../budget.ts";
import { joinWithin } from "../format/print.ts";
import { CallError } from "../template-error.ts";
import { textOf } from "../values/byte-string.ts";
import { GoSlice, type GoValue, sliceOfStrings } from "../values/value.ts";
import { define, defineWithContext, type TemplateFunction } from "./define.ts";
import { type Match, RegexText } from "./regex-text.ts";

/** Longest pattern, in bytes, and largest compiled expression, in instructions. */
const MAX_PATTERN_BYTES = 4096;
const MAX_INSTRUCTIONS = 10_000;

/** Regular expressions in RE2's syntax: their time grows with the text's length, never with a power of it. */
export const REGEX_FUNCTIONS: Readonly<Record<string, TemplateFunction>> = {
  regexMatch: defineWithContext(["string", "string"], ({ budget }, pattern, text) => {
    try {
      return open(pattern, text, budget).find(0) !== undefined;
    } catch (thrown) {
      if (thrown instanceof CallError) return false;
      throw thrown;
    }
  }),
  mustRegexMatch: defineWithContext(["string", "string"], ({ budget }, pattern, text) => {
    return open(pattern, text, budget).find(0) !== undefined;
  }),
  ...withMust(
    "regexFind",
    defineWithContext(["string", "string"], ({ budget }, pattern, text) => {
      const [start = 0, end = 0] = open(pattern, text, budget).find(0) ?? [];
      return text.slice(start, end);
    }),
  ),
  ...withMust(
    "regexFindAll",
    defineWithContext(["string", "string", "int"], ({ budget }, pattern, text, count) => {
      const matches = findAll(open(pattern, text, budget), Number(count), budget);
      return new GoSlice(
        "string",
        matches.map(([start, end]) => text.slice(start, end)),
        matches.length === 0,
      );
    }),
  ),
  ...withMust(
    "regexReplaceAll",
    defineWithContext(["string", "string", "string"], ({ budget }, pattern, text, replacement) => {
      const template = readReplacement(replacement);
      const regex = compile(pattern, budget);
      const groups = regex.namedGroups();
      return replaceAll(new RegexText(regex, text, budget), budget, (match) => expand(template, text, match, groups));
    }),
  ),
  ...withMust(
    "regexReplaceAllLiteral",
    defineWithContext(["string", "string", "string"], ({ budget }, pattern, text, replacement) => {
      return replaceAll(open(pattern, text, budget), budget, () => replacement);
    }),
  ),
  ...withMust(
    "regexSplit",
    defineWithContext(["string", "string", "int"], ({ budget }, pattern, text, count) => {
      return split(open(pattern, text, budget), pattern, Number(count), budget);
    }),
  ),
  regexQuoteMeta: define(["string"], (text) => text.replace(/[\\.+*?()|[\]{}^$]/g, "\\$&")),
};

/** Without exceptions in templates, the two kinds are the same: a bad pattern stops the template. */
function withMust(name: string, callee: TemplateFunction): Record<string, TemplateFunction> {
  return { [name]: callee, [`must${name.charAt(0).toUpperCase()}${name.slice(1)}`]: callee };
}

function open(pattern: string, text: string, budget: BudgetMeter): RegexText {
  return new RegexText(compile(pattern, budget), text, budget);
}

function compile(pattern: string, budget: BudgetMeter): RE2JS {
  if (pattern.length > MAX_PATTERN_BYTES) throw new CallError(`a regexp may have ${MAX_PATTERN_BYTES} bytes at most`);
  const size = estimateSize(pattern);
  if (size > MAX_INSTRUCTIONS) throw new CallError("the regexp is too large", pattern);
  budget.spend(300 + 20 * size);
  let regex: RE2JS;
  try {
    regex = RE2JS.compile(textOf(pattern));
  } catch {
    // The library's own message quotes the pattern, which may be computed from a secret.
    throw new CallError("error parsing regexp", pattern);
  }
  if (regex.programSize() > MAX_INSTRUCTIONS) throw new CallError("the regexp is too large", pattern);
  return regex;
}

const ATOM = /\\[^]|\[\^?\]?(?:\\[^]|[^\]\\])*\]|\{(\d{1,4})(?:,(\d{0,4}))?\}|[^]/g;

/** @returns about how many instructions a pattern compiles to: counted repetitions are written out, nested ones multiplied. */
function estimateSize(pattern: string): number {
  const outer: number[] = [];
  let size = 0;
  /** Of the last atom, which a count repeats. */
  let last = 0;
  for (const [text, low, high] of pattern.matchAll(ATOM)) {
    if (text === "(") {
      outer.push(size);
      size = 0;
      last = 0;
    } else if (low === undefined) {
      last = text === ")" ? size + 1 : 1;
      size = text === ")" ? (outer.pop() ?? 0) + last : size + last;
    } else {
      const repeated = last * Number(high || low);
      size += Math.max(repeated - last, 0);
      last = repeated;
    }
    if (size > MAX_INSTRUCTIONS) break;
  }
  return outer.reduce((sum, part) => sum + part, size);
}

/** Go's `FindAllStringSubmatchIndex`. @param limit - how many; all if negative. */
function findAll(input: RegexText, limit: number, budget: BudgetMeter): Match[] {
  const matches: Match[] = [];
  let previousEnd = -1;
  for (let at = 0; at <= input.text.length && (limit < 0 || matches.length < limit); ) {
    const match = input.find(at);
    if (match === undefined) break;
    const [start = 0, end = 0] = match;
    // No empty match right behind another match.
    const isRepeated = end === at && start === previousEnd;
    at = end === at ? input.after(at) : end;
    previousEnd = end;
    if (!isRepeated) matches.push(match);
    budget.spend(2);
  }
  return matches;
}

/** Go's `Regexp.ReplaceAllStringFunc`. */
function replaceAll(input: RegexText, budget: BudgetMeter, replacementOf: (match: Match) => string): string {
  const { text } = input;
  const pieces: string[] = [];
  let lastEnd = 0;
  let length = 0;
  for (let at = 0; at <= text.length; ) {
    const match = input.find(at);
    if (match === undefined) break;
    const [start = 0, end = 0] = match;
    pieces.push(text.slice(lastEnd, start));
    if (end > lastEnd || start === 0) {
      const replacement = replacementOf(match);
      length += replacement.length;
      budget.string(length);
      pieces.push(replacement);
    }
    lastEnd = end;
    const next = at < text.length ? input.after(at) : at + 1;
    at = Math.max(next > end ? next : end, at);
  }
  pieces.push(text.slice(lastEnd));
  return joinWithin(pieces, "", budget);
}

/** A part of a replacement: text, or the name or number of a group. */
type ReplacementPart = { readonly text: string } | { readonly group: string };

/** Reads `$1`, `${1}`, `$name` and `$$`. Go: `Regexp.Expand`. */
function readReplacement(replacement: string): ReplacementPart[] {
  const parts: ReplacementPart[] = [];
  let at = 0;
  for (const match of replacement.matchAll(/\$(?:(\$)|\{([A-Za-z0-9_]+)\}|([A-Za-z0-9_]+))/g)) {
    parts.push({ text: replacement.slice(at, match.index) });
    const group = match[2] ?? match[3];
    parts.push(group === undefined ? { text: "$" } : { group });
    at = match.index + match[0].length;
  }
  return [...parts, { text: replacement.slice(at) }];
}

function expand(
  template: readonly ReplacementPart[],
  text: string,
  match: Match,
  groups: Readonly<Record<string, number>>,
): string {
  return template
    .map((part) => {
      if ("text" in part) return part.text;
      const named = Object.hasOwn(groups, part.group) ? groups[part.group] : undefined;
      const index = /^\d+$/.test(part.group) ? Number(part.group) : named;
      const [start = -1, end = -1] = index === undefined ? [] : match.slice(2 * index, 2 * index + 2);
      return start < 0 ? "" : text.slice(start, end);
    })
    .join("");
}

/** Go's `Regexp.Split`. */
function split(input: RegexText, pattern: string, count: number, budget: BudgetMeter): GoValue {
  const { text } = input;
  if (count === 0) return new GoSlice("string", [], true);
  if (pattern !== "" && text === "") return sliceOfStrings([""]);
  const parts: string[] = [];
  let begin = 0;
  let end = 0;
  for (const [start = 0, matchEnd = 0] of findAll(input, count, budget)) {
    if (count > 0 && parts.length === count - 1) break;
    end = start;
    if (matchEnd !== 0) parts.push(text.slice(begin, end));
    begin = matchEnd;
  }
  if (end !== text.length) parts.push(text.slice(begin));
  return sliceOfStrings(parts);
}
