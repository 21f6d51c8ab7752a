import { encodeHex } from "@tegata/bytes";
import { decodeBase64, decodeHex, encodeBase64 } from "@tegata/bytes";
import { sha1 } from "@noble/hashes/legacy.js";
import { sha256, sha512 } from "@noble/hashes/sha2.js";
import { isPrintable } from "../format/quote.ts";
import { byteStringOfBytes, bytesOf, encodeRune } from "../values/byte-string.ts";
import { decodeBase32, encodeBase32 } from "./base32.ts";
import { bytewise, define, type TemplateFunction } from "./define.ts";

const ADLER_MODULUS = 65521;

/** Encodings and checksums. What does not decode yields Go's error text, not a failure: sprig has it so. */
export const ENCODING_FUNCTIONS: Readonly<Record<string, TemplateFunction>> = bytewise({
  b64enc: define(["string"], (text) => encodeBase64(bytesOf(text))),
  b64dec: define(["string"], (text) => decoded(decodeBase64(text), () => base64Problem(text))),
  b32enc: define(["string"], (text) => encodeBase32(bytesOf(text))),
  b32dec: define(["string"], (text) => {
    const result = decodeBase32(text);
    return typeof result === "number" ? `illegal base32 data at input byte ${result}` : byteStringOfBytes(result);
  }),
  hexdec: define(["string"], (text) => decoded(decodeHex(text), () => hexProblem(text))),
  sha1sum: define(["string"], (text) => encodeHex(sha1(bytesOf(text)))),
  sha256sum: define(["string"], (text) => encodeHex(sha256(bytesOf(text)))),
  sha512sum: define(["string"], (text) => encodeHex(sha512(bytesOf(text)))),
  adler32sum: define(["string"], adler32),
});

function decoded(bytes: Uint8Array | undefined, problem: () => string): string {
  return bytes === undefined ? problem() : byteStringOfBytes(bytes);
}

/** @returns Go's message: the offset of the first byte that does not fit. */
function base64Problem(text: string): string {
  let digits = 0;
  for (let at = 0; at < text.length; at++) {
    const char = text.charAt(at);
    if (char === "\r" || char === "\n") continue;
    if (/[A-Za-z0-9+/]/.test(char)) {
      digits++;
      continue;
    }
    return `illegal base64 data at input byte ${char === "=" ? paddingProblem(text, at, digits % 4) : at}`;
  }
  return `illegal base64 data at input byte ${text.length - (digits % 4)}`;
}

/** @param at - of the first padding. @param digits - how many stand before it in its group of four. */
function paddingProblem(text: string, at: number, digits: number): number {
  if (digits < 2) return at;
  let next = at + 1;
  const skip = (): void => {
    while (text[next] === "\r" || text[next] === "\n") next++;
  };
  skip();
  if (digits === 2) {
    if (next === text.length) return text.length;
    if (text[next] !== "=") return next - 1;
    next++;
  }
  skip();
  return next;
}

function hexProblem(text: string): string {
  const bad = /[^0-9a-fA-F]/.exec(text)?.[0];
  if (bad === undefined) return "encoding/hex: odd length hex string";
  const code = bad.charCodeAt(0);
  const shown = isPrintable(code) ? ` '${encodeRune(code)}'` : "";
  return `encoding/hex: invalid byte: U+${code.toString(16).toUpperCase().padStart(4, "0")}${shown}`;
}

function adler32(text: string): string {
  let a = 1;
  let b = 0;
  for (let at = 0; at < text.length; at++) {
    a = (a + text.charCodeAt(at)) % ADLER_MODULUS;
    b = (b + a) % ADLER_MODULUS;
  }
  return (BigInt(b) * 65536n + BigInt(a)).toString();
}
