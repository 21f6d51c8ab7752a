import { decodeRune, encodeRune } from "../values/byte-string.ts";

const SIMPLE_ESCAPES: Readonly<Record<string, string>> = {
  a: "\x07",
  b: "\b",
  f: "\f",
  n: "\n",
  r: "\r",
  t: "\t",
  v: "\v",
  "\\": "\\",
};

const ESCAPE = /\\(?:([abfnrtv\\'"])|([0-3][0-7]{2})|x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8}))/y;

/**
 * Takes the quotes and escapes off a Go string literal, interpreted or raw.
 *
 * @returns the byte string, or `undefined` if it is not a literal, as Go's `strconv.Unquote`.
 */
export function unquoteString(literal: string): string | undefined {
  const body = literal.slice(1, -1);
  if (literal.startsWith("`")) return body.replaceAll("\r", "");
  if (!body.includes("\\")) return body;
  const pieces: string[] = [];
  for (let at = 0; at < body.length; ) {
    const next = body.indexOf("\\", at);
    const end = next === -1 ? body.length : next;
    pieces.push(body.slice(at, end));
    if (next === -1) break;
    const escape = readEscape(body, end, '"');
    if (escape === undefined) return undefined;
    pieces.push(escape.isByte ? String.fromCharCode(escape.code) : encodeRune(escape.code));
    at = escape.end;
  }
  return pieces.join("");
}

/** @returns the code point of a Go character literal such as `'a'` or `'\n'`, or `undefined` if it is malformed. */
export function unquoteCharacter(literal: string): number | undefined {
  const body = literal.slice(1, -1);
  if (body === "") return undefined;
  if (!body.startsWith("\\")) {
    const rune = decodeRune(body, 0);
    return rune.size === body.length && body !== "'" ? rune.code : undefined;
  }
  const escape = readEscape(body, 0, "'");
  return escape !== undefined && escape.end === body.length ? escape.code : undefined;
}

interface Escape {
  readonly code: number;
  /** Whether it stands for one byte (`\xff`, `\377`) rather than for a character. */
  readonly isByte: boolean;
  readonly end: number;
}

function readEscape(body: string, at: number, quoteMark: string): Escape | undefined {
  ESCAPE.lastIndex = at;
  const match = ESCAPE.exec(body);
  if (match === null) return undefined;
  const [text, simple, octal, hex, short, long] = match;
  const end = at + text.length;
  if (simple !== undefined) {
    const plain = SIMPLE_ESCAPES[simple] ?? (simple === quoteMark ? simple : undefined);
    return plain === undefined ? undefined : { code: plain.charCodeAt(0), isByte: true, end };
  }
  if (octal !== undefined) return { code: Number.parseInt(octal, 8), isByte: true, end };
  if (hex !== undefined) return { code: Number.parseInt(hex, 16), isByte: true, end };
  const code = Number.parseInt(short ?? long ?? "", 16);
  const valid = code <= 0x10ffff && !(code >= 0xd800 && code <= 0xdfff);
  return valid ? { code, isByte: false, end } : undefined;
}
