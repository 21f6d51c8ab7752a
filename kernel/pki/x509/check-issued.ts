import { equalBytes } from "@tegata/bytes";
import { TegataError } from "@tegata/errors";
import type { Verifier } from "../verifier.ts";
import { type Certificate, parseCertificate } from "./certificate.ts";
import { encodeTbsCertificate, type CertificateTemplate } from "./template.ts";

/**
 * Reads back what was just signed, so that nothing is handed out that we would not accept: it must say exactly what the
 * template says, and its signature must be right under the issuer's key.
 *
 * @returns the certificate, parsed.
 * @throws TegataError `ISSUED_CERTIFICATE_WRONG`: a signer used another key, or bytes were changed on the way.
 */
export function checkIssuedCertificate(
  der: Uint8Array,
  template: CertificateTemplate,
  issuerPublicKeySpki: Uint8Array,
  verifier: Verifier,
): Certificate {
  const certificate = parseCertificate(der);
  const { algorithm } = certificate.signatureAlgorithm;
  if (algorithm === undefined || !equalBytes(encodeTbsCertificate(template, algorithm), certificate.tbs))
    throw wrongCertificate("it does not say what was asked for");
  const { tbs: message, signature } = certificate;
  if (!verifier.verify({ algorithm, publicKeySpki: issuerPublicKeySpki, message, signature }))
    throw wrongCertificate("its signature does not verify under the issuer's key");
  return certificate;
}

function wrongCertificate(why: string): TegataError {
  return new TegataError({
    kind: "integrity",
    code: "ISSUED_CERTIFICATE_WRONG",
    message: `the certificate that was just signed is not handed out: ${why}`,
    remedy: "Check that the signing key is the one that belongs to the issuing CA's certificate.",
  });
}
