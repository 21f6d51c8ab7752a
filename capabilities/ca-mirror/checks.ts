import { decodeBase64, equalBytes, tryDecodeUtf8 } from "@tegata/bytes";
import { asTegataError, TegataError } from "@tegata/errors";
import {
  type Certificate,
  formatDistinguishedName,
  parseCertificate,
  parsePem,
  sameName,
  type Verifier,
  weakKeyReason,
} from "@tegata/pki";

/** What the certificates of a connection Secret are checked with. */
export interface CheckContext {
  readonly now: Date;
  readonly verifier: Verifier;
}

/** The CA certificates of a cluster. */
export interface ClusterAuthorities {
  /** Those to be trusted now, one at least, in the provider's order (the one in use comes first), each once. */
  readonly certificates: readonly Certificate[];
  /** Those that are out of their time. */
  readonly leftOut: readonly Certificate[];
}

/** Longest certificate data that is read, in bytes: a CA takes two thousand. */
export const MAX_CERTIFICATE_DATA_BYTES = 64 * 1024;
/** Most certificates in one bundle: a rotation needs two. */
export const MAX_AUTHORITIES = 8;
/** Layers of base64 around the PEM: EKS has one, a value that was encoded once more by hand has two. */
const MAX_BASE64_LAYERS = 2;

/**
 * Reads and checks the CA certificates that a provider hands out: PEM, or base64 of PEM. Nothing is mirrored that a TLS
 * client would refuse, or that is no certificate at all.
 *
 * A certificate that is out of its time is left out if another is not: while a provider rotates, the old CA ends and the
 * new one is the one that counts.
 *
 * @throws TegataError `CA_DATA_INVALID` with the rule that is broken; `CA_DATA_PRIVATE_KEY` if there is a private key.
 * @see reference cluster-ca.md section 6, "Validation list"
 */
export function checkClusterAuthorities(data: Uint8Array, { now, verifier }: CheckContext): ClusterAuthorities {
  const certificates = distinct(readCertificates(pemTextOf(data)));
  if (certificates.length > MAX_AUTHORITIES)
    throw invalid(`there are ${certificates.length} certificates, and more than ${MAX_AUTHORITIES} is no CA bundle`);
  for (const certificate of certificates) {
    const problem = authorityProblem(certificate, verifier);
    if (problem !== undefined) throw invalid(`the certificate of "${subjectOf(certificate)}" ${problem}`);
  }
  checkSubjects(certificates);
  const isInTime = (certificate: Certificate): boolean => timeProblem(certificate, now) === undefined;
  const [first] = certificates;
  if (first !== undefined && !certificates.some(isInTime))
    throw invalid(`the certificate of "${subjectOf(first)}" ${timeProblem(first, now) ?? ""}`);
  return {
    certificates: certificates.filter(isInTime),
    leftOut: certificates.filter((certificate) => !isInTime(certificate)),
  };
}

/** Subject of a certificate for people; RFC 4514 */
export function subjectOf({ subject }: Certificate): string {
  return formatDistinguishedName(subject);
}

function pemTextOf(data: Uint8Array): string {
  if (data.length > MAX_CERTIFICATE_DATA_BYTES)
    throw invalid(`it is longer than ${MAX_CERTIFICATE_DATA_BYTES} bytes, and no CA bundle is`);
  let bytes = data;
  for (let layer = 0; layer <= MAX_BASE64_LAYERS; layer += 1) {
    const text = tryDecodeUtf8(bytes);
    if (text?.includes("-----BEGIN ") === true) return text;
    const decoded = text === undefined ? undefined : decodeBase64(text.replace(/\s+/g, ""));
    if (decoded === undefined) {
      throw invalid(
        layer === 0
          ? "it is neither a certificate in PEM nor base64 of one"
          : "it is base64, but not of a certificate in PEM",
      );
    }
    bytes = decoded;
  }
  throw invalid("it is base64, but not of a certificate in PEM");
}

