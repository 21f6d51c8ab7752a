// A Go string is a sequence of bytes, usually UTF-8. Here it is a JavaScript string of which each unit is one byte
// (0 to 255), a "byte string". So length, slices, order, search and joining are Go's, binary secrets pass unharmed, and V8
// stores it at one byte per unit. Whatever needs characters (upper, %q, widths) decodes runes explicitly.
import { decodeUtf8, encodeUtf8 } from "@tegata/bytes";

/** The replacement character, which Go yields for bytes that are not UTF-8. */
export const RUNE_ERROR = 0xfffd;

const ASCII_ONLY = /^\p{ASCII}*$/u;
const CHUNK = 8192;

/** Whether all bytes are ASCII, so that the byte string is its own text. */
export function isAscii(byteString: string): boolean {
  return ASCII_ONLY.test(byteString);
}

/** @returns the byte string of a text: its UTF-8 encoding. */
export function byteStringOfText(text: string): string {
  return ASCII_ONLY.test(text) ? text : byteStringOfBytes(encodeUtf8(text));
}

/** @returns the byte string that holds these bytes. */
export function byteStringOfBytes(bytes: Uint8Array): string {
  if (bytes.length <= CHUNK) return String.fromCharCode(...bytes);
  const pieces: string[] = [];
  for (let at = 0; at < bytes.length; at += CHUNK) {
    pieces.push(String.fromCharCode(...bytes.subarray(at, at + CHUNK)));
  }
  return pieces.join("");
}

/** @returns the bytes of a byte string. */
export function bytesOf(byteString: string): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(byteString.length);
  for (let at = 0; at < byteString.length; at++) bytes[at] = byteString.charCodeAt(at);
  return bytes;
}

/** @returns the text that a byte string encodes; bytes that are not UTF-8 become U+FFFD. */
export function textOf(byteString: string): string {
  return ASCII_ONLY.test(byteString) ? byteString : decodeUtf8(bytesOf(byteString));
}

/** One decoded character: its code point, and how many bytes it took. */
export interface Rune {
  readonly code: number;
  readonly size: number;
  /** Whether the bytes were not UTF-8: then `code` is {@link RUNE_ERROR} and `size` is 1. */
  readonly invalid: boolean;
}

const INVALID: Rune = { code: RUNE_ERROR, size: 1, invalid: true };
/** Made once: most text is ASCII, and is read rune by rune. */
const ASCII_RUNES: readonly Rune[] = Array.from({ length: 0x80 }, (_, code) => ({ code, size: 1, invalid: false }));

/** Decodes the rune at a byte offset as Go's `utf8.DecodeRuneInString` does: one bad byte is one U+FFFD. */
export function decodeRune(byteString: string, at: number): Rune {
  const lead = byteString.charCodeAt(at);
  const ascii = ASCII_RUNES[lead];
  if (ascii !== undefined) return ascii;
  const size = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2;
  if (lead < 0xc2 || lead > 0xf4 || at + size > byteString.length) return INVALID;
  let code = lead & (0xff >> (size + 1));
  for (let i = 1; i < size; i++) {
    const byte = byteString.charCodeAt(at + i);
    if ((byte & 0xc0) !== 0x80) return INVALID;
    code = (code << 6) | (byte & 0x3f);
  }
  const overlong = (size === 3 && code < 0x800) || (size === 4 && (code < 0x10000 || code > 0x10ffff));
  const surrogate = code >= 0xd800 && code <= 0xdfff;
  return overlong || surrogate ? INVALID : { code, size, invalid: false };
}

/** @returns a rune's UTF-8 encoding as a byte string; a code that is no character becomes U+FFFD. */
export function encodeRune(code: number): string {
  if (code >= 0 && code < 0x80) return String.fromCharCode(code);
  const valid = code >= 0 && code <= 0x10ffff && !(code >= 0xd800 && code <= 0xdfff);
  return byteStringOfText(String.fromCodePoint(valid ? code : RUNE_ERROR));
}

/** @returns the runes of a byte string, in order. */
export function runesOf(byteString: string): Rune[] {
  const runes: Rune[] = [];
  for (let at = 0; at < byteString.length; ) {
    const rune = decodeRune(byteString, at);
    runes.push(rune);
    at += rune.size;
  }
  return runes;
}

/** @returns how many runes a byte string holds, as Go's `utf8.RuneCountInString`. */
export function countRunes(byteString: string): number {
  if (ASCII_ONLY.test(byteString)) return byteString.length;
  let count = 0;
  for (let at = 0; at < byteString.length; count++) at += decodeRune(byteString, at).size;
  return count;
}

/** @returns the code points of a byte string, in order; each byte that is not UTF-8 is one U+FFFD. */
export function codesOf(byteString: string): number[] {
  const text = textOf(byteString);
  // The platform's decoder may take several bad bytes for one.
  if (text.includes("\ufffd")) return runesOf(byteString).map(({ code }) => code);
  const codes: number[] = [];
  for (let at = 0; at < text.length; at++) {
    const code = text.codePointAt(at) ?? 0;
    codes.push(code);
    if (code > 0xffff) at++;
  }
  return codes;
}

/** @returns the byte string of these code points; what is no character becomes U+FFFD. */
export function byteStringOfCodes(codes: readonly number[]): string {
  const pieces: string[] = [];
  for (let at = 0; at < codes.length; at += CHUNK) pieces.push(String.fromCodePoint(...codes.slice(at, at + CHUNK)));
  return byteStringOfText(pieces.join(""));
}

/** Rewrites a byte string rune by rune. */
export function mapRunes(byteString: string, rewrite: (code: number) => number): string {
  return byteStringOfCodes(codesOf(byteString).map(rewrite));
}

/** @returns the last rune that ends at a byte offset above zero. */
export function decodeLastRune(byteString: string, end: number): Rune {
  for (let size = 1; size <= 4 && size <= end; size++) {
    const rune = decodeRune(byteString, end - size);
    if (rune.size === size && !rune.invalid) return rune;
  }
  return INVALID;
}
