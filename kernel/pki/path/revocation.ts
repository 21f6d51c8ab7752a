import type { Verifier } from "../verifier.ts";
import type { Certificate } from "../x509/certificate.ts";
import { sameName } from "../x509/distinguished-name.ts";
import { EXTENSION_OID } from "../x509/oids.ts";
import type { CertificateRevocationList } from "./crl.ts";
import { PathProblem } from "./path-types.ts";

/**
 * Checks a certificate against the CRLs of its issuer. RFC 5280 §6.3.3, for complete CRLs that their CA signed itself.
 *
 * @throws PathProblem if one of them lists the certificate, or cannot be relied on.
 */
export function checkRevocation(
  certificate: Certificate,
  issuer: Certificate,
  crls: readonly CertificateRevocationList[],
  { now, verifier }: { readonly now: Date; readonly verifier: Verifier },
): void {
  for (const crl of crls.filter((one) => sameName(one.issuer, issuer.subject))) {
    const problem = crlProblem(crl, issuer, now, verifier);
    if (problem !== undefined) throw new PathProblem(`the revocation list of its issuer cannot be used: ${problem}`);
    if (crl.revokedSerialNumbers.has(certificate.serialNumber)) throw new PathProblem("it is revoked");
  }
}

function crlProblem(
  crl: CertificateRevocationList,
  issuer: Certificate,
  now: Date,
  verifier: Verifier,
): string | undefined {
  if (issuer.extensions.keyUsage?.includes("cRLSign") === false) return "the issuer may not sign such lists";
  const number = crl.extensionList.find(({ oid }) => oid === EXTENSION_OID.crlNumber);
  if (number === undefined || number.critical) return "its number is missing or critical";
  if (crl.hasCriticalEntryExtension || crl.extensionList.some(({ critical }) => critical))
    return "it has a critical extension that is not understood";
  if (now < crl.thisUpdate || (crl.nextUpdate !== undefined && now > crl.nextUpdate)) return "it is out of date";
  const { algorithm } = crl.signatureAlgorithm;
  const { tbs: message, signature } = crl;
  const isRight =
    algorithm !== undefined && verifier.verify({ algorithm, publicKeySpki: issuer.publicKey.spki, message, signature });
  return isRight ? undefined : "its signature is wrong";
}
