import { constants, createPrivateKey, privateDecrypt, randomBytes, scryptSync } from "node:crypto";
import type { TemplateCrypto, TemplateHost } from "@tegata/template";
import { issueCertificate } from "./issue-certificate.ts";
import { decodePkcs12 } from "./pkcs12/decode.ts";
import { encodePkcs12, encodePkcs12TrustStore } from "./pkcs12/encode.ts";
import { exportPkcs8, generatePrivateKey, invalidKey, readPrivateKey } from "./private-key.ts";

/**
 * The host of templates on Node.js: its randomness and its operations on keys are those of OpenSSL. Safe to share.
 *
 * @param now - the clock; functions such as `now` and `genCA` read it.
 */
export function createTemplateHost(now: () => Date): TemplateHost {
  return { now, randomBytes: (length) => new Uint8Array(randomBytes(length)), crypto: CRYPTO };
}

const CRYPTO: TemplateCrypto = {
  generatePrivateKey,
  issueCertificate,
  checkPrivateKey: (pem) => void readPrivateKey(pem),
  scrypt: (password, salt, { n, r, p }) => scryptSync(password, salt, 64, { N: n, r, p, maxmem: 256 * n * r }),
  decryptRsaOaep,
  decodePkcs12,
  encodePkcs12,
  encodePkcs12TrustStore,
  privateKeyOfJwk,
};

function decryptRsaOaep(hash: "sha1" | "sha256" | "sha512", ciphertext: Uint8Array, pem: string): Uint8Array {
  const key = readPrivateKey(pem);
  if (key.asymmetricKeyType !== "rsa") throw invalidKey("it is not an RSA key");
  try {
    return privateDecrypt({ key, padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: hash }, ciphertext);
  } catch {
    throw invalidKey("it does not decrypt this text with RSA-OAEP and that hash");
  }
}

function privateKeyOfJwk(json: string): string {
  try {
    return exportPkcs8(createPrivateKey({ key: JSON.parse(json), format: "jwk" }));
  } catch {
    // Neither V8's nor OpenSSL's message goes further: both may quote the key.
    throw invalidKey("it is not a private JSON Web Key");
  }
}