function readCertificates(pem: string): Certificate[] {
  const blocks = reading(() => parsePem(pem));
  if (blocks.some(({ label }) => label.endsWith("PRIVATE KEY"))) throw privateKeyFound();
  const other = blocks.find(({ label }) => label !== "CERTIFICATE");
  if (other !== undefined) throw invalid(`it has a block "${other.label}" among its certificates`);
  if (blocks.length === 0) throw invalid("it has no certificate");
  return blocks.map(({ bytes }) => reading(() => parseCertificate(bytes)));
}

function distinct(certificates: readonly Certificate[]): Certificate[] {
  return certificates.filter(
    ({ der }, index) => certificates.findIndex((other) => equalBytes(other.der, der)) === index,
  );
}

type Check = (certificate: Certificate, verifier: Verifier) => string | undefined;

/** Ordered: the first answer wins, so the plainest comes first. */
const AUTHORITY_CHECKS: readonly Check[] = [
  ({ extensions }) =>
    extensions.basicConstraints?.ca === true
      ? undefined
      : "is not that of a CA (its basic constraints do not say CA:TRUE)",
  ({ extensions }) =>
    extensions.keyUsage === undefined || extensions.keyUsage.includes("keyCertSign")
      ? undefined
      : "may not sign certificates (its key usage has no keyCertSign)",
  ({ publicKey }) => prefixed("has a weak key: ", weakKeyReason(publicKey)),
  ({ signatureAlgorithm }) =>
    signatureAlgorithm.algorithm === undefined
      ? `is signed with an algorithm that is not accepted (${signatureAlgorithm.oid}; SHA-1 and MD5 are not)`
      : undefined,
  ({ notBefore, notAfter }) => (notAfter > notBefore ? undefined : "ends before it begins"),
  selfSignatureProblem,
];

function authorityProblem(certificate: Certificate, verifier: Verifier): string | undefined {
  for (const check of AUTHORITY_CHECKS) {
    const problem = check(certificate, verifier);
    if (problem !== undefined) return problem;
  }
  return undefined;
}

/** An intermediate CA may be a trust anchor, too; its signature is another's business. */
function selfSignatureProblem(certificate: Certificate, verifier: Verifier): string | undefined {
  const { issuer, subject, publicKey, signature, tbs: message } = certificate;
  const { algorithm } = certificate.signatureAlgorithm;
  if (!sameName(issuer, subject) || algorithm === undefined) return undefined;
  return verifier.verify({ algorithm, publicKeySpki: publicKey.spki, message, signature })
    ? undefined
    : "does not carry its own signature: it was changed after it was made";
}

function timeProblem({ notBefore, notAfter }: Certificate, now: Date): string | undefined {
  if (now > notAfter) return `expired at ${notAfter.toISOString()}`;
  if (now < notBefore) return `is not valid before ${notBefore.toISOString()}`;
  return undefined;
}

/** Two CAs of one name that nothing tells apart: OpenSSL and Node.js take the first and fail (reference section 5.6). */
function checkSubjects(certificates: readonly Certificate[]): void {
  for (const [index, certificate] of certificates.entries()) {
    const twin = certificates
      .slice(0, index)
      .find((other) => sameName(other.subject, certificate.subject) && hasNoKeyId(other, certificate));
    if (twin !== undefined)
      throw invalid(
        `two different CAs are named "${subjectOf(certificate)}" and have no subject key identifier to tell them apart`,
      );
  }
}

function hasNoKeyId(...certificates: readonly Certificate[]): boolean {
  return certificates.some(({ extensions }) => extensions.subjectKeyId === undefined);
}

function prefixed(prefix: string, text: string | undefined): string | undefined {
  return text === undefined ? undefined : `${prefix}${text}`;
}

function reading<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    const known = asTegataError(error);
    if (known === undefined) throw error;
    throw invalid(known.message);
  }
}

function invalid(why: string): TegataError {
  return new TegataError({
    kind: "invalid-input",
    code: "CA_DATA_INVALID",
    message: why,
    remedy: "Compare it with what the provider says, and correct what writes the connection Secret.",
  });
}

function privateKeyFound(): TegataError {
  return new TegataError({
    kind: "integrity",
    code: "CA_DATA_PRIVATE_KEY",
    message: "it has a private key among its certificates",
    remedy: "Take the key out of the connection Secret and treat it as known to everyone who may read that Secret.",
  });
}
