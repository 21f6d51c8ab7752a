import { createCipheriv, createHash, createHmac, pbkdf2Sync, randomBytes } from "node:crypto";
import {
  contextConstructed,
  contextPrimitive,
  der,
  derInteger,
  derNull,
  derOctetString,
  derOid,
  derSequence,
  derSetOf,
  formatDistinguishedName,
  parseCertificate,
  TAG,
} from "@tegata/pki";
import type { Pkcs12Content } from "@tegata/template";
import { readPrivateKey } from "../private-key.ts";
import { bmpPassword, bmpString, deriveKey, PURPOSE } from "./derive-key.ts";
import { OID } from "./oids.ts";

// What go-pkcs12 calls modern, and Java since 8u301 and OpenSSL since 1.1 read.
const ITERATIONS = 2048;
const SALT_BYTES = 16;
const MAC_BYTES = 32;

/**
 * Makes a PKCS#12 file: AES-256-CBC, PBKDF2 and a MAC over SHA-256. RFC 7292
 *
 * @throws TegataError `PRIVATE_KEY_INVALID`
 */
export function encodePkcs12({ privateKeyPem, certificates }: Pkcs12Content, password: string): Uint8Array {
  const key = readPrivateKey(privateKeyPem).export({ format: "der", type: "pkcs8" });
  const [leaf = new Uint8Array()] = certificates;
  // The same identifier on both tells which certificate is the key's.
  const localKeyId = attribute(OID.localKeyId, derOctetString(createHash("sha1").update(leaf).digest()));
  const certificateBags = certificates.map((certificate, i) =>
    certificateBag(certificate, i === 0 ? [localKeyId] : []),
  );
  const { algorithm, ciphertext } = encrypt(key, password);
  const keyBag = bag(OID.shroudedKeyBag, derSequence(algorithm, derOctetString(ciphertext)), [localKeyId]);
  return file([encryptedSafe(certificateBags, password), plainSafe([keyBag])], password);
}

/** Makes a PKCS#12 file of trusted certificates, each marked as Java's key store wants it and named by its subject. */
export function encodePkcs12TrustStore(certificates: readonly Uint8Array[], password: string): Uint8Array {
  const trusted = attribute(OID.javaTrustStore, derOid(OID.anyExtendedKeyUsage));
  const bags = certificates.map((certificate) => {
    const name = formatDistinguishedName(parseCertificate(certificate).subject);
    return certificateBag(certificate, [trusted, attribute(OID.friendlyName, der(TAG.bmpString, bmpString(name)))]);
  });
  return file([encryptedSafe(bags, password)], password);
}

function file(safes: readonly Uint8Array[], password: string): Uint8Array {
  const authenticated = derSequence(...safes);
  const salt = randomBytes(SALT_BYTES);
  const derivation = { hash: "sha256", password: bmpPassword(password), salt, iterations: ITERATIONS };
  const mac = createHmac("sha256", deriveKey(derivation, PURPOSE.mac, MAC_BYTES))
    .update(authenticated)
    .digest();
  const digestInfo = derSequence(derSequence(derOid(OID.sha256), derNull()), derOctetString(mac));
  return derSequence(
    derInteger(3),
    contentInfo(OID.data, derOctetString(authenticated)),
    derSequence(digestInfo, derOctetString(salt), derInteger(ITERATIONS)),
  );
}

function contentInfo(type: string, content: Uint8Array): Uint8Array {
  return derSequence(derOid(type), der(contextConstructed(0), content));
}

function plainSafe(bags: readonly Uint8Array[]): Uint8Array {
  return contentInfo(OID.data, derOctetString(derSequence(...bags)));
}

function encryptedSafe(bags: readonly Uint8Array[], password: string): Uint8Array {
  const { algorithm, ciphertext } = encrypt(derSequence(...bags), password);
  const content = derSequence(derOid(OID.data), algorithm, der(contextPrimitive(0), ciphertext));
  return contentInfo(OID.encryptedData, derSequence(derInteger(0), content));
}

function certificateBag(certificate: Uint8Array, attributes: readonly Uint8Array[]): Uint8Array {
  const value = derSequence(derOid(OID.x509Certificate), der(contextConstructed(0), derOctetString(certificate)));
  return bag(OID.certificateBag, value, attributes);
}

function bag(type: string, value: Uint8Array, attributes: readonly Uint8Array[]): Uint8Array {
  const set = attributes.length === 0 ? [] : [derSetOf(attributes)];
  return derSequence(derOid(type), der(contextConstructed(0), value), ...set);
}

function attribute(type: string, value: Uint8Array): Uint8Array {
  return derSequence(derOid(type), derSetOf([value]));
}

/** PBES2. RFC 8018 §6.2 */
function encrypt(plain: Uint8Array, password: string): { algorithm: Uint8Array; ciphertext: Uint8Array } {
  const salt = randomBytes(SALT_BYTES);
  const iv = randomBytes(16);
  const key = pbkdf2Sync(password, salt, ITERATIONS, 32, "sha256");
  const cipher = createCipheriv("aes-256-cbc", key, iv);
  const hash = derSequence(derOid(OID.hmacSha256), derNull());
  const derivation = derSequence(derOid(OID.pbkdf2), derSequence(derOctetString(salt), derInteger(ITERATIONS), hash));
  const scheme = derSequence(derOid(OID.aes256Cbc), derOctetString(iv));
  return {
    algorithm: derSequence(derOid(OID.pbes2), derSequence(derivation, scheme)),
    ciphertext: Buffer.concat([cipher.update(plain), cipher.final()]),
  };
}
