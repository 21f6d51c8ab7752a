import {
  type Certificate,
  type CertificateTemplate,
  checkPublicKey,
  distinguishedName,
  leafTemplate,
  type NameInput,
  parsePublicKey,
  type PublicKeyAlgorithm,
  rootTemplate,
} from "@tegata/pki";
import { type SpiffeId, trustDomainId, trustDomainOf } from "./spiffe-id.ts";
import type { TrustDomain } from "./trust-domain.ts";
import { checkSigningCertificate, invalidSvid } from "./x509-svid-rules.ts";

/** How far before "now" certificates begin, in milliseconds: what SPIRE allows for clocks that are behind. */
export const SVID_BACKDATE_MS = 10_000;

/** What the CA of a server looks like, and how long what it issues lives. */
export interface X509Profile {
  readonly caKeyAlgorithm: PublicKeyAlgorithm;
  readonly caSubject: NameInput;
  readonly caTtlSeconds: number;
  readonly svidTtlSeconds: number;
}

/** The defaults of SPIRE's server. */
export const SPIRE_PROFILE: X509Profile = {
  caKeyAlgorithm: "ec-p256",
  caSubject: [
    ["countryName", "US"],
    ["organizationName", "SPIFFE"],
  ],
  caTtlSeconds: 24 * 3600,
  svidTtlSeconds: 3600,
};

/** The defaults of SPIRE's Helm charts: an RSA key, since IAM Roles Anywhere takes no other, and SVIDs of four hours. */
export const HELM_PROFILE: X509Profile = {
  caKeyAlgorithm: "rsa-2048",
  caSubject: [
    ["countryName", "ARPA"],
    ["organizationName", "Example"],
    ["commonName", "example.org"],
  ],
  caTtlSeconds: 24 * 3600,
  svidTtlSeconds: 4 * 3600,
};

/** A self-signed CA of a trust domain to be made. */
export interface CaRequest {
  readonly trustDomain: TrustDomain;
  readonly publicKeySpki: Uint8Array;
  /** Also written into the subject, unless that has one, so that two CAs of one name stay distinct. */
  readonly serialNumber: bigint;
  readonly ttlSeconds: number;
  readonly subject: NameInput;
}

/** An X509-SVID to be issued. */
export interface SvidRequest {
  /** With a path. */
  readonly spiffeId: SpiffeId;
  readonly publicKeySpki: Uint8Array;
  readonly serialNumber: bigint;
  /** Cut to what the CA has left. */
  readonly ttlSeconds: number;
  /** The first one becomes the common name. */
  readonly dnsNames?: readonly string[];
  /** @defaultValue C=US, O=SPIRE, and the first DNS name as common name */
  readonly subject?: NameInput;
}

/** Template of a self-signed CA as SPIRE makes them. */
export function caTemplate(request: CaRequest, now: Date): CertificateTemplate {
  const { subject, serialNumber, publicKeySpki, ttlSeconds } = request;
  const isNumbered = subject.some(([attribute]) => attribute === "serialNumber");
  const numbered: NameInput = isNumbered ? subject : [...subject, ["serialNumber", serialNumber.toString()]];
  const template = rootTemplate(
    {
      subject: distinguishedName(numbered),
      serialNumber,
      publicKeySpki,
      lifetimeMs: ttlSeconds * 1000,
      subjectAltNames: [{ type: "uri", value: trustDomainId(request.trustDomain) }],
    },
    now,
  );
  return { ...template, notBefore: new Date(now.getTime() - SVID_BACKDATE_MS) };
}

/**
 * Template of an X509-SVID as SPIRE makes them.
 *
 * @param issuer - the CA; it must be one that may sign for the ID's trust domain.
 * @throws TegataError `X509_SVID_INVALID` if it is not, or the lifetime is not positive; `PUBLIC_KEY_INVALID`,
 *   `PUBLIC_KEY_WEAK` for a key that no validator should accept; `ISSUER_EXPIRED`.
 */
export function svidTemplate(request: SvidRequest, issuer: Certificate, now: Date): CertificateTemplate {
  const { spiffeId, dnsNames = [], serialNumber, publicKeySpki, ttlSeconds } = request;
  checkSigningCertificate(issuer, trustDomainOf(spiffeId));
  checkPublicKey(parsePublicKey(publicKeySpki));
  // Back-dating alone would make a certificate of it, which had expired before it was signed.
  if (!(ttlSeconds > 0)) throw invalidSvid("its lifetime would not be positive");
  const template = leafTemplate(
    {
      subject: distinguishedName(request.subject ?? defaultSubject(dnsNames)),
      serialNumber,
      publicKeySpki,
      lifetimeMs: ttlSeconds * 1000,
      issuer,
      usages: ["serverAuth", "clientAuth"],
      keyUsage: ["digitalSignature", "keyEncipherment", "keyAgreement"],
      subjectAltNames: [
        { type: "uri", value: spiffeId },
        ...dnsNames.map((value) => ({ type: "dns", value }) as const),
      ],
    },
    now,
  );
  const notBefore = Math.max(now.getTime() - SVID_BACKDATE_MS, issuer.notBefore.getTime());
  return { ...template, notBefore: new Date(notBefore) };
}

function defaultSubject([firstDnsName]: readonly string[]): NameInput {
  const subject: NameInput = [
    ["countryName", "US"],
    ["organizationName", "SPIRE"],
  ];
  return firstDnsName === undefined ? subject : [...subject, ["commonName", firstDnsName]];
}
