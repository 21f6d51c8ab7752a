const STANDARD = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
const URL_SAFE = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/** Encodes as standard base64 with padding. RFC 4648 §4. */
export function encodeBase64(bytes: Uint8Array): string {
  return encode(bytes, STANDARD, true);
}

/** Encodes as base64url without padding, as JOSE does. RFC 4648 §5. */
export function encodeBase64Url(bytes: Uint8Array): string {
  return encode(bytes, URL_SAFE, false);
}

/**
 * Decodes standard base64. Like Go's `StdEncoding`, it wants padding and passes over line breaks.
 *
 * @returns `undefined` if the text is not base64.
 */
export function decodeBase64(text: string): Uint8Array<ArrayBuffer> | undefined {
  const compact = text.replace(/[\r\n]/g, "");
  if (compact.length % 4 !== 0) return undefined;
  const body = compact.replace(/={1,2}$/, "");
  return decode(body, STANDARD);
}

/** Decodes base64url, with or without padding. @returns `undefined` if the text is not base64url. */
export function decodeBase64Url(text: string): Uint8Array<ArrayBuffer> | undefined {
  const compact = text.replace(/[\r\n]/g, "");
  const body = compact.replace(/={1,2}$/, "");
  if (body.length !== compact.length && compact.length % 4 !== 0) return undefined;
  return decode(body, URL_SAFE);
}

function encode(bytes: Uint8Array, alphabet: string, padded: boolean): string {
  // Pieces are joined rather than appended one by one: V8 keeps appended characters as a deep rope.
  const pieces: string[] = [];
  for (let i = 0; i < bytes.length; i += 3) {
    const [a = 0, b, c] = [bytes[i], bytes[i + 1], bytes[i + 2]];
    const word = (a << 16) | ((b ?? 0) << 8) | (c ?? 0);
    pieces.push(
      alphabet.charAt(word >> 18) + alphabet.charAt((word >> 12) & 63),
      b === undefined ? (padded ? "=" : "") : alphabet.charAt((word >> 6) & 63),
      c === undefined ? (padded ? "=" : "") : alphabet.charAt(word & 63),
    );
  }
  return pieces.join("");
}

const VALUES = new Map([STANDARD, URL_SAFE].map((alphabet) => [alphabet, valuesOf(alphabet)]));

function valuesOf(alphabet: string): Int8Array {
  const values = new Int8Array(128).fill(-1);
  for (let i = 0; i < alphabet.length; i++) values[alphabet.charCodeAt(i)] = i;
  return values;
}

function decode(body: string, alphabet: string): Uint8Array<ArrayBuffer> | undefined {
  if (body.length % 4 === 1) return undefined;
  const values = VALUES.get(alphabet) ?? valuesOf(alphabet);
  const bytes = new Uint8Array(Math.floor((body.length * 3) / 4));
  let word = 0;
  let at = 0;
  for (let i = 0; i < body.length; i++) {
    const code = body.charCodeAt(i);
    const value = code < 128 ? (values[code] ?? -1) : -1;
    if (value < 0) return undefined;
    word = ((word << 6) | value) & 0xffffff;
    if (i % 4 !== 0) bytes[at++] = (word >> (2 * (3 - (i % 4)))) & 255;
  }
  return bytes;
}
