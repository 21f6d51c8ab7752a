import { decodeBase64 } from "@tegata/bytes";
import { encodeIp, parseCertificate, parseCertificatePem } from "@tegata/pki";
import type { CertificateAndKey } from "../host.ts";
import { CallError } from "../template-error.ts";
import { byteStringOfBytes, byteStringOfText, textOf } from "../values/byte-string.ts";
import { type GoSlice, type GoValue, typeOf } from "../values/value.ts";
import { GoCertificate } from "./certificate-value.ts";
import { type CallContext, defineWithContext, type TemplateFunction } from "./define.ts";

const DAY_MS = 86_400_000;

/** Certificates made by the template: each call makes new ones, so use them with `refreshPolicy: CreatedOnce`. */
export const CERTIFICATE_FUNCTIONS: Readonly<Record<string, TemplateFunction>> = {
  buildCustomCert: defineWithContext(["string", "string"], buildCustomCert),
  genCA: defineWithContext(["string", "int"], (context, commonName, days) => {
    return issue(context, { commonName, days, isCa: true });
  }),
  genCAWithKey: defineWithContext(["string", "int", "string"], (context, commonName, days, key) => {
    return issue(context, { commonName, days, isCa: true, key });
  }),
  genSelfSignedCert: defineWithContext(
    ["string", "[]any", "[]any", "int"],
    (context, commonName, ips, dnsNames, days) => issue(context, { commonName, ips, dnsNames, days }),
  ),
  genSelfSignedCertWithKey: defineWithContext(
    ["string", "[]any", "[]any", "int", "string"],
    (context, commonName, ips, dnsNames, days, key) => issue(context, { commonName, ips, dnsNames, days, key }),
  ),
  genSignedCert: defineWithContext(
    ["string", "[]any", "[]any", "int", "certificate"],
    (context, commonName, ips, dnsNames, days, issuer) => issue(context, { commonName, ips, dnsNames, days, issuer }),
  ),
  genSignedCertWithKey: defineWithContext(
    ["string", "[]any", "[]any", "int", "certificate", "string"],
    (context, commonName, ips, dnsNames, days, issuer, key) => {
      return issue(context, { commonName, ips, dnsNames, days, issuer, key });
    },
  ),
};

interface Wanted {
  readonly commonName: string;
  readonly ips?: GoSlice | null;
  readonly dnsNames?: GoSlice | null;
  readonly days: bigint;
  readonly isCa?: boolean;
  /** PEM; a new key if absent. */
  readonly key?: string;
  readonly issuer?: GoCertificate;
}

function issue({ budget, host }: CallContext, wanted: Wanted): GoCertificate {
  const notBefore = host.now();
  const notAfter = new Date(notBefore.getTime() + Number(wanted.days) * DAY_MS);
  if (Number.isNaN(notAfter.getTime())) throw new CallError("the certificate would end beyond the year 9999");
  const request = {
    commonName: textOf(wanted.commonName),
    ipAddresses: textsOf(wanted.ips, "error parsing ip"),
    dnsNames: textsOf(wanted.dnsNames, "error processing alternate dns name"),
    notBefore,
    notAfter,
    isCa: wanted.isCa ?? false,
    privateKeyPem: wanted.key === undefined ? undefined : textOf(wanted.key),
    issuer: wanted.issuer && pemPairOf(wanted.issuer),
  };
  for (const ip of request.ipAddresses) {
    if (encodeIp(ip) === undefined) throw new CallError("error parsing ip", byteStringOfText(ip));
  }
  budget.keyOperation();
  const { certificatePem, privateKeyPem } = host.crypto.issueCertificate(request);
  return new GoCertificate(certificatePem, privateKeyPem);
}

function pemPairOf({ certificatePem, privateKeyPem }: GoCertificate): CertificateAndKey {
  return { certificatePem: textOf(certificatePem), privateKeyPem: textOf(privateKeyPem) };
}

function textsOf(list: GoSlice | null | undefined, problem: string): string[] {
  return (list?.items ?? []).map((item: GoValue) => {
    if (typeof item !== "string") throw new CallError(`${problem}: a value of type ${typeOf(item)} is not a string`);
    return textOf(item);
  });
}

function buildCustomCert({ host }: CallContext, certificate: string, key: string): GoCertificate {
  const certificatePem = decodeBase64(certificate);
  if (certificatePem === undefined) throw new CallError("unable to decode base64 certificate");
  const privateKeyPem = decodeBase64(key);
  if (privateKeyPem === undefined) throw new CallError("unable to decode base64 private key");
  const pair = new GoCertificate(byteStringOfBytes(certificatePem), byteStringOfBytes(privateKeyPem));
  const [first] = parseCertificatePem(textOf(pair.certificatePem));
  if (first === undefined) throw new CallError("unable to decode certificate");
  parseCertificate(first);
  host.crypto.checkPrivateKey(textOf(pair.privateKeyPem));
  return pair;
}
