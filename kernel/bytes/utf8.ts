const ENCODER = new TextEncoder();
const LENIENT = new TextDecoder("utf-8", { ignoreBOM: true });
const STRICT = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** Encodes text as UTF-8. */
export function encodeUtf8(text: string): Uint8Array<ArrayBuffer> {
  return ENCODER.encode(text);
}

/** Decodes UTF-8; bytes that are not UTF-8 become U+FFFD, as in Go's conversion of a string for printing. */
export function decodeUtf8(bytes: Uint8Array): string {
  return LENIENT.decode(bytes);
}

/** Decodes UTF-8. @returns `undefined` if the bytes are not valid UTF-8. */
export function tryDecodeUtf8(bytes: Uint8Array): string | undefined {
  try {
    return STRICT.decode(bytes);
  } catch {
    return undefined;
  }
}
