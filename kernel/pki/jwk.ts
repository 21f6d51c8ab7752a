import { concatBytes, decodeBase64Url, encodeBase64Url } from "@tegata/bytes";
import { decodeDer } from "./der/reader.ts";
import { derBitString, derInteger, derNull, derOid, derSequence, integerContent } from "./der/writer.ts";
import { unsignedInteger } from "./ecdsa-signature.ts";
import { CURVE_OID, KEY_OID } from "./x509/oids.ts";
import { structureError } from "./x509/pki-error.ts";
import { parsePublicKey, type PublicKey } from "./x509/public-key.ts";

/** The parameters of a public JSON Web Key that make the key. RFC 7518 §6.2, §6.3; RFC 8037 §2 */
export type PublicJwk =
  | { readonly kty: "EC"; readonly crv: EcCurve; readonly x: string; readonly y: string }
  | { readonly kty: "RSA"; readonly n: string; readonly e: string }
  | { readonly kty: "OKP"; readonly crv: "Ed25519"; readonly x: string };

type EcCurve = keyof typeof CURVE_OID;

const CURVES: Readonly<Record<number, EcCurve>> = { 256: "P-256", 384: "P-384", 521: "P-521" };
const FIELD_BYTES: Readonly<Record<EcCurve, number>> = { "P-256": 32, "P-384": 48, "P-521": 66 };

/** @throws TegataError `PUBLIC_KEY_INVALID` for keys of type `other` and compressed points. */
export function publicKeyJwk({ type, bits, keyBits }: PublicKey): PublicJwk {
  switch (type) {
    case "rsa":
      return decodeDer(keyBits, (reader) => {
        const numbers = reader.nested();
        const [n, e] = [numbers.integer(), numbers.integer()].map((number) => encodeBase64Url(magnitude(number)));
        numbers.end();
        return { kty: "RSA", n: n ?? "", e: e ?? "" };
      });
    case "ec": {
      const crv = CURVES[bits];
      if (crv === undefined || keyBits[0] !== 4) break;
      const [x, y] = [keyBits.subarray(1, 1 + FIELD_BYTES[crv]), keyBits.subarray(1 + FIELD_BYTES[crv])];
      return { kty: "EC", crv, x: encodeBase64Url(x), y: encodeBase64Url(y) };
    }
    case "ed25519":
      return { kty: "OKP", crv: "Ed25519", x: encodeBase64Url(keyBits) };
    default:
  }
  throw structureError("PUBLIC_KEY_INVALID", "there is no JSON Web Key for its kind");
}

/**
 * Reads the key of a JWK; other parameters (`kid`, `use`, ...) are the caller's.
 *
 * @param jwk - parsed JSON of any shape.
 * @throws TegataError `PUBLIC_KEY_INVALID`
 */
export function parseJwk(jwk: Readonly<Record<string, unknown>>): PublicKey {
  return parsePublicKey(spkiOf(jwk));
}

function spkiOf(jwk: Readonly<Record<string, unknown>>): Uint8Array {
  const { kty, crv } = jwk;
  if (kty === "RSA") {
    const key = derSequence(
      derInteger(unsignedInteger(member(jwk, "n"))),
      derInteger(unsignedInteger(member(jwk, "e"))),
    );
    return derSequence(derSequence(derOid(KEY_OID.rsa), derNull()), derBitString(key));
  }
  if (kty === "EC" && typeof crv === "string" && isCurve(crv)) {
    const [x, y] = [member(jwk, "x"), member(jwk, "y")];
    if (x.length !== FIELD_BYTES[crv] || y.length !== FIELD_BYTES[crv])
      throw structureError("PUBLIC_KEY_INVALID", "a coordinate has the wrong length");
    const algorithm = derSequence(derOid(KEY_OID.ec), derOid(CURVE_OID[crv]));
    return derSequence(algorithm, derBitString(concatBytes(Uint8Array.of(4), x, y)));
  }
  if (kty === "OKP" && crv === "Ed25519")
    return derSequence(derSequence(derOid(KEY_OID.ed25519)), derBitString(member(jwk, "x")));
  throw structureError("PUBLIC_KEY_INVALID", "the JSON Web Key has an unknown type or curve");
}

/** Longest parameter that is read, in characters: a modulus of 16384 bits. */
const MAX_PARAMETER_LENGTH = 2732;

function member(jwk: Readonly<Record<string, unknown>>, name: string): Uint8Array {
  const value = jwk[name];
  const bytes = typeof value === "string" && value.length <= MAX_PARAMETER_LENGTH ? decodeBase64Url(value) : undefined;
  if (bytes === undefined || bytes.length === 0)
    throw structureError("PUBLIC_KEY_INVALID", `"${name}" of the JSON Web Key is not base64url`);
  return bytes;
}

function isCurve(name: string): name is EcCurve {
  return Object.hasOwn(CURVE_OID, name);
}

function magnitude(value: bigint): Uint8Array {
  const content = integerContent(value);
  return content[0] === 0 && content.length > 1 ? content.subarray(1) : content;
}
