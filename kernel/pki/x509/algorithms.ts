import { equalBytes } from "@tegata/bytes";
import type { PublicKeyAlgorithm } from "../signer.ts";
import type { DerReader } from "../der/reader.ts";
import { TAG } from "../der/tags.ts";
import { der, derInteger, derNull, derOid, derSequence } from "../der/writer.ts";

/** A signature scheme of certificates, CSRs and CRLs. `undefined` where a parsed one is none of these: never trusted. */
export type SignatureAlgorithm =
  | "rsa-sha256"
  | "rsa-sha384"
  | "rsa-sha512"
  | "rsa-pss-sha256"
  | "rsa-pss-sha384"
  | "rsa-pss-sha512"
  | "ecdsa-sha256"
  | "ecdsa-sha384"
  | "ecdsa-sha512"
  | "ed25519";

const RSA_WITH = "1.2.840.113549.1.1";
const ECDSA_WITH = "1.2.840.10045.4.3";
const SHA2 = "2.16.840.1.101.3.4.2";

/** AlgorithmIdentifiers, DER, each in the one form that RFC 4055, RFC 5758 and RFC 8410 allow. */
const IDENTIFIERS: readonly (readonly [SignatureAlgorithm, Uint8Array])[] = [
  ["ecdsa-sha256", derSequence(derOid(`${ECDSA_WITH}.2`))],
  ["rsa-sha256", derSequence(derOid(`${RSA_WITH}.11`), derNull())],
  ["ecdsa-sha384", derSequence(derOid(`${ECDSA_WITH}.3`))],
  ["ecdsa-sha512", derSequence(derOid(`${ECDSA_WITH}.4`))],
  ["ed25519", derSequence(derOid("1.3.101.112"))],
  ["rsa-sha384", derSequence(derOid(`${RSA_WITH}.12`), derNull())],
  ["rsa-sha512", derSequence(derOid(`${RSA_WITH}.13`), derNull())],
  ["rsa-pss-sha256", pssIdentifier(`${SHA2}.1`, 32)],
  ["rsa-pss-sha384", pssIdentifier(`${SHA2}.2`, 48)],
  ["rsa-pss-sha512", pssIdentifier(`${SHA2}.3`, 64)],
];

const SIGNED_BY: Readonly<Record<PublicKeyAlgorithm, SignatureAlgorithm>> = {
  "rsa-2048": "rsa-sha256",
  "rsa-4096": "rsa-sha256",
  "ec-p256": "ecdsa-sha256",
  "ec-p384": "ecdsa-sha384",
  ed25519: "ed25519",
};

const BY_NAME = new Map(IDENTIFIERS);

/** The scheme in which a key of this algorithm signs. See {@link Signer}. */
export function signatureAlgorithmOf(algorithm: PublicKeyAlgorithm): SignatureAlgorithm {
  return SIGNED_BY[algorithm];
}

/** AlgorithmIdentifier, DER. */
export function encodeSignatureAlgorithm(algorithm: SignatureAlgorithm): Uint8Array {
  return BY_NAME.get(algorithm) ?? new Uint8Array();
}

/** An AlgorithmIdentifier as it was read. */
export interface AlgorithmIdentifier {
  /** Undefined for a scheme that is not accepted: SHA-1, DSA, unusual parameters. */
  readonly algorithm: SignatureAlgorithm | undefined;
  /** Object identifier of the algorithm, for messages. */
  readonly oid: string;
  readonly encoded: Uint8Array;
}

/** Reads an AlgorithmIdentifier of a signature. @throws TegataError `DER_INVALID` */
export function readSignatureAlgorithm(reader: DerReader): AlgorithmIdentifier {
  const element = reader.element(TAG.sequence);
  const fields = reader.into(element);
  const oid = fields.oid();
  if (!fields.atEnd) fields.any();
  fields.end();
  const known = IDENTIFIERS.find(([, encoded]) => equalBytes(encoded, element.encoded));
  return { algorithm: known?.[0], oid, encoded: element.encoded };
}

/** RSASSA-PSS with the hash, MGF1 over the same hash, and a salt as long as it. RFC 4055 §3.1 */
function pssIdentifier(hashOid: string, saltLength: number): Uint8Array {
  const hash = derSequence(derOid(hashOid), derNull());
  const mask = derSequence(derOid(`${RSA_WITH}.8`), hash);
  return derSequence(
    derOid(`${RSA_WITH}.10`),
    derSequence(der(0xa0, hash), der(0xa1, mask), der(0xa2, derInteger(saltLength))),
  );
}
