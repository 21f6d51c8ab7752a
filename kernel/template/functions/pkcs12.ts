import { encodeBase64 } from "@tegata/bytes";
import { parseCertificate, parseCertificatePem } from "@tegata/pki";
import { CallError } from "../template-error.ts";
import { bytesOf, textOf } from "../values/byte-string.ts";
import { type CallContext, defineWithContext, type TemplateFunction } from "./define.ts";
import { formatCertificates, orderChain } from "./pem.ts";

/** PKCS#12 files. They are read as they are (decode base64 first), and written as base64. External Secrets' own. */
export const PKCS12_FUNCTIONS: Readonly<Record<string, TemplateFunction>> = {
  pkcs12key: defineWithContext(["string"], (context, file) => keyOf(context, "", file)),
  pkcs12keyPass: defineWithContext(["string", "string"], keyOf),
  pkcs12cert: defineWithContext(["string"], (context, file) => certificatesOf(context, "", file)),
  pkcs12certPass: defineWithContext(["string", "string"], certificatesOf),
  pemToPkcs12: defineWithContext(["string", "string"], (context, certificate, key) => {
    return encode(context, chainOf(certificate).slice(0, 1), key, "");
  }),
  pemToPkcs12Pass: defineWithContext(["string", "string", "string"], (context, certificate, key, password) => {
    return encode(context, chainOf(certificate).slice(0, 1), key, password);
  }),
  fullPemToPkcs12: defineWithContext(["string", "string"], (context, certificates, key) => {
    return encode(context, chainOf(certificates), key, "");
  }),
  fullPemToPkcs12Pass: defineWithContext(["string", "string", "string"], (context, certificates, key, password) => {
    return encode(context, chainOf(certificates), key, password);
  }),
  pemTruststoreToPKCS12: defineWithContext(["string"], (context, certificates) =>
    trustStore(context, certificates, ""),
  ),
  pemTruststoreToPKCS12Pass: defineWithContext(["string", "string"], trustStore),
};

function keyOf({ budget, host }: CallContext, password: string, file: string): string {
  budget.keyOperation();
  return host.crypto.decodePkcs12(bytesOf(file), textOf(password)).privateKeyPem;
}

function certificatesOf({ budget, host }: CallContext, password: string, file: string): string {
  budget.keyOperation();
  const { certificates } = host.crypto.decodePkcs12(bytesOf(file), textOf(password));
  const parsed = certificates.map(parseCertificate);
  try {
    return formatCertificates(orderChain(parsed));
  } catch (thrown) {
    // What is not one chain stays in the order of the file.
    if (thrown instanceof CallError) return formatCertificates(parsed);
    throw thrown;
  }
}

function encode(
  { budget, host }: CallContext,
  certificates: readonly Uint8Array[],
  key: string,
  password: string,
): string {
  budget.keyOperation();
  return encodeBase64(host.crypto.encodePkcs12({ privateKeyPem: textOf(key), certificates }, textOf(password)));
}

function trustStore({ budget, host }: CallContext, certificates: string, password: string): string {
  budget.keyOperation();
  return encodeBase64(host.crypto.encodePkcs12TrustStore(derOf(certificates), textOf(password)));
}

/** @returns the certificates of a chain, of which there must be one at least. */
function chainOf(pem: string): Uint8Array[] {
  const certificates = derOf(pem);
  if (certificates.length === 0) throw new CallError("no certificate in the PEM text");
  return certificates;
}

function derOf(pem: string): Uint8Array[] {
  const certificates = parseCertificatePem(textOf(pem));
  for (const certificate of certificates) parseCertificate(certificate);
  return certificates;
}
