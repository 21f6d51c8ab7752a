import type { JsonValue } from "../objects.ts";

const SHORT_ESCAPES: Readonly<Record<string, string>> = {
  "\u0007": "\\a",
  "\b": "\\b",
  "\f": "\\f",
  "\n": "\\n",
  "\r": "\\r",
  "\t": "\\t",
  "\v": "\\v",
  '"': '\\"',
  "\\": "\\\\",
};
// What Go does not print as itself: quotes, backslashes, and what is neither a letter, mark, number, punctuation, symbol nor a space.
const UNPRINTABLE = /["\\]|[^\p{L}\p{M}\p{N}\p{P}\p{S} ]/gu;

/** Quotes as Go's `strconv.Quote` does: the texts of validation errors quote this way. */
export function quoteGo(text: string): string {
  return `"${text.replace(UNPRINTABLE, escapeGo)}"`;
}

function escapeGo(character: string): string {
  const short = SHORT_ESCAPES[character];
  if (short !== undefined) return short;
  const code = character.codePointAt(0) ?? 0;
  if (code < 0x80) return `\\x${code.toString(16).padStart(2, "0")}`;
  if (code >= 0xd800 && code <= 0xdfff) return "\ufffd";
  return code < 0x10000 ? `\\u${code.toString(16).padStart(4, "0")}` : `\\U${code.toString(16).padStart(8, "0")}`;
}

/** Prints a number as Go's `%v` does for an int64 (if it is whole) or a float64. */
export function formatGoNumber(value: number): string {
  if (Number.isInteger(value) && Math.abs(value) < 1e21) return BigInt(value).toString();
  const magnitude = Math.abs(value);
  if (magnitude < 1e-4 || magnitude >= 1e21) {
    const [mantissa = "", exponent = ""] = value.toExponential().split("e");
    return `${mantissa}e${exponent.slice(0, 1)}${exponent.slice(1).padStart(2, "0")}`;
  }
  return String(value);
}

/**
 * Prints a value as `field.Error` prints the bad value of a validation error: text quoted, numbers and booleans plain,
 * everything else as JSON with sorted keys.
 */
export function formatBadValue(value: JsonValue): string {
  if (typeof value === "string") return quoteGo(value);
  if (typeof value === "number") return formatGoNumber(value);
  return formatGoJson(value);
}

/** How deep {@link formatGoJson} looks; deeper values print as `null`. */
const PRINTED_DEPTH = 64;

/**
 * Prints JSON as Go's `encoding/json` does: keys sorted, no spaces, `<`, `>` and `&` escaped. Also serves as a canonical
 * form for comparing.
 */
export function formatGoJson(value: JsonValue, depth = 0): string {
  if (typeof value === "string") return quoteJson(value);
  if (typeof value === "number") return formatGoNumber(value);
  if (value === null || typeof value === "boolean") return String(value);
  if (depth > PRINTED_DEPTH) return "null";
  if (Array.isArray(value)) return `[${value.map((item) => formatGoJson(item, depth + 1)).join(",")}]`;
  const members = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${members.map(([key, member]) => `${quoteJson(key)}:${formatGoJson(member, depth + 1)}`).join(",")}}`;
}

function quoteJson(text: string): string {
  return JSON.stringify(text).replace(
    /[<>&\u2028\u2029]/g,
    (each) => `\\u${each.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}
