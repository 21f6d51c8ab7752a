import { equalBytes } from "@tegata/bytes";
import { type DerReader, decodeDer } from "../der/reader.ts";
import { contextConstructed, TAG } from "../der/tags.ts";
import { type AlgorithmIdentifier, readSignatureAlgorithm } from "../x509/algorithms.ts";
import { type DistinguishedName, readDistinguishedName } from "../x509/distinguished-name.ts";
import { type Extension, readExtensionList } from "../x509/extensions.ts";
import { readingStructure, structureError } from "../x509/pki-error.ts";

/** Largest CRL that is read, in bytes. */
export const MAX_CRL_BYTES = 16 * 1024 * 1024;

/** A certificate revocation list. RFC 5280 §5.1 */
export interface CertificateRevocationList {
  /** What the signature is over. */
  readonly tbs: Uint8Array;
  readonly issuer: DistinguishedName;
  readonly thisUpdate: Date;
  readonly nextUpdate: Date | undefined;
  readonly revokedSerialNumbers: ReadonlySet<bigint>;
  /** Critical extensions of single entries, which change what the entry means. */
  readonly hasCriticalEntryExtension: boolean;
  readonly extensionList: readonly Extension[];
  readonly signatureAlgorithm: AlgorithmIdentifier;
  readonly signature: Uint8Array;
}

/** Parses a CRL; its signature is not checked. @throws TegataError `CRL_INVALID` */
export function parseCertificateRevocationList(der: Uint8Array): CertificateRevocationList {
  if (der.length > MAX_CRL_BYTES) throw structureError("CRL_INVALID", `it is longer than ${MAX_CRL_BYTES} bytes`);
  return readingStructure("CRL_INVALID", () => decodeDer(der, readCrl));
}

function readCrl(reader: DerReader): CertificateRevocationList {
  const fields = reader.nested();
  const tbsElement = fields.element(TAG.sequence);
  const signatureAlgorithm = readSignatureAlgorithm(fields);
  const signature = fields.wholeBitString();
  fields.end();
  const tbs = fields.into(tbsElement);
  if (tbs.nextIs(TAG.integer) && tbs.integer() !== 1n) throw structureError("CRL_INVALID", "its version is not 2");
  if (!equalBytes(readSignatureAlgorithm(tbs).encoded, signatureAlgorithm.encoded))
    throw structureError("CRL_INVALID", "its two signature algorithms differ");
  const issuer = readDistinguishedName(tbs);
  const thisUpdate = tbs.time();
  const nextUpdate = tbs.nextIs(TAG.utcTime) || tbs.nextIs(TAG.generalizedTime) ? tbs.time() : undefined;
  const entries = tbs.nextIs(TAG.sequence) ? tbs.list(readEntry) : [];
  const wrapped = tbs.optionalNested(contextConstructed(0));
  tbs.end();
  const extensionList = wrapped === undefined ? [] : readExtensionList(wrapped);
  wrapped?.end();
  return {
    tbs: tbsElement.encoded,
    issuer,
    thisUpdate,
    nextUpdate,
    revokedSerialNumbers: new Set(entries.map(({ serialNumber }) => serialNumber)),
    hasCriticalEntryExtension: entries.some(({ isCritical }) => isCritical),
    extensionList,
    signatureAlgorithm,
    signature,
  };
}

function readEntry(reader: DerReader): { serialNumber: bigint; isCritical: boolean } {
  const fields = reader.nested();
  const serialNumber = fields.integer();
  fields.time();
  const extensions = fields.atEnd ? [] : readExtensionList(fields);
  fields.end();
  return { serialNumber, isCritical: extensions.some(({ critical }) => critical) };
}
