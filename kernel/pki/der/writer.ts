import { concatBytes, decodeHex, encodeUtf8 } from "@tegata/bytes";
import { derError } from "./der-error.ts";
import { encodeOid } from "./oid.ts";
import { TAG } from "./tags.ts";
import { encodeTime } from "./time.ts";

/** One value: identifier, minimal length, and the parts of its content one after the other. */
export function der(tag: number, ...parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  let length = 0;
  for (const part of parts) length += part.length;
  const lengthOctets = length < 0x80 ? 0 : length < 0x100 ? 1 : length < 0x10000 ? 2 : length < 0x1000000 ? 3 : 4;
  const encoded = new Uint8Array(2 + lengthOctets + length);
  encoded[0] = tag;
  encoded[1] = lengthOctets === 0 ? length : 0x80 | lengthOctets;
  for (let i = 0; i < lengthOctets; i++) encoded[2 + i] = (length >>> (8 * (lengthOctets - 1 - i))) & 0xff;
  let at = 2 + lengthOctets;
  for (const part of parts) {
    encoded.set(part, at);
    at += part.length;
  }
  return encoded;
}

/** SEQUENCE. */
export function derSequence(...parts: readonly Uint8Array[]): Uint8Array {
  return der(TAG.sequence, ...parts);
}

/** SET OF: the elements are put in the order of their encodings. X.690 §11.6 */
export function derSetOf(elements: readonly Uint8Array[]): Uint8Array {
  return der(TAG.set, ...elements.toSorted(compareBytes));
}

/** INTEGER in the least octets. */
export function derInteger(value: bigint | number): Uint8Array {
  return der(TAG.integer, integerContent(BigInt(value)));
}

/** OBJECT IDENTIFIER, from dotted decimal. @throws TegataError `DER_INVALID` */
export function derOid(dotted: string): Uint8Array {
  return der(TAG.objectIdentifier, encodeOid(dotted));
}

export function derBoolean(value: boolean): Uint8Array {
  return der(TAG.boolean, Uint8Array.of(value ? 0xff : 0));
}

export function derNull(): Uint8Array {
  return der(TAG.null);
}

export function derOctetString(bytes: Uint8Array): Uint8Array {
  return der(TAG.octetString, bytes);
}

/** BIT STRING of whole octets. */
export function derBitString(bytes: Uint8Array): Uint8Array {
  return der(TAG.bitString, Uint8Array.of(0), bytes);
}

/** BIT STRING of named bits, bit 0 first, without trailing zero bits. X.690 §11.2.2 */
export function derNamedBits(bits: readonly number[]): Uint8Array {
  const highest = Math.max(-1, ...bits);
  const bytes = new Uint8Array(Math.ceil((highest + 1) / 8));
  for (const bit of bits) bytes[bit >> 3] = (bytes[bit >> 3] ?? 0) | (0x80 >> (bit & 7));
  const unusedBits = bytes.length * 8 - (highest + 1);
  return der(TAG.bitString, Uint8Array.of(unusedBits), bytes);
}

/** UTF8String. */
export function derUtf8String(text: string): Uint8Array {
  return der(TAG.utf8String, encodeUtf8(text));
}

/** UTCTime or GeneralizedTime, as the year demands. @throws TegataError `DER_INVALID` for years outside 0 to 9999. */
export function derTime(time: Date): Uint8Array {
  const { tag, content } = encodeTime(time);
  return der(tag, content);
}

/** Content octets of an INTEGER. */
export function integerContent(value: bigint): Uint8Array {
  if (value < 0n) throw derError("negative integers are not written");
  const digits = value.toString(16);
  const magnitude = decodeHex(digits.length % 2 === 0 ? digits : `0${digits}`) ?? new Uint8Array();
  return (magnitude[0] ?? 0) >= 0x80 ? concatBytes(Uint8Array.of(0), magnitude) : magnitude;
}

/** Orders byte arrays as X.690 §11.6 does for encodings: by the first octet that differs, a prefix first. */
export function compareBytes(a: Uint8Array, b: Uint8Array): number {
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i++) {
    const difference = (a[i] ?? 0) - (b[i] ?? 0);
    if (difference !== 0) return difference;
  }
  return a.length - b.length;
}
