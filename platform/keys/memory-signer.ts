import {
  createPrivateKey,
  createPublicKey,
  generateKeyPair,
  generateKeyPairSync,
  type KeyObject,
  sign,
} from "node:crypto";
import { promisify } from "node:util";
import { encodeUtf8, SecretBytes } from "@tegata/bytes";
import { TegataError } from "@tegata/errors";
import { parsePublicKey, type PublicKeyAlgorithm, publicKeyAlgorithm, type Signer } from "@tegata/pki";

const signInThreadpool = promisify(sign);
const generateInThreadpool = promisify(generateKeyPair);

const RSA_BITS = { "rsa-2048": 2048, "rsa-4096": 4096 } as const;
const CURVES = { "ec-p256": "P-256", "ec-p384": "P-384" } as const;
const HASHES = {
  "rsa-2048": "sha256",
  "rsa-4096": "sha256",
  "ec-p256": "sha256",
  "ec-p384": "sha384",
  ed25519: null,
} as const;

/** The keys of the signers made here. They are reached only through this module. */
const privateKeys = new WeakMap<Signer, KeyObject>();

/** Makes a new key, kept in this process's memory. RSA keys are made in the thread pool. */
export async function generateSigner(algorithm: PublicKeyAlgorithm): Promise<Signer> {
  return memorySigner(algorithm, await generateKey(algorithm));
}

/**
 * Reads a private key: PKCS#8, or the older PKCS#1 (RSA) and SEC 1 (EC) forms.
 *
 * @throws TegataError `PRIVATE_KEY_INVALID` if it is not a private key, is encrypted, or is of an algorithm not used here.
 */
export function signerFromPem(pem: string | SecretBytes): Signer {
  const key = readPrivateKey(typeof pem === "string" ? pem : Buffer.from(pem.reveal()));
  const publicKey = parsePublicKey(spkiOf(key));
  const algorithm = publicKeyAlgorithm(publicKey);
  if (algorithm === undefined) throw invalidKey(`${publicKey.type} keys of ${publicKey.bits} bits are not used here`);
  return memorySigner(algorithm, key);
}

/**
 * The private key of a signer made by {@link generateSigner} or {@link signerFromPem}, PKCS#8 in PEM, for storing it or
 * handing it to its owner.
 *
 * @throws TegataError `PRIVATE_KEY_NOT_EXPORTABLE` for any other signer.
 */
export function exportPkcs8Pem(signer: Signer): SecretBytes {
  const key = privateKeys.get(signer);
  if (key === undefined)
    throw new TegataError({
      kind: "invalid-input",
      code: "PRIVATE_KEY_NOT_EXPORTABLE",
      message: `the private key of this ${signer.algorithm} signer stays where it is`,
      remedy: "Use a key that is kept in memory where it has to be exported.",
    });
  return new SecretBytes(encodeUtf8(key.export({ format: "pem", type: "pkcs8" }).toString()));
}

function memorySigner(algorithm: PublicKeyAlgorithm, key: KeyObject): Signer {
  const hash = HASHES[algorithm];
  // Measured: the thread pool costs P-256 and Ed25519 40 % more CPU, and spares the event loop 1 to 5 ms for the others.
  const isQuick = algorithm === "ec-p256" || algorithm === "ed25519";
  const signer: Signer = {
    algorithm,
    publicKeySpki: spkiOf(key),
    sign: isQuick ? async (bytes) => sign(hash, bytes, key) : (bytes) => signInThreadpool(hash, bytes, key),
  };
  privateKeys.set(signer, key);
  return signer;
}

async function generateKey(algorithm: PublicKeyAlgorithm): Promise<KeyObject> {
  switch (algorithm) {
    case "rsa-2048":
    case "rsa-4096":
      return (await generateInThreadpool("rsa", { modulusLength: RSA_BITS[algorithm] })).privateKey;
    case "ec-p256":
    case "ec-p384":
      return generateKeyPairSync("ec", { namedCurve: CURVES[algorithm] }).privateKey;
    case "ed25519":
      return generateKeyPairSync("ed25519").privateKey;
  }
}

function readPrivateKey(pem: string | Buffer): KeyObject {
  try {
    return createPrivateKey(pem);
  } catch {
    // The cause is left out: whatever OpenSSL says, it says it of private bytes.
    throw invalidKey("it is not an unencrypted private key in PEM");
  }
}

function spkiOf(key: KeyObject): Uint8Array {
  return new Uint8Array(createPublicKey(key).export({ format: "der", type: "spki" }));
}

function invalidKey(why: string): TegataError {
  return new TegataError({
    kind: "invalid-input",
    code: "PRIVATE_KEY_INVALID",
    message: `the private key cannot be used: ${why}`,
    remedy: "Give an unencrypted RSA-2048, RSA-4096, P-256, P-384 or Ed25519 key, best as PKCS#8.",
  });
}
