import { decodeBase64, tryDecodeUtf8 } from "@tegata/bytes";
import { asTegataError } from "@tegata/errors";
import { nodeVerifier } from "@tegata/keys";
import { type CertificateRequest, checkCertificateRequest, parseCertificateRequest, parsePem } from "@tegata/pki";

/**
 * Reads `spec.request`: base64 of one PEM block `CERTIFICATE REQUEST`, signed by its own key.
 *
 * @returns the request, or why it cannot be used.
 */
export function readCsr(request: string): CertificateRequest | { readonly problem: string } {
  const bytes = decodeBase64(request);
  const text = bytes && tryDecodeUtf8(bytes);
  if (text === undefined) return { problem: "PEM block type must be CERTIFICATE REQUEST" };
  try {
    const [block, ...rest] = parsePem(text);
    if (block?.label !== "CERTIFICATE REQUEST" || rest.length > 0)
      return { problem: "PEM block type must be CERTIFICATE REQUEST" };
    const csr = parseCertificateRequest(block.bytes);
    checkCertificateRequest(csr, nodeVerifier);
    return csr;
  } catch (error) {
    const refusal = asTegataError(error);
    if (refusal === undefined) throw error;
    return { problem: refusal.message };
  }
}
