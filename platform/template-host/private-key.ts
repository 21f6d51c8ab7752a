import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject } from "node:crypto";
import { TegataError } from "@tegata/errors";
import { decodeDer, derInteger, derSequence, formatPem } from "@tegata/pki";

/**
 * Makes a private key: RSA-4096, DSA-2048, P-256 or Ed25519, as sprig's `genPrivateKey`. RSA and DSA keys take seconds, in
 * which the event loop stands.
 *
 * @returns PEM, in the traditional form of its kind.
 */
export function generatePrivateKey(kind: "rsa" | "dsa" | "ecdsa" | "ed25519"): string {
  switch (kind) {
    case "rsa":
      return exportTraditional(generateKeyPairSync("rsa", { modulusLength: 4096 }).privateKey);
    case "dsa":
      return exportDsa(generateKeyPairSync("dsa", { modulusLength: 2048, divisorLength: 256 }).privateKey);
    case "ecdsa":
      return exportTraditional(generateKeyPairSync("ec", { namedCurve: "P-256" }).privateKey);
    case "ed25519":
      return exportTraditional(generateKeyPairSync("ed25519").privateKey);
  }
}

/** Makes the key of a certificate for which the template names none, as sprig does. */
export function generateCertificateKey(): KeyObject {
  return generateKeyPairSync("rsa", { modulusLength: 2048 }).privateKey;
}

/** Reads an unencrypted private key of any form. @throws TegataError `PRIVATE_KEY_INVALID` */
export function readPrivateKey(pem: string): KeyObject {
  try {
    return createPrivateKey(pem);
  } catch {
    // The cause is left out: whatever OpenSSL says, it says it of private bytes.
    throw invalidKey("it is not an unencrypted private key in PEM");
  }
}

/** Exports in the form that Go writes: PKCS#1 for RSA, SEC 1 for EC, PKCS#8 for the rest. */
export function exportTraditional(key: KeyObject): string {
  if (key.asymmetricKeyType === "rsa") return key.export({ format: "pem", type: "pkcs1" }).toString();
  if (key.asymmetricKeyType === "ec") return key.export({ format: "pem", type: "sec1" }).toString();
  return exportPkcs8(key);
}

/** Exports as PKCS#8, PEM. */
export function exportPkcs8(key: KeyObject): string {
  return key.export({ format: "pem", type: "pkcs8" }).toString();
}

/** SubjectPublicKeyInfo of a private key, DER. */
export function publicKeySpki(key: KeyObject): Uint8Array {
  return new Uint8Array(createPublicKey(key).export({ format: "der", type: "spki" }));
}

/** @param why - without the key, e.g. "it is not an RSA key". */
export function invalidKey(why: string): TegataError {
  return new TegataError({
    kind: "invalid-input",
    code: "PRIVATE_KEY_INVALID",
    message: `the private key cannot be used: ${why}`,
    remedy: "Give an unencrypted private key of the kind that the function needs.",
  });
}

/** OpenSSL's old form: version, p, q, g, y and x. Node.js itself exports DSA keys as PKCS#8 only. */
function exportDsa(key: KeyObject): string {
  const x = decodeDer(key.export({ format: "der", type: "pkcs8" }), (reader) => {
    const fields = reader.nested();
    fields.integer();
    fields.any();
    return decodeDer(fields.octetString(), (inner) => inner.integer());
  });
  const { parameters, y } = decodeDer(publicKeySpki(key), (reader) => {
    const fields = reader.nested();
    const algorithm = fields.nested();
    algorithm.oid();
    const numbers = algorithm.list((number) => number.integer());
    return { parameters: numbers, y: decodeDer(fields.wholeBitString(), (inner) => inner.integer()) };
  });
  return formatPem("DSA PRIVATE KEY", derSequence(...[0n, ...parameters, y, x].map(derInteger)));
}
