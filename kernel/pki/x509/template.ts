import { TegataError } from "@tegata/errors";
import { contextConstructed } from "../der/tags.ts";
import { der, derBitString, derInteger, derSequence, derTime } from "../der/writer.ts";
import type { Signer } from "../signer.ts";
import { encodeSignatureAlgorithm, type SignatureAlgorithm, signatureAlgorithmOf } from "./algorithms.ts";
import { type DistinguishedName, isEmptyName } from "./distinguished-name.ts";
import { encodeExtension, encodeExtensions, type Extension, type Extensions } from "./extensions.ts";

/** Everything that a certificate will say, before a key has touched it. */
export interface CertificateTemplate {
  /** 1 to 2¹⁵⁹-1, unpredictable. See {@link serialNumberFrom}. */
  readonly serialNumber: bigint;
  readonly issuer: DistinguishedName;
  readonly subject: DistinguishedName;
  /** Cut to seconds. */
  readonly notBefore: Date;
  readonly notAfter: Date;
  /** SubjectPublicKeyInfo, DER. */
  readonly publicKeySpki: Uint8Array;
  readonly extensions: Extensions;
  /** Extensions that {@link Extensions} has no field for. */
  readonly otherExtensions?: readonly Extension[];
}

const VERSION_3 = der(contextConstructed(0), derInteger(2));

/**
 * Signs what a template says: one key operation.
 *
 * @returns the certificate, DER.
 * @throws TegataError `TEMPLATE_INVALID` if the template breaks a rule of RFC 5280 §4.1.2; what the signer throws.
 */
export async function signCertificate(template: CertificateTemplate, signer: Signer): Promise<Uint8Array> {
  checkTemplate(template);
  const algorithm = encodeSignatureAlgorithm(signatureAlgorithmOf(signer.algorithm));
  const tbs = encodeTbs(template, algorithm);
  return derSequence(tbs, algorithm, derBitString(await signer.sign(tbs)));
}

/** The bytes that a signature in this scheme would be over. */
export function encodeTbsCertificate(template: CertificateTemplate, algorithm: SignatureAlgorithm): Uint8Array {
  checkTemplate(template);
  return encodeTbs(template, encodeSignatureAlgorithm(algorithm));
}

/**
 * A positive serial number from random bytes: their top bit is cleared, and zero becomes one.
 *
 * @param random - 8 to 20 bytes from a cryptographic generator; CA/Browser Forum BR 7.1 wants 64 bits of output at least.
 */
export function serialNumberFrom(random: Uint8Array): bigint {
  let value = 0n;
  for (const byte of random) value = (value << 8n) | BigInt(byte);
  const positive = BigInt.asUintN(random.length * 8 - 1, value);
  return positive === 0n ? 1n : positive;
}

function encodeTbs(template: CertificateTemplate, algorithm: Uint8Array): Uint8Array {
  const extensions = encodeExtensions(template.extensions, isEmptyName(template.subject));
  for (const extension of template.otherExtensions ?? []) extensions.push(encodeExtension(extension));
  return derSequence(
    VERSION_3,
    derInteger(template.serialNumber),
    algorithm,
    template.issuer.encoded,
    derSequence(derTime(template.notBefore), derTime(template.notAfter)),
    template.subject.encoded,
    template.publicKeySpki,
    ...(extensions.length === 0 ? [] : [der(contextConstructed(3), derSequence(...extensions))]),
  );
}

function checkTemplate({ serialNumber, issuer, subject, notBefore, notAfter, extensions }: CertificateTemplate): void {
  if (serialNumber <= 0n || serialNumber >= 1n << 159n) throw invalidTemplate("its serial number is not 1 to 2^159-1");
  if (isEmptyName(issuer)) throw invalidTemplate("its issuer is empty");
  if (!(notBefore.getTime() < notAfter.getTime())) throw invalidTemplate("it ends before it begins");
  const isCa = extensions.basicConstraints?.ca === true;
  if (isCa && isEmptyName(subject)) throw invalidTemplate("a CA needs a subject");
  if (extensions.keyUsage?.includes("keyCertSign") === true && !isCa)
    throw invalidTemplate("only a CA may have the key usage keyCertSign");
  if (isEmptyName(subject) && (extensions.subjectAltNames ?? []).length === 0)
    throw invalidTemplate("it names nobody: subject and subject alternative names are empty");
}

function invalidTemplate(why: string): TegataError {
  return new TegataError({
    kind: "invalid-input",
    code: "TEMPLATE_INVALID",
    message: `the certificate cannot be issued: ${why}`,
    remedy: "Correct the request; RFC 5280 section 4.1.2 has the rules.",
  });
}
