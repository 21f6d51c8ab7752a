import { createHmac, createPrivateKey, timingSafeEqual } from "node:crypto";
import { contextConstructed, contextPrimitive, decodeDer, type DerReader, TAG } from "@tegata/pki";
import type { Pkcs12Content } from "@tegata/template";
import { exportPkcs8 } from "../private-key.ts";
import { deriveKey, PURPOSE } from "./derive-key.ts";
import { type Password, passwordsOf, readDecryption, readPbkdf2 } from "./encryption.ts";
import { HMAC_HASHES, MAC_HASHES, OID } from "./oids.ts";
import { invalidFile, readingFile, wrongPassword } from "./pkcs12-error.ts";

/** Largest file that is read, in bytes. */
const MAX_FILE_BYTES = 1_048_576;

/**
 * Opens a PKCS#12 file: its MAC is checked, then everything in it decrypted. RFC 7292
 *
 * @returns the one private key, and the certificates in the order of the file.
 * @throws TegataError `PKCS12_PASSWORD_WRONG`; `PKCS12_INVALID` if it is malformed, holds no key or several, or no certificate.
 */
export function decodePkcs12(file: Uint8Array, password: string): Pkcs12Content {
  if (file.length > MAX_FILE_BYTES) throw invalidFile(`it is longer than ${MAX_FILE_BYTES} bytes`);
  return readingFile(() => decodeDer(file, (reader) => readFile(reader, password)));
}

function readFile(reader: DerReader, passwordText: string): Pkcs12Content {
  const fields = reader.nested();
  if (fields.integer() !== 3n) throw invalidFile("it is not of version 3");
  const authenticated = readContent(fields.nested(), (type, content) => {
    if (type !== OID.data) throw invalidFile("it is not protected by a password");
    return content.octetString();
  });
  const password = fields.atEnd
    ? unprotected(passwordText)
    : findPassword(fields.nested(), authenticated, passwordText);
  const found: Bags = { keys: [], certificates: [] };
  const safes = decodeDer(authenticated, (safe) => safe.list((info) => readSafe(info.nested(), password)));
  for (const safe of safes) decodeDer(safe, (bags) => bags.list((bag) => readBag(bag.nested(), password, found)));
  return contentOf(found);
}

interface Bags {
  /** PKCS#8, DER. */
  readonly keys: Uint8Array[];
  readonly certificates: Uint8Array[];
}

function contentOf({ keys, certificates }: Bags): Pkcs12Content {
  const [key, another] = keys;
  if (key === undefined) throw invalidFile("it has no private key");
  if (another !== undefined) throw invalidFile("it has several private keys");
  if (certificates.length === 0) throw invalidFile("it has no certificate");
  const privateKey = createPrivateKey({ key: Buffer.from(key), format: "der", type: "pkcs8" });
  return { privateKeyPem: exportPkcs8(privateKey), certificates };
}

/** Reads a ContentInfo. */
function readContent<T>(info: DerReader, read: (type: string, content: DerReader) => T): T {
  const type = info.oid();
  return read(type, info.nested(contextConstructed(0)));
}

function unprotected(passwordText: string): Password {
  const [password] = passwordsOf(passwordText);
  if (passwordText !== "" || password === undefined) throw invalidFile("it has no MAC, but a password was given");
  return password;
}

/** @returns the encoding of the password that the MAC fits. */
function findPassword(macData: DerReader, authenticated: Uint8Array, text: string): Password {
  const digestInfo = macData.nested();
  const algorithm = digestInfo.nested();
  const oid = algorithm.oid();
  const macOf = oid === OID.pbmac1 ? readPbmac1(algorithm.nested()) : undefined;
  const digest = digestInfo.octetString();
  const salt = macData.octetString();
  const iterations = macData.atEnd ? 1 : macData.smallInteger();
  const hash = MAC_HASHES.get(oid);
  if (hash === undefined && macOf === undefined) throw invalidFile(`its MAC ${oid} is not supported`);
  for (const password of passwordsOf(text)) {
    const mac = macOf?.(password, authenticated) ?? hmac(hash ?? "", { password, salt, iterations }, authenticated);
    if (mac.length === digest.length && timingSafeEqual(mac, digest)) return password;
  }
  throw wrongPassword();
}

function hmac(
  hash: string,
  from: { password: Password; salt: Uint8Array; iterations: number },
  authenticated: Uint8Array,
): Uint8Array {
  const bytes = { sha1: 20, sha256: 32, sha384: 48, sha512: 64 }[hash] ?? 0;
  const key = deriveKey({ hash, ...from, password: from.password.bmp }, PURPOSE.mac, bytes);
  return createHmac(hash, key).update(authenticated).digest();
}

/** RFC 9579 */
function readPbmac1(parameters: DerReader): (password: Password, authenticated: Uint8Array) => Uint8Array {
  const derivation = readPbkdf2(parameters);
  const hash = HMAC_HASHES.get(parameters.nested().oid());
  if (hash === undefined) throw invalidFile("the hash of its MAC is not supported");
  const bytes = { sha1: 20, sha256: 32, sha384: 48, sha512: 64 }[hash] ?? 32;
  return (password, authenticated) =>
    createHmac(hash, derivation.derive(password.text, bytes)).update(authenticated).digest();
}

/** @returns the DER of the safe's bags, decrypted. */
function readSafe(info: DerReader, password: Password): Uint8Array {
  return readContent(info, (type, content) => {
    if (type === OID.data) return content.octetString();
    if (type !== OID.encryptedData) throw invalidFile("a part of it is encrypted for a certificate");
    const encrypted = content.nested();
    encrypted.integer();
    const inner = encrypted.nested();
    inner.oid();
    const decrypt = readDecryption(inner, password);
    return decrypt(inner.octetString(contextPrimitive(0)));
  });
}

function readBag(bag: DerReader, password: Password, found: Bags): void {
  const type = bag.oid();
  const value = bag.nested(contextConstructed(0));
  if (type === OID.keyBag) found.keys.push(value.any().encoded);
  if (type === OID.shroudedKeyBag) {
    const shrouded = value.nested();
    const decrypt = readDecryption(shrouded, password);
    found.keys.push(decrypt(shrouded.octetString()));
  }
  if (type === OID.certificateBag) {
    const certificate = value.nested();
    if (certificate.oid() !== OID.x509Certificate) return;
    found.certificates.push(certificate.nested(contextConstructed(0)).octetString(TAG.octetString));
  }
}
