// Encryption by a password, as PKCS#12 files use it: PBES2, and the older forms of PKCS#12 itself.
import { createDecipheriv, pbkdf2Sync } from "node:crypto";
import { type DerReader, TAG } from "@tegata/pki";
import { bmpPassword, checkIterations, deriveKey, PURPOSE } from "./derive-key.ts";
import { HMAC_HASHES, OID, PBES2_CIPHERS } from "./oids.ts";
import { invalidFile } from "./pkcs12-error.ts";
import { decryptRc2Cbc } from "./rc2.ts";

/** The password of a file, in the two encodings that the standards ask for. */
export interface Password {
  readonly text: string;
  /** UTF-16 with a zero at the end; some programs leave out the zero of an empty password. */
  readonly bmp: Uint8Array;
}

/** @returns the encodings to try, the standard's first. */
export function passwordsOf(text: string): Password[] {
  const standard = { text, bmp: bmpPassword(text) };
  return text === "" ? [standard, { text, bmp: new Uint8Array() }] : [standard];
}

/** Reads an AlgorithmIdentifier of encryption. @returns what decrypts with it. */
export function readDecryption(reader: DerReader, password: Password): (ciphertext: Uint8Array) => Uint8Array {
  const algorithm = reader.nested();
  const oid = algorithm.oid();
  if (oid === OID.pbes2) return readPbes2(algorithm.nested(), password);
  const parameters = algorithm.nested();
  const salt = parameters.octetString();
  const derivation = { hash: "sha1", password: password.bmp, salt, iterations: parameters.smallInteger() };
  const keyBytes = PBE_KEY_BYTES.get(oid);
  if (keyBytes === undefined) throw invalidFile(`its encryption ${oid} is not supported`);
  const key = deriveKey(derivation, PURPOSE.key, keyBytes);
  const iv = deriveKey(derivation, PURPOSE.iv, 8);
  if (oid === OID.pbeTripleDes) return decipher("des-ede3-cbc", key, iv);
  return (ciphertext) => {
    const plain = decryptRc2Cbc(key, iv, ciphertext);
    if (plain === undefined) throw invalidFile("its content does not decrypt");
    return plain;
  };
}

const PBE_KEY_BYTES: ReadonlyMap<string, number> = new Map([
  [OID.pbeTripleDes, 24],
  [OID.pbeRc2With128Bits, 16],
  [OID.pbeRc2With40Bits, 5],
]);

/** RFC 8018 §A.4 */
function readPbes2(parameters: DerReader, password: Password): (ciphertext: Uint8Array) => Uint8Array {
  const derivation = readPbkdf2(parameters);
  const scheme = parameters.nested();
  const oid = scheme.oid();
  const cipher = PBES2_CIPHERS.get(oid);
  if (cipher === undefined) throw invalidFile(`its encryption ${oid} is not supported`);
  const [name, keyBytes] = cipher;
  return decipher(name, derivation.derive(password.text, keyBytes), scheme.octetString());
}

/** Reads an AlgorithmIdentifier of PBKDF2. RFC 8018 §A.2 */
export function readPbkdf2(reader: DerReader): { derive: (password: string, keyBytes: number) => Uint8Array } {
  const kdf = reader.nested();
  const oid = kdf.oid();
  if (oid !== OID.pbkdf2) throw invalidFile(`its key derivation ${oid} is not supported`);
  const parameters = kdf.nested();
  const salt = parameters.octetString();
  const iterations = parameters.smallInteger();
  checkIterations(iterations);
  if (parameters.nextIs(TAG.integer)) parameters.integer();
  const prf = parameters.atEnd ? "sha1" : HMAC_HASHES.get(parameters.nested().oid());
  if (prf === undefined) throw invalidFile("the hash of its key derivation is not supported");
  return { derive: (password, keyBytes) => pbkdf2Sync(password, salt, iterations, keyBytes, prf) };
}

function decipher(cipher: string, key: Uint8Array, iv: Uint8Array): (ciphertext: Uint8Array) => Uint8Array {
  return (ciphertext) => {
    const decipher = createDecipheriv(cipher, key, iv);
    return Buffer.concat([decipher.update(ciphertext), decipher.final()]);
  };
}
