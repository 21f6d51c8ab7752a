import { sha1 } from "@noble/hashes/legacy.js";
import { TegataError } from "@tegata/errors";
import { type DerReader, decodeDer } from "../der/reader.ts";
import { TAG } from "../der/tags.ts";
import type { PublicKeyAlgorithm } from "../signer.ts";
import { CURVE_OID, KEY_OID } from "./oids.ts";
import { readingStructure } from "./pki-error.ts";

/** A public key and what is known of it without using it. */
export interface PublicKey {
  /** SubjectPublicKeyInfo, DER. */
  readonly spki: Uint8Array;
  /** The BIT STRING's content: what key identifiers are made of. */
  readonly keyBits: Uint8Array;
  /** `other`: an algorithm or curve that Tegata does not use. */
  readonly type: "rsa" | "ec" | "ed25519" | "other";
  /** Size of the modulus or of the curve's field; 0 for `other`. */
  readonly bits: number;
  /** Public exponent of an RSA key. */
  readonly exponent?: bigint;
}

/** Smallest RSA modulus that is accepted. CA/Browser Forum BR 6.1.5 */
export const MIN_RSA_BITS = 2048;
/** Largest RSA modulus that is accepted: verification time grows with its square, and strangers send keys. */
export const MAX_RSA_BITS = 8192;

/**
 * Reads a SubjectPublicKeyInfo. Keys of other algorithms are read, too, as `other`: a bundle may hold them.
 *
 * @throws TegataError `PUBLIC_KEY_INVALID`
 */
export function parsePublicKey(spki: Uint8Array): PublicKey {
  return readingStructure("PUBLIC_KEY_INVALID", () => decodeDer(spki, readPublicKey));
}

/** Reads a SubjectPublicKeyInfo. @throws TegataError `DER_INVALID` */
export function readPublicKey(reader: DerReader): PublicKey {
  const element = reader.element(TAG.sequence);
  const fields = reader.into(element);
  const algorithm = fields.nested();
  const oid = algorithm.oid();
  const parameters = algorithm.atEnd ? undefined : algorithm.any();
  algorithm.end();
  const keyBits = fields.wholeBitString();
  fields.end();
  const key = { spki: element.encoded, keyBits };
  if (oid === KEY_OID.rsa && parameters?.tag === TAG.null) return { ...key, type: "rsa", ...rsaNumbers(keyBits) };
  // RFC 5480 §2.1.1: explicit curve parameters must not be used; with them the key is one of `other`.
  if (oid === KEY_OID.ec && parameters?.tag === TAG.objectIdentifier) {
    const curve = decodeDer(parameters.encoded, (reader) => reader.oid());
    const bits = FIELD_BITS.get(curve);
    if (bits !== undefined && isPoint(keyBits, bits)) return { ...key, type: "ec", bits };
  }
  if (oid === KEY_OID.ed25519 && parameters === undefined && keyBits.length === 32)
    return { ...key, type: "ed25519", bits: 256 };
  return { ...key, type: "other", bits: 0 };
}

const FIELD_BITS = new Map<string, number>([
  [CURVE_OID["P-256"], 256],
  [CURVE_OID["P-384"], 384],
  [CURVE_OID["P-521"], 521],
]);

/** Why a key is too weak, too large or of a kind not used here; `undefined` if it is none of these. */
export function weakKeyReason(key: PublicKey): string | undefined {
  if (key.type === "other") return "its algorithm or curve is not one of RSA, P-256, P-384, P-521 and Ed25519";
  if (key.type !== "rsa") return undefined;
  if (key.bits < MIN_RSA_BITS) return `RSA-${key.bits} is below ${MIN_RSA_BITS} bits`;
  if (key.bits > MAX_RSA_BITS) return `RSA-${key.bits} is above ${MAX_RSA_BITS} bits`;
  const exponent = key.exponent ?? 0n;
  if (exponent < 3n || exponent % 2n === 0n || exponent >= 2n ** 32n) return `its RSA exponent ${exponent} is unusable`;
  return undefined;
}

/** @throws TegataError `PUBLIC_KEY_WEAK` if {@link weakKeyReason} has a reason. */
export function checkPublicKey(key: PublicKey): void {
  const reason = weakKeyReason(key);
  if (reason === undefined) return;
  throw new TegataError({
    kind: "invalid-input",
    code: "PUBLIC_KEY_WEAK",
    message: `the public key is not accepted: ${reason}`,
    remedy: `Use P-256, P-384, Ed25519, or RSA of ${MIN_RSA_BITS} to ${MAX_RSA_BITS} bits.`,
  });
}

/** The algorithm of a {@link Signer} with this key; `undefined` if no signer has such keys. */
export function publicKeyAlgorithm(key: PublicKey): PublicKeyAlgorithm | undefined {
  switch (`${key.type}-${key.bits}`) {
    case "rsa-2048":
      return "rsa-2048";
    case "rsa-4096":
      return "rsa-4096";
    case "ec-256":
      return "ec-p256";
    case "ec-384":
      return "ec-p384";
    case "ed25519-256":
      return "ed25519";
    default:
      return undefined;
  }
}

/** Subject key identifier: SHA-1 of the key's bits, 20 bytes. RFC 5280 §4.2.1.2, method 1 */
export function subjectKeyId(key: PublicKey): Uint8Array {
  return sha1(key.keyBits);
}

function rsaNumbers(keyBits: Uint8Array): { bits: number; exponent: bigint } {
  return decodeDer(keyBits, (reader) => {
    const numbers = reader.nested();
    const modulus = numbers.integer();
    const exponent = numbers.integer();
    numbers.end();
    return { bits: modulus <= 0n ? 0 : modulus.toString(2).length, exponent };
  });
}

/** Uncompressed or compressed point of the right length. RFC 5480 §2.2 */
function isPoint(bytes: Uint8Array, fieldBits: number): boolean {
  const fieldBytes = Math.ceil(fieldBits / 8);
  const form = bytes[0];
  return (
    (form === 4 && bytes.length === 1 + 2 * fieldBytes) ||
    ((form === 2 || form === 3) && bytes.length === 1 + fieldBytes)
  );
}
