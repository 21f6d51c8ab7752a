import { decodeBase64Url, encodeBase64Url, encodeUtf8, tryDecodeUtf8 } from "@tegata/bytes";
import {
  ecdsaSignatureFromRaw,
  ecdsaSignatureToRaw,
  type PublicKey,
  type PublicKeyAlgorithm,
  type SignatureAlgorithm,
  type Signer,
  type Verifier,
  weakKeyReason,
} from "@tegata/pki";
import { invalidJwt } from "./jwt-error.ts";
import { quoted } from "./quoted.ts";

/** Longest token that is read, in characters: what HTTP servers take as a header. */
export const MAX_TOKEN_LENGTH = 16 * 1024;

/** The schemes that JWT-SVIDs may be signed in, and the keys that they need. JWT-SVID §2.1; RFC 7518 §3.1 */
const SCHEMES = {
  RS256: { signature: "rsa-sha256", type: "rsa" },
  RS384: { signature: "rsa-sha384", type: "rsa" },
  RS512: { signature: "rsa-sha512", type: "rsa" },
  ES256: { signature: "ecdsa-sha256", type: "ec", bits: 256 },
  ES384: { signature: "ecdsa-sha384", type: "ec", bits: 384 },
  ES512: { signature: "ecdsa-sha512", type: "ec", bits: 521 },
  PS256: { signature: "rsa-pss-sha256", type: "rsa" },
  PS384: { signature: "rsa-pss-sha384", type: "rsa" },
  PS512: { signature: "rsa-pss-sha512", type: "rsa" },
} as const satisfies Readonly<Record<string, Scheme>>;

interface Scheme {
  readonly signature: SignatureAlgorithm;
  readonly type: PublicKey["type"];
  /** Absent: any size that is not weak. */
  readonly bits?: number;
}

/** `alg` of a JWT-SVID. */
export type JwsAlgorithm = keyof typeof SCHEMES;

const SIGNED_BY: Readonly<Record<PublicKeyAlgorithm, JwsAlgorithm | undefined>> = {
  "rsa-2048": "RS256",
  "rsa-4096": "RS256",
  "ec-p256": "ES256",
  "ec-p384": "ES384",
  ed25519: undefined,
};

/** A JSON object as it was parsed. */
export type JsonClaims = Readonly<Record<string, unknown>>;

/** A JWS in compact form, parsed, not verified. */
export interface Jws {
  readonly header: JsonClaims & { readonly alg: JwsAlgorithm };
  readonly payload: Uint8Array;
  /** What the signature is over. */
  readonly signingInput: Uint8Array;
  /** As RFC 7518 §3 encodes it. */
  readonly signature: Uint8Array;
}

/** Exactly the alphabet of base64url: no padding, no line breaks, which lax decoders pass over. */
const BASE64URL = /^[A-Za-z0-9_-]*$/;

/**
 * Parses a JWS in compact form. Its algorithm is one that JWT-SVIDs allow; `none` and the symmetric ones are not. Headers
 * that ask for extensions (`crit`, `b64`) are refused, and those that bring keys along (`jwk`, `jku`, `x5c`) mean nothing.
 *
 * @throws TegataError `JWT_SVID_INVALID`
 * @see RFC 7515 §3.1, §4.1, §5.2
 */
export function parseJws(token: string): Jws {
  if (token.length > MAX_TOKEN_LENGTH) throw invalidJwt(`it is longer than ${MAX_TOKEN_LENGTH} characters`);
  const parts = token.split(".");
  const [head = "", payload = "", signature = ""] = parts;
  if (parts.length !== 3) throw invalidJwt("it is not a JWS in compact form: it must have three parts");
  const header = parseObject(decodePart(head), "header");
  const { alg } = header;
  if (typeof alg !== "string" || !Object.hasOwn(SCHEMES, alg))
    throw invalidJwt(`its algorithm ${typeof alg === "string" ? quoted(alg) : "(none)"} is not allowed`);
  for (const name of ["crit", "b64"])
    if (Object.hasOwn(header, name)) throw invalidJwt(`its header has "${name}", which is not supported`);
  return {
    header: { ...header, alg: alg as JwsAlgorithm },
    payload: decodePart(payload),
    signingInput: encodeUtf8(`${head}.${payload}`),
    signature: decodePart(signature),
  };
}

/**
 * Whether a JWS is signed by a key. The key must be of the kind that the algorithm names, and not weak; else it is not.
 */
export function isSignedBy(jws: Jws, key: PublicKey, verifier: Verifier): boolean {
  const scheme: Scheme = SCHEMES[jws.header.alg];
  if (key.type !== scheme.type || weakKeyReason(key) !== undefined) return false;
  if (scheme.bits !== undefined && scheme.bits !== key.bits) return false;
  const signature =
    scheme.bits === undefined ? jws.signature : ecdsaSignatureFromRaw(jws.signature, Math.ceil(scheme.bits / 8));
  return (
    signature !== undefined &&
    verifier.verify({
      algorithm: scheme.signature,
      publicKeySpki: key.spki,
      message: jws.signingInput,
      signature,
    })
  );
}

/**
 * Signs claims as a JWS in compact form.
 *
 * @param header - what it holds beside `alg`, which is the key's.
 * @throws TegataError `JWT_SVID_INVALID` for an Ed25519 key; what the signer throws.
 */
export async function signJws(header: JsonClaims, claims: JsonClaims, signer: Signer): Promise<string> {
  const alg = SIGNED_BY[signer.algorithm];
  if (alg === undefined) throw invalidJwt(`${signer.algorithm} keys do not sign JWT-SVIDs`);
  const input = `${encodePart({ alg, ...header })}.${encodePart(claims)}`;
  const signature = await signer.sign(encodeUtf8(input));
  const scheme: Scheme = SCHEMES[alg];
  const raw = scheme.bits === undefined ? signature : ecdsaSignatureToRaw(signature, scheme.bits / 8);
  return `${input}.${encodeBase64Url(raw)}`;
}

/** Parses a JSON object. @throws TegataError `JWT_SVID_INVALID` */
export function parseObject(bytes: Uint8Array, what: string): JsonClaims {
  const text = tryDecodeUtf8(bytes);
  const value = text === undefined ? undefined : parseJson(text);
  if (typeof value !== "object" || value === null || Array.isArray(value))
    throw invalidJwt(`its ${what} is not a JSON object`);
  return value as JsonClaims;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function encodePart(part: JsonClaims): string {
  return encodeBase64Url(encodeUtf8(JSON.stringify(part)));
}

/** Bytes have one text only: what the last character has to spare must be zero. RFC 4648 §3.5 */
function decodePart(part: string): Uint8Array {
  const bytes = BASE64URL.test(part) ? decodeBase64Url(part) : undefined;
  if (bytes === undefined || encodeBase64Url(bytes) !== part) throw invalidJwt("a part of it is not base64url");
  return bytes;
}
