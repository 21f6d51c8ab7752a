import type { JsonValue } from "../objects.ts";
import { formatGoJson, formatGoNumber, quoteGo } from "../schema/go-text.ts";

// Kubernetes prints a wrong value with Go's own formats, and clients see them; hence these three.

// What Go's encoder escapes and JSON.stringify does not, and the two escapes that it writes otherwise.
const ESCAPED_OTHERWISE = /[<>&\u2028\u2029]|(?<=(?<!\\)(?:\\\\)*)\\[bf]/g;

/** JSON to the byte as Go's `encoding/json` writes it: sorted members, no spaces, fit for HTML. */
export function encodeGoJson(value: JsonValue): string {
  return formatGoJson(value).replace(ESCAPED_OTHERWISE, (text) => {
    const code = text === "\\b" ? 8 : text === "\\f" ? 12 : text.charCodeAt(0);
    return `\\u${code.toString(16).padStart(4, "0")}`;
  });
}

/** Go's `%v` of decoded JSON, e.g. `map[a:1 b:[x <nil>]]`. */
export function formatGoValue(value: JsonValue): string {
  if (value === null) return "<nil>";
  if (typeof value === "number") return formatGoNumber(value);
  if (typeof value !== "object") return String(value);
  if (Array.isArray(value)) return `[${value.map(formatGoValue).join(" ")}]`;
  const members = Object.keys(value).sort();
  return `map[${members.map((name) => `${name}:${formatGoValue(value[name] ?? null)}`).join(" ")}]`;
}

/** Go's `%#v` of decoded JSON, e.g. `map[string]interface {}{"a":1}`. */
export function formatGoSyntax(value: JsonValue): string {
  if (value === null) return "interface {}(nil)";
  if (typeof value === "string") return quoteGo(value);
  if (typeof value !== "object") return formatGoValue(value);
  if (Array.isArray(value)) return `[]interface {}{${value.map(formatGoSyntax).join(", ")}}`;
  const members = Object.keys(value).sort();
  const texts = members.map((name) => `${quoteGo(name)}:${formatGoSyntax(value[name] ?? null)}`);
  return `map[string]interface {}{${texts.join(", ")}}`;
}

/** Go's `%T` of decoded JSON. */
export function goTypeOf(value: JsonValue): string {
  if (value === null) return "<nil>";
  if (Array.isArray(value)) return "[]interface {}";
  if (typeof value === "object") return "map[string]interface {}";
  if (typeof value === "number") return Number.isInteger(value) ? "int64" : "float64";
  return typeof value === "boolean" ? "bool" : "string";
}
