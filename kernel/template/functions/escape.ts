import { isPrintable } from "../format/quote.ts";
import { runesOf } from "../values/byte-string.ts";

const HTML: Readonly<Record<string, string>> = {
  "\0": "\u00ef\u00bf\u00bd", // U+FFFD as a byte string
  '"': "&#34;",
  "'": "&#39;",
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
};

/** Go's `template.HTMLEscapeString`. */
export function escapeHtml(text: string): string {
  return text.replace(/[\0"'&<>]/g, (char) => HTML[char] ?? char);
}

/** Go's `template.JSEscapeString`. */
export function escapeJavaScript(text: string): string {
  const pieces: string[] = [];
  let at = 0;
  for (const { code, size } of runesOf(text)) {
    pieces.push(escapeJavaScriptRune(code, text.slice(at, at + size)));
    at += size;
  }
  return pieces.join("");
}

function escapeJavaScriptRune(code: number, bytes: string): string {
  if (bytes === "\\" || bytes === "'" || bytes === '"') return `\\${bytes}`;
  const isSpecial = code < 0x20 || "<>&=".includes(bytes);
  if (!isSpecial && (code < 0x80 || isPrintable(code))) return bytes;
  return `\\u${code.toString(16).toUpperCase().padStart(4, "0")}`;
}

/** Go's `url.QueryEscape`. */
export function escapeUrlQuery(text: string): string {
  return text.replace(/[^A-Za-z0-9\-_.~]/g, (char) => (char === " " ? "+" : percentEncode(char)));
}

/** @returns one byte as `%XX`. */
export function percentEncode(byte: string): string {
  return `%${byte.charCodeAt(0).toString(16).toUpperCase().padStart(2, "0")}`;
}
