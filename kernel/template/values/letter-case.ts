// Go maps letters one to one; JavaScript maps "ß" to "SS". Where JavaScript yields several letters, Go's mapping is here.
import { isAscii, mapRunes } from "./byte-string.ts";

/** Titlecase of the letters that have one of their own: the digraphs such as U+01C6. */
const TITLES = new Map([
  [0x1c4, 0x1c5],
  [0x1c6, 0x1c5],
  [0x1c7, 0x1c8],
  [0x1c9, 0x1c8],
  [0x1ca, 0x1cb],
  [0x1cc, 0x1cb],
  [0x1f1, 0x1f2],
  [0x1f3, 0x1f2],
]);

/** Go's `unicode.ToUpper`. */
export function upperRune(code: number): number {
  const upper = String.fromCodePoint(code).toUpperCase();
  return onlyRuneOf(upper) ?? upperGreek(code);
}

/** Go's `unicode.ToLower`. */
export function lowerRune(code: number): number {
  if (code === 0x130) return 0x69;
  return onlyRuneOf(String.fromCodePoint(code).toLowerCase()) ?? code;
}

/** Go's `unicode.ToTitle`. */
export function titleRune(code: number): number {
  const title = TITLES.get(code);
  if (title !== undefined) return title;
  // Georgian has capitals for whole words only.
  if (code >= 0x10d0 && code <= 0x10ff) return code;
  return code >= 0x1c5 && code <= 0x1f2 && [...TITLES.values()].includes(code) ? code : upperRune(code);
}

/** Go's `strings.ToUpper`. */
export function upper(text: string): string {
  return isAscii(text) ? text.toUpperCase() : mapRunes(text, upperRune);
}

/** Go's `strings.ToLower`. */
export function lower(text: string): string {
  return isAscii(text) ? text.toLowerCase() : mapRunes(text, lowerRune);
}

/** Go's `unicode.IsUpper`. */
export function isUpper(code: number): boolean {
  return /\p{Lu}/u.test(String.fromCodePoint(code));
}

/** Go's `unicode.IsLower`. */
export function isLower(code: number): boolean {
  return /\p{Ll}/u.test(String.fromCodePoint(code));
}

/** Go's `unicode.IsLetter`. */
export function isLetter(code: number): boolean {
  return /\p{L}/u.test(String.fromCodePoint(code));
}

/** Go's `unicode.IsDigit`. */
export function isDigit(code: number): boolean {
  return /\p{Nd}/u.test(String.fromCodePoint(code));
}

/** Go's `unicode.IsSpace`. */
export function isSpace(code: number): boolean {
  if (code < 0x100) return (code >= 9 && code <= 13) || code === 0x20 || code === 0x85 || code === 0xa0;
  return /\p{Z}/u.test(String.fromCodePoint(code));
}

function onlyRuneOf(text: string): number | undefined {
  const code = text.codePointAt(0) ?? 0;
  return String.fromCodePoint(code) === text ? code : undefined;
}

/** Greek vowels with iota below: one letter in Go, two in JavaScript. */
function upperGreek(code: number): number {
  if (code >= 0x1f80 && code <= 0x1faf) return code | 8;
  return code === 0x1fb3 || code === 0x1fc3 || code === 0x1ff3 ? code + 9 : code;
}
