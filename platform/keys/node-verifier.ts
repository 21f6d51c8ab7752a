import { constants, createPublicKey, type KeyObject, verify } from "node:crypto";
import { asTegataError } from "@tegata/errors";
import {
  parsePublicKey,
  type PublicKey,
  type SignatureAlgorithm,
  type VerificationRequest,
  type Verifier,
  weakKeyReason,
} from "@tegata/pki";

interface Scheme {
  readonly keyType: "rsa" | "ec" | "ed25519";
  readonly hash: string | null;
  readonly pssSaltLength?: number;
}

const SCHEMES: Readonly<Record<SignatureAlgorithm, Scheme>> = {
  "rsa-sha256": { keyType: "rsa", hash: "sha256" },
  "rsa-sha384": { keyType: "rsa", hash: "sha384" },
  "rsa-sha512": { keyType: "rsa", hash: "sha512" },
  "rsa-pss-sha256": { keyType: "rsa", hash: "sha256", pssSaltLength: 32 },
  "rsa-pss-sha384": { keyType: "rsa", hash: "sha384", pssSaltLength: 48 },
  "rsa-pss-sha512": { keyType: "rsa", hash: "sha512", pssSaltLength: 64 },
  "ecdsa-sha256": { keyType: "ec", hash: "sha256" },
  "ecdsa-sha384": { keyType: "ec", hash: "sha384" },
  "ecdsa-sha512": { keyType: "ec", hash: "sha512" },
  ed25519: { keyType: "ed25519", hash: null },
};

/** A key that can be used, or why not; importing one costs as much as using it, so it is done once per array. */
const imported = new WeakMap<Uint8Array, { readonly type: string; readonly key: KeyObject } | "unusable">();

/** Verifies with OpenSSL. Weak, oversized and unknown keys are refused before OpenSSL sees them. */
export const nodeVerifier: Verifier = {
  verify({ algorithm, publicKeySpki, message, signature }: VerificationRequest): boolean {
    const { keyType, hash, pssSaltLength } = SCHEMES[algorithm];
    const publicKey = importKey(publicKeySpki);
    if (publicKey === "unusable" || publicKey.type !== keyType) return false;
    const { key } = publicKey;
    if (pssSaltLength === undefined) return verify(hash, message, key, signature);
    const pss = { key, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: pssSaltLength };
    return verify(hash, message, pss, signature);
  },
};

function importKey(spki: Uint8Array): { readonly type: string; readonly key: KeyObject } | "unusable" {
  const known = imported.get(spki);
  if (known !== undefined) return known;
  const key = tryImport(spki);
  imported.set(spki, key);
  return key;
}

function tryImport(spki: Uint8Array): { readonly type: string; readonly key: KeyObject } | "unusable" {
  const publicKey = tryParse(spki);
  if (publicKey === undefined || weakKeyReason(publicKey) !== undefined) return "unusable";
  try {
    return { type: publicKey.type, key: createPublicKey({ key: Buffer.from(spki), format: "der", type: "spki" }) };
  } catch {
    // OpenSSL looks closer than we do: at points that are not on their curve, for one.
    return "unusable";
  }
}

function tryParse(spki: Uint8Array): PublicKey | undefined {
  try {
    return parsePublicKey(spki);
  } catch (error) {
    if (asTegataError(error) === undefined) throw error;
    return undefined;
  }
}
