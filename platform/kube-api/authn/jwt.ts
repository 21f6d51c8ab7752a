import { createHash } from "node:crypto";
import { decodeBase64Url, encodeBase64Url, encodeUtf8, tryDecodeUtf8 } from "@tegata/bytes";
import type { JsonObject, JsonValue } from "@tegata/kube-types";
import { nodeVerifier } from "@tegata/keys";
import {
  ecdsaSignatureFromRaw,
  ecdsaSignatureToRaw,
  parsePublicKey,
  type PublicKey,
  publicKeyJwk,
  signatureAlgorithmOf,
  publicKeyAlgorithm,
  type Signer,
} from "@tegata/pki";
import { TokenError } from "./token-authenticator.ts";

/** Longest token that is read, in characters. */
const MAX_TOKEN_LENGTH = 16 * 1024;

/** JWS `alg` of the keys that may sign tokens here. RFC 7518 §3.1 */
const JWS_ALGORITHMS = {
  "rsa-2048": "RS256",
  "rsa-4096": "RS256",
  "ec-p256": "ES256",
  "ec-p384": "ES384",
  ed25519: undefined,
} as const;

/** A public key under which tokens are accepted. */
export interface TokenKey {
  /** SHA-256 of the SubjectPublicKeyInfo, base64url, as kube-apiserver names keys. */
  readonly kid: string;
  readonly alg: string;
  readonly publicKey: PublicKey;
}

/** @throws TypeError for a key that no JWS algorithm here has: a mistake of the program. */
export function tokenKey(publicKeySpki: Uint8Array): TokenKey {
  const publicKey = parsePublicKey(publicKeySpki);
  const algorithm = publicKeyAlgorithm(publicKey);
  const alg = algorithm === undefined ? undefined : JWS_ALGORITHMS[algorithm];
  if (alg === undefined) throw new TypeError("tokens are signed by RSA, P-256 or P-384 keys");
  const kid = createHash("sha256").update(publicKey.spki).digest("base64url");
  return { kid, alg, publicKey };
}

/** The key as a member of a JWKS document. RFC 7517 §4 */
export function tokenKeyJwk({ kid, alg, publicKey }: TokenKey): JsonObject {
  return { use: "sig", kid, alg, ...publicKeyJwk(publicKey) };
}

/** Signs claims as a JWS in compact form. RFC 7515 §7.1 */
export async function signToken(claims: JsonObject, signer: Signer): Promise<string> {
  const { alg, kid } = tokenKey(signer.publicKeySpki);
  const input = `${encodePart({ alg, kid })}.${encodePart(claims)}`;
  const signature = await signer.sign(encodeUtf8(input));
  const raw = alg.startsWith("ES") ? ecdsaSignatureToRaw(signature, alg === "ES256" ? 32 : 48) : signature;
  return `${input}.${encodeBase64Url(raw)}`;
}

/** The claims of a token, unverified; `undefined` if it is not a JWS in compact form with a JSON object as payload. */
export function readClaims(token: string): JsonObject | undefined {
  const parts = token.split(".", 4);
  if (token.length > MAX_TOKEN_LENGTH || parts.length !== 3) return undefined;
  return decodePart(parts[1] ?? "");
}

/**
 * Checks a token's signature by the key that its header names.
 *
 * @throws TokenError if there is no such key, or the algorithm or signature is not the key's.
 */
export function checkTokenSignature(token: string, keys: ReadonlyMap<string, TokenKey>): void {
  const [head = "", payload = "", signatureText = ""] = token.split(".");
  const header = decodePart(head);
  // RFC 7515 §4.1.11: an extension that must be understood and is not makes the token invalid.
  if (header === undefined || "crit" in header) throw new TokenError("invalid bearer token");
  const key = typeof header["kid"] === "string" ? keys.get(header["kid"]) : undefined;
  const algorithm = key && publicKeyAlgorithm(key.publicKey);
  const raw = decodeBase64Url(signatureText);
  // The key decides the algorithm; a header that says otherwise is an attempt to confuse.
  if (key === undefined || algorithm === undefined || raw === undefined || header["alg"] !== key.alg)
    throw new TokenError("invalid bearer token");
  const isEcdsa = key.publicKey.type === "ec";
  const signature = isEcdsa ? ecdsaSignatureFromRaw(raw, key.publicKey.bits / 8) : raw;
  const isValid =
    signature !== undefined &&
    nodeVerifier.verify({
      algorithm: signatureAlgorithmOf(algorithm),
      publicKeySpki: key.publicKey.spki,
      message: encodeUtf8(`${head}.${payload}`),
      signature,
    });
  if (!isValid) throw new TokenError("invalid bearer token");
}

function encodePart(part: JsonObject): string {
  return encodeBase64Url(encodeUtf8(JSON.stringify(part)));
}

function decodePart(part: string): JsonObject | undefined {
  const bytes = decodeBase64Url(part);
  const text = bytes && tryDecodeUtf8(bytes);
  if (text === undefined) return undefined;
  try {
    const value = JSON.parse(text) as JsonValue;
    return typeof value === "object" && value !== null && !Array.isArray(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
