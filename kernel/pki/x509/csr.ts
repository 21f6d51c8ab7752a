import { TegataError } from "@tegata/errors";
import { type DerReader, decodeDer } from "../der/reader.ts";
import { contextConstructed, TAG } from "../der/tags.ts";
import { der, derBitString, derInteger, derOid, derSequence, derSetOf } from "../der/writer.ts";
import type { Signer } from "../signer.ts";
import type { Verifier } from "../verifier.ts";
import {
  type AlgorithmIdentifier,
  encodeSignatureAlgorithm,
  readSignatureAlgorithm,
  signatureAlgorithmOf,
} from "./algorithms.ts";
import { type DistinguishedName, isEmptyName, readDistinguishedName } from "./distinguished-name.ts";
import {
  decodeExtensions,
  encodeExtensions,
  type Extension,
  type Extensions,
  readExtensionList,
} from "./extensions.ts";
import { EXTENSION_REQUEST_OID } from "./oids.ts";
import { readingStructure, structureError } from "./pki-error.ts";
import { checkPublicKey, type PublicKey, readPublicKey } from "./public-key.ts";

/** Largest CSR that is read, in bytes; strangers send them. */
export const MAX_CSR_BYTES = 64 * 1024;

/** A certificate signing request, PKCS#10. RFC 2986 §4 */
export interface CertificateRequest {
  readonly der: Uint8Array;
  /** What the signature is over. */
  readonly info: Uint8Array;
  readonly subject: DistinguishedName;
  readonly publicKey: PublicKey;
  /** What is asked for; a CA decides for itself what it grants. */
  readonly extensions: Extensions;
  readonly extensionList: readonly Extension[];
  readonly signatureAlgorithm: AlgorithmIdentifier;
  readonly signature: Uint8Array;
}

/** What a CSR is to say. */
export interface CertificateRequestTemplate {
  readonly subject: DistinguishedName;
  readonly extensions?: Extensions;
}

/** Makes a CSR for the signer's key. @returns DER */
export async function signCertificateRequest(
  template: CertificateRequestTemplate,
  signer: Signer,
): Promise<Uint8Array> {
  const { subject, extensions = {} } = template;
  const encoded = encodeExtensions(extensions, isEmptyName(subject));
  const attributes =
    encoded.length === 0 ? [] : [derSequence(derOid(EXTENSION_REQUEST_OID), derSetOf([derSequence(...encoded)]))];
  const info = derSequence(
    derInteger(0),
    subject.encoded,
    signer.publicKeySpki,
    der(contextConstructed(0), ...attributes),
  );
  const algorithm = encodeSignatureAlgorithm(signatureAlgorithmOf(signer.algorithm));
  return derSequence(info, algorithm, derBitString(await signer.sign(info)));
}

/**
 * Parses a CSR; its signature is not checked.
 *
 * @throws TegataError `CSR_INVALID`: not DER, trailing data, larger than {@link MAX_CSR_BYTES}, malformed extensions.
 */
export function parseCertificateRequest(der: Uint8Array): CertificateRequest {
  if (der.length > MAX_CSR_BYTES) throw structureError("CSR_INVALID", `it is longer than ${MAX_CSR_BYTES} bytes`);
  return readingStructure("CSR_INVALID", () => decodeDer(der, (reader) => readRequest(reader, der)));
}

/**
 * Checks that whoever made the CSR holds its key, and that the key may be certified.
 *
 * @throws TegataError `PUBLIC_KEY_WEAK`; `CSR_SIGNATURE_INVALID`
 */
export function checkCertificateRequest(request: CertificateRequest, verifier: Verifier): void {
  checkPublicKey(request.publicKey);
  const { algorithm } = request.signatureAlgorithm;
  const isRight =
    algorithm !== undefined &&
    verifier.verify({
      algorithm,
      publicKeySpki: request.publicKey.spki,
      message: request.info,
      signature: request.signature,
    });
  if (isRight) return;
  throw new TegataError({
    kind: "integrity",
    code: "CSR_SIGNATURE_INVALID",
    message: "the certificate signing request is not signed by the key that it names",
    remedy: "Make the request again with the private key that belongs to it.",
  });
}

function readRequest(reader: DerReader, der: Uint8Array): CertificateRequest {
  const fields = reader.nested();
  const infoElement = fields.element(TAG.sequence);
  const signatureAlgorithm = readSignatureAlgorithm(fields);
  const signature = fields.wholeBitString();
  fields.end();
  const info = fields.into(infoElement);
  if (info.integer() !== 0n) throw structureError("CSR_INVALID", "its version is not 1");
  const subject = readDistinguishedName(info);
  const publicKey = readPublicKey(info);
  const extensionList = readAttributes(info.nested(contextConstructed(0)));
  info.end();
  const extensions = decodeExtensions(extensionList);
  return {
    der,
    info: infoElement.encoded,
    subject,
    publicKey,
    extensions,
    extensionList,
    signatureAlgorithm,
    signature,
  };
}

/** The extensions asked for; attributes of other kinds, such as a challenge password, are passed over. */
function readAttributes(attributes: DerReader): Extension[] {
  let extensions: Extension[] | undefined;
  while (!attributes.atEnd) {
    const attribute = attributes.nested();
    const isRequest = attribute.oid() === EXTENSION_REQUEST_OID;
    const values = attribute.nested(TAG.set);
    attribute.end();
    if (!isRequest) continue;
    if (extensions !== undefined) throw structureError("CSR_INVALID", "it asks for extensions twice");
    extensions = readExtensionList(values);
    values.end();
  }
  return extensions ?? [];
}
