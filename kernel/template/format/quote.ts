import { decodeRune, encodeRune, RUNE_ERROR } from "../values/byte-string.ts";

const PRINTABLE = /^[\p{L}\p{M}\p{N}\p{P}\p{S} ]$/u;
const PLAIN_ASCII = /^[ !#-[\]-~]*$/;

const NAMED_ESCAPES = new Map([
  [7, "\\a"],
  [8, "\\b"],
  [12, "\\f"],
  [10, "\\n"],
  [13, "\\r"],
  [9, "\\t"],
  [11, "\\v"],
]);

/** Whether Go's `unicode.IsPrint` holds: letters, marks, numbers, punctuation, symbols, and the ASCII space. */
export function isPrintable(code: number): boolean {
  if (code < 0x7f) return code >= 0x20;
  return PRINTABLE.test(String.fromCodePoint(code));
}

/** Quotes as Go's `strconv.Quote`, or `strconv.QuoteToASCII` if `asciiOnly`. */
export function quote(byteString: string, asciiOnly = false): string {
  if (PLAIN_ASCII.test(byteString)) return `"${byteString}"`;
  const pieces = ['"'];
  for (let at = 0; at < byteString.length; ) {
    const rune = decodeRune(byteString, at);
    pieces.push(rune.invalid ? hexEscape(byteString.charCodeAt(at)) : escapeRune(rune.code, '"', asciiOnly));
    at += rune.size;
  }
  pieces.push('"');
  return pieces.join("");
}

/** Quotes as Go's `strconv.QuoteRune`. */
export function quoteRune(code: number, asciiOnly = false): string {
  return `'${escapeRune(code, "'", asciiOnly)}'`;
}

function escapeRune(code: number, quoteMark: string, asciiOnly: boolean): string {
  const character = encodeRune(code);
  if (character === quoteMark || character === "\\") return `\\${character}`;
  if (asciiOnly ? code < 0x80 && isPrintable(code) : isPrintable(code)) return character;
  const named = NAMED_ESCAPES.get(code);
  if (named !== undefined) return named;
  if (code < 0x20 || code === 0x7f) return hexEscape(code);
  const valid = code <= 0x10ffff && !(code >= 0xd800 && code <= 0xdfff) ? code : RUNE_ERROR;
  const digits = valid.toString(16);
  return valid < 0x10000 ? `\\u${digits.padStart(4, "0")}` : `\\U${digits.padStart(8, "0")}`;
}

function hexEscape(byte: number): string {
  return `\\x${byte.toString(16).padStart(2, "0")}`;
}
