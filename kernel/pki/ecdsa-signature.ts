import { concatBytes } from "@tegata/bytes";
import { decodeDer } from "./der/reader.ts";
import { derInteger, derSequence } from "./der/writer.ts";

/**
 * Turns a DER `Ecdsa-Sig-Value` into the two numbers side by side, as JOSE has them. RFC 7518 §3.4
 *
 * @param fieldBytes - 32 for P-256, 48 for P-384.
 * @throws TegataError `DER_INVALID`
 */
export function ecdsaSignatureToRaw(signatureDer: Uint8Array, fieldBytes: number): Uint8Array {
  return decodeDer(signatureDer, (reader) => {
    const numbers = reader.nested();
    const raw = concatBytes(fixedBytes(numbers.integer(), fieldBytes), fixedBytes(numbers.integer(), fieldBytes));
    numbers.end();
    return raw;
  });
}

/** The inverse of {@link ecdsaSignatureToRaw}. @returns `undefined` if the length is not that of two such numbers. */
export function ecdsaSignatureFromRaw(raw: Uint8Array, fieldBytes: number): Uint8Array | undefined {
  if (raw.length !== 2 * fieldBytes) return undefined;
  return derSequence(
    derInteger(unsignedInteger(raw.subarray(0, fieldBytes))),
    derInteger(unsignedInteger(raw.subarray(fieldBytes))),
  );
}

/** A number as big-endian octets of a fixed count; the count must suffice. */
function fixedBytes(value: bigint, count: number): Uint8Array {
  const bytes = new Uint8Array(count);
  let rest = value;
  for (let i = count - 1; i >= 0; i--) {
    bytes[i] = Number(rest & 0xffn);
    rest >>= 8n;
  }
  return bytes;
}

/** Reads big-endian octets as a number. */
export function unsignedInteger(bytes: Uint8Array): bigint {
  let value = 0n;
  for (const byte of bytes) value = (value << 8n) | BigInt(byte);
  return value;
}
