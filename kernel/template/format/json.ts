import type { BudgetMeter } from "../budget.ts";
import { CallError } from "../template-error.ts";
import { decodeRune, textOf } from "../values/byte-string.ts";
import { goValueOfParsed, type TemplateData } from "../values/input.ts";
import { GoComplex, GoMap, GoObject, GoSlice, type GoValue, SizedInteger } from "../values/value.ts";
import { formatFloat } from "./float.ts";
import { joinWithin } from "./print.ts";

/** How {@link encodeJson} writes. */
export interface JsonStyle {
  /** Whether `<`, `>` and `&` are escaped, as `encoding/json` does unless told otherwise. */
  readonly escapesHtml: boolean;
  /** Of each level; undefined for one line. */
  readonly indent?: string;
}

/**
 * Encodes as Go's `encoding/json`: keys sorted, nil slices as null.
 *
 * @throws CallError for what JSON cannot hold
 */
export function encodeJson(value: GoValue, style: JsonStyle, budget: BudgetMeter): string {
  return new JsonEncoder(style, budget).encode(value, "\n");
}

class JsonEncoder {
  readonly #style: JsonStyle;
  readonly #budget: BudgetMeter;

  constructor(style: JsonStyle, budget: BudgetMeter) {
    this.#style = style;
    this.#budget = budget;
  }

  encode(value: GoValue, newLine: string): string {
    this.#budget.spend(1);
    if (value === null) return "null";
    switch (typeof value) {
      case "string":
        this.#budget.spend(value.length / 4);
        return encodeJsonString(value, this.#style.escapesHtml);
      case "boolean":
      case "bigint":
        return String(value);
      case "number":
        return encodeJsonNumber(value);
      default:
        break;
    }
    if (value instanceof SizedInteger) return String(value.value);
    if (value instanceof GoComplex) throw new CallError("json: unsupported type: complex128");
    if (value instanceof GoObject) return this.encode(value.toJsonValue(), newLine);
    return this.#budget.nested(() => this.#encodeCollection(value, newLine));
  }

  #encodeCollection(value: GoSlice | GoMap, newLine: string): string {
    const inner = newLine + (this.#style.indent ?? "");
    if (value instanceof GoSlice) {
      if (value.isNil) return "null";
      const items = value.items.map((item) => this.encode(item, inner));
      return this.#wrap("[", items, "]", newLine);
    }
    const colon = this.#style.indent === undefined ? ":" : ": ";
    const entries = [...value.entries]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, item]) => encodeJsonString(key, this.#style.escapesHtml) + colon + this.encode(item, inner));
    return this.#wrap("{", entries, "}", newLine);
  }

  #wrap(open: string, items: readonly string[], close: string, newLine: string): string {
    if (items.length === 0) return open + close;
    if (this.#style.indent === undefined) return open + joinWithin(items, ",", this.#budget) + close;
    const inner = newLine + this.#style.indent;
    return open + inner + joinWithin(items, `,${inner}`, this.#budget) + newLine + close;
  }
}

/** Formats a float as `encoding/json` does. @throws CallError for NaN and infinities */
export function encodeJsonNumber(value: number): string {
  if (!Number.isFinite(value)) throw new CallError("json: unsupported value: NaN or an infinity");
  const size = Math.abs(value);
  if (size === 0 || (size >= 1e-6 && size < 1e21)) return formatFloat(value, "f", -1);
  return formatFloat(value, "e", -1).replace(/e-0(\d)$/, "e-$1");
}

const SHORT_ESCAPES: Readonly<Record<string, string>> = {
  '"': '\\"',
  "\\": "\\\\",
  "\b": "\\b",
  "\f": "\\f",
  "\n": "\\n",
  "\r": "\\r",
  "\t": "\\t",
};

/** Encodes a byte string; what is not UTF-8 becomes U+FFFD. */
export function encodeJsonString(text: string, escapesHtml: boolean): string {
  const pieces = ['"'];
  let plainFrom = 0;
  for (let at = 0; at < text.length; ) {
    const rune = decodeRune(text, at);
    const escaped = rune.invalid ? "\\ufffd" : escapeOf(rune.code, escapesHtml);
    if (escaped !== undefined) {
      pieces.push(text.slice(plainFrom, at), escaped);
      plainFrom = at + rune.size;
    }
    at += rune.size;
  }
  pieces.push(text.slice(plainFrom), '"');
  return pieces.join("");
}

function escapeOf(code: number, escapesHtml: boolean): string | undefined {
  if (code === 0x2028 || code === 0x2029) return `\\u${code.toString(16)}`;
  if (code >= 0x80) return undefined;
  const char = String.fromCharCode(code);
  if (Object.hasOwn(SHORT_ESCAPES, char)) return SHORT_ESCAPES[char];
  return code < 0x20 || (escapesHtml && "<>&".includes(char)) ? `\\u${code.toString(16).padStart(4, "0")}` : undefined;
}

/**
 * Decodes as Go's `encoding/json` into an `interface{}`: numbers are `float64`, objects `map[string]interface {}`.
 *
 * @throws CallError if the text is not JSON
 */
export function decodeJson(text: string, budget: BudgetMeter): GoValue {
  // V8's own message would quote the text, which may be secret.
  checkDepth(text, budget);
  let parsed: TemplateData;
  try {
    parsed = JSON.parse(textOf(text)) as TemplateData;
  } catch {
    throw new CallError("the text is not valid JSON");
  }
  return checkNumbers(goValueOfParsed(parsed), budget);
}

/** Refuses what is nested too deeply before anything recurses into it. */
function checkDepth(text: string, budget: BudgetMeter): void {
  budget.string(text.length);
  let depth = 0;
  let inString = false;
  for (let at = 0; at < text.length; at++) {
    const char = text[at];
    if (inString) {
      if (char === "\\") at++;
      else if (char === '"') inString = false;
    } else if (char === '"') inString = true;
    else if (char === "[" || char === "{") budget.checkDepth(++depth);
    else if (char === "]" || char === "}") depth--;
  }
}

/** Refuses the infinities that `JSON.parse` makes of numbers which Go finds out of range. */
function checkNumbers(value: GoValue, budget: BudgetMeter): GoValue {
  budget.spend(1);
  if (value === Number.POSITIVE_INFINITY || value === Number.NEGATIVE_INFINITY) {
    throw new CallError("a number in the JSON is too large");
  }
  if (value instanceof GoSlice) for (const item of value.items) checkNumbers(item, budget);
  if (value instanceof GoMap) for (const item of value.entries.values()) checkNumbers(item, budget);
  return value;
}
