import { quoteGo } from "../../schema/go-text.ts";
import { compilePattern } from "../../schema/pattern.ts";
import type { Library } from "../functions.ts";
import { CelCostError, CelError, type CelValue } from "../values.ts";
import { formatText } from "./format-text.ts";

/** Longest text that a replacement may make, in UTF-16 units. */
const MAX_TEXT_LENGTH = 4_000_000;

/** Texts: the standard functions and cel-go's strings extension, version 2. Positions count code points. */
export const STRINGS: Library = {
  "string::contains(string) bool": (text: string, part: string) => text.includes(part),
  "string::startsWith(string) bool": (text: string, prefix: string) => text.startsWith(prefix),
  "string::endsWith(string) bool": (text: string, suffix: string) => text.endsWith(suffix),
  "string::matches(string) bool": (text: string, pattern: string) => regex(pattern).test(text),
  "matches(string, string) bool": (text: string, pattern: string) => regex(pattern).test(text),
  "string::charAt(int) string": (text: string, index: bigint) => charAt(points(text), index),
  "string::indexOf(string) int": (text: string, part: string) => indexOf(text, part, 0n),
  "string::indexOf(string, int) int": (text: string, part: string, from: bigint) => indexOf(text, part, from),
  "string::lastIndexOf(string) int": (text: string, part: string) => lastIndexOf(text, part, undefined),
  "string::lastIndexOf(string, int) int": (text: string, part: string, from: bigint) => lastIndexOf(text, part, from),
  "list(string)::join() string": (parts: string[]) => joined(parts, ""),
  "list(string)::join(string) string": (parts: string[], separator: string) => joined(parts, separator),
  "string::lowerAscii() string": (text: string) => text.replace(/[A-Z]/g, (letter) => letter.toLowerCase()),
  "string::upperAscii() string": (text: string) => text.replace(/[a-z]/g, (letter) => letter.toUpperCase()),
  "string::replace(string, string) string": (text: string, old: string, by: string) => replace(text, old, by, -1n),
  "string::replace(string, string, int) string": (text: string, old: string, by: string, limit: bigint) =>
    replace(text, old, by, limit),
  "string::split(string) list(string)": (text: string, separator: string) => split(text, separator, -1n),
  "string::split(string, int) list(string)": (text: string, separator: string, limit: bigint) =>
    split(text, separator, limit),
  "string::substring(int) string": (text: string, start: bigint) => substring(points(text), start, undefined),
  "string::substring(int, int) string": (text: string, start: bigint, end: bigint) =>
    substring(points(text), start, end),
  "string::trim() string": (text: string) => text.replace(/^[\p{White_Space}]+|[\p{White_Space}]+$/gu, ""),
  "string::reverse() string": (text: string) => points(text).reverse().join(""),
  "string::format(list(dyn)) string": (text: string, args: CelValue[]) => formatText(text, args),
  "strings.quote(string) string": (text: string) => quoteGo(text),
};

/** Searches with RE2 patterns. @see k8s.io/apiserver/pkg/cel/library regex.go */
export const REGEX: Library = {
  "string::find(string) string": (text: string, pattern: string) => findAll(text, pattern, 1n)[0] ?? "",
  "string::findAll(string) list(string)": (text: string, pattern: string) => findAll(text, pattern, -1n),
  "string::findAll(string, int) list(string)": (text: string, pattern: string, limit: bigint) =>
    findAll(text, pattern, limit),
};

function regex(pattern: string) {
  const expression = compilePattern(pattern);
  if (expression instanceof Error) throw new CelError(expression.message);
  return expression;
}

function findAll(text: string, pattern: string, limit: bigint): string[] {
  const found: string[] = [];
  const matcher = regex(pattern).matcher(text);
  while ((limit < 0n || BigInt(found.length) < limit) && matcher.find()) found.push(matcher.group() ?? "");
  return found;
}

function points(text: string): string[] {
  return Array.from(text);
}

function charAt(characters: readonly string[], index: bigint): string {
  if (index < 0n || index > BigInt(characters.length)) throw new CelError(`index out of range: ${index}`);
  return characters[Number(index)] ?? "";
}

function indexOf(text: string, part: string, from: bigint): bigint {
  const [characters, wanted] = [points(text), points(part)];
  if (from < 0n || from > BigInt(characters.length)) throw new CelError(`index out of range: ${from}`);
  for (let at = Number(from); at + wanted.length <= characters.length; at++) {
    if (wanted.every((character, i) => characters[at + i] === character)) return BigInt(at);
  }
  return -1n;
}

function lastIndexOf(text: string, part: string, from: bigint | undefined): bigint {
  const [characters, wanted] = [points(text), points(part)];
  if (from !== undefined && (from < 0n || from > BigInt(characters.length)))
    throw new CelError(`index out of range: ${from}`);
  const last = characters.length - wanted.length;
  for (let at = from === undefined ? last : Math.min(Number(from), last); at >= 0; at--) {
    if (wanted.every((character, i) => characters[at + i] === character)) return BigInt(at);
  }
  return -1n;
}

function joined(parts: readonly string[], separator: string): string {
  if (!parts.every((part) => typeof part === "string")) throw new CelError("no such overload");
  return parts.join(separator);
}

function replace(text: string, old: string, by: string, limit: bigint): string {
  const places = old === "" ? text.length + 1 : text.length / old.length;
  if (places * by.length > MAX_TEXT_LENGTH) throw new CelCostError("operation cancelled: actual cost limit exceeded");
  if (limit < 0n)
    return old === "" ? [by, ...points(text).flatMap((each) => [each, by])].join("") : text.replaceAll(old, by);
  return limit === 0n ? text : split(text, old, limit + 1n).join(by);
}

function split(text: string, separator: string, limit: bigint): string[] {
  if (limit === 0n) return [];
  const pieces = separator === "" ? points(text) : text.split(separator);
  if (limit < 0n || BigInt(pieces.length) <= limit) return pieces;
  const kept = Number(limit) - 1;
  return [...pieces.slice(0, kept), pieces.slice(kept).join(separator)];
}

function substring(characters: readonly string[], start: bigint, end: bigint | undefined): string {
  const length = BigInt(characters.length);
  const stop = end ?? length;
  if (start < 0n || start > length) throw new CelError(`index out of range: ${start}`);
  if (stop < 0n || stop > length) throw new CelError(`index out of range: ${stop}`);
  if (start > stop) throw new CelError(`invalid substring range. start: ${start}, end: ${stop}`);
  return characters.slice(Number(start), Number(stop)).join("");
}
