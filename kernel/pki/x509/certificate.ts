import { equalBytes } from "@tegata/bytes";
import { type DerReader, decodeDer } from "../der/reader.ts";
import { contextConstructed, contextPrimitive, TAG } from "../der/tags.ts";
import { type AlgorithmIdentifier, readSignatureAlgorithm } from "./algorithms.ts";
import { type DistinguishedName, readDistinguishedName } from "./distinguished-name.ts";
import { decodeExtensions, type Extension, type Extensions, readExtensionList } from "./extensions.ts";
import { readingStructure, structureError } from "./pki-error.ts";
import { type PublicKey, readPublicKey } from "./public-key.ts";

/** Largest certificate that is read, in bytes. */
export const MAX_CERTIFICATE_BYTES = 1024 * 1024;

/** A certificate, parsed. RFC 5280 §4.1 */
export interface Certificate {
  readonly der: Uint8Array;
  /** What the signature is over. */
  readonly tbs: Uint8Array;
  readonly version: 1 | 2 | 3;
  /** May be zero or negative in certificates of other makers. */
  readonly serialNumber: bigint;
  readonly issuer: DistinguishedName;
  readonly subject: DistinguishedName;
  readonly notBefore: Date;
  readonly notAfter: Date;
  readonly publicKey: PublicKey;
  readonly extensions: Extensions;
  /** All extensions as encoded, in their order. */
  readonly extensionList: readonly Extension[];
  readonly signatureAlgorithm: AlgorithmIdentifier;
  readonly signature: Uint8Array;
}

/**
 * Parses a certificate. This says that it is well formed, not that it may be trusted, is in its time, or follows a profile.
 *
 * @throws TegataError `CERTIFICATE_INVALID`: not DER, trailing data, an extension twice, a known extension malformed.
 */
export function parseCertificate(der: Uint8Array): Certificate {
  if (der.length > MAX_CERTIFICATE_BYTES)
    throw structureError("CERTIFICATE_INVALID", `it is longer than ${MAX_CERTIFICATE_BYTES} bytes`);
  return readingStructure("CERTIFICATE_INVALID", () => decodeDer(der, (reader) => readCertificate(reader, der)));
}

function readCertificate(reader: DerReader, der: Uint8Array): Certificate {
  const fields = reader.nested();
  const tbsElement = fields.element(TAG.sequence);
  const signatureAlgorithm = readSignatureAlgorithm(fields);
  const signature = fields.wholeBitString();
  fields.end();
  const tbs = fields.into(tbsElement);
  const version = readVersion(tbs);
  const serialNumber = tbs.integer();
  const innerAlgorithm = readSignatureAlgorithm(tbs);
  // RFC 5280 §4.1.1.2: the outer identifier is not signed, so it counts only if it is the inner one.
  if (!equalBytes(innerAlgorithm.encoded, signatureAlgorithm.encoded))
    throw structureError("CERTIFICATE_INVALID", "its two signature algorithms differ");
  const issuer = readDistinguishedName(tbs);
  const validity = tbs.nested();
  const notBefore = validity.time();
  const notAfter = validity.time();
  validity.end();
  const subject = readDistinguishedName(tbs);
  const publicKey = readPublicKey(tbs);
  const extensionList = readOptionalParts(tbs, version);
  return {
    der,
    tbs: tbsElement.encoded,
    version,
    serialNumber,
    issuer,
    subject,
    notBefore,
    notAfter,
    publicKey,
    extensions: decodeExtensions(extensionList),
    extensionList,
    signatureAlgorithm,
    signature,
  };
}

function readVersion(tbs: DerReader): 1 | 2 | 3 {
  const field = tbs.optionalNested(contextConstructed(0));
  if (field === undefined) return 1;
  const number = field.smallInteger();
  field.end();
  if (number === 1) return 2;
  if (number === 2) return 3;
  throw structureError("CERTIFICATE_INVALID", `version number ${number} is not one that X.509 has`);
}

/** Unique identifiers (versions 2 and 3), which nobody uses, and extensions (version 3). */
function readOptionalParts(tbs: DerReader, version: number): Extension[] {
  if (version >= 2) {
    if (tbs.nextIs(contextPrimitive(1))) tbs.bitString(contextPrimitive(1));
    if (tbs.nextIs(contextPrimitive(2))) tbs.bitString(contextPrimitive(2));
  }
  const wrapped = version === 3 ? tbs.optionalNested(contextConstructed(3)) : undefined;
  tbs.end();
  if (wrapped === undefined) return [];
  const list = readExtensionList(wrapped);
  wrapped.end();
  return list;
}
