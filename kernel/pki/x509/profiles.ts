import { TegataError } from "@tegata/errors";
import type { Certificate } from "./certificate.ts";
import type { DistinguishedName } from "./distinguished-name.ts";
import type { KeyUsage } from "./extensions.ts";
import type { GeneralName } from "./general-name.ts";
import { parsePublicKey, subjectKeyId } from "./public-key.ts";
import type { CertificateTemplate } from "./template.ts";

/** How far before "now" a certificate begins, in milliseconds, so that peers whose clock is behind accept it. */
export const BACKDATE_MS = 5 * 60 * 1000;

/** A self-signed CA to be made. */
export interface RootRequest {
  /** Give every new CA of a chain another one, e.g. `kubernetes-ca v2`: two CAs of one name break OpenSSL and Node.js. */
  readonly subject: DistinguishedName;
  readonly serialNumber: bigint;
  readonly publicKeySpki: Uint8Array;
  readonly lifetimeMs: number;
  readonly subjectAltNames?: readonly GeneralName[];
}

/** A CA below another one. */
export interface IntermediateRequest extends RootRequest {
  readonly issuer: Certificate;
  readonly pathLength?: number;
}

/** A leaf for TLS. */
export interface LeafRequest {
  readonly subject: DistinguishedName;
  readonly serialNumber: bigint;
  readonly publicKeySpki: Uint8Array;
  readonly lifetimeMs: number;
  readonly issuer: Certificate;
  readonly usages: readonly ("serverAuth" | "clientAuth")[];
  readonly subjectAltNames?: readonly GeneralName[];
  /** @defaultValue digitalSignature and, for an RSA key, keyEncipherment */
  readonly keyUsage?: readonly KeyUsage[];
}

/** Template of a self-signed CA, without path length, so that it can be cross-signed. */
export function rootTemplate(request: RootRequest, now: Date): CertificateTemplate {
  const keyId = subjectKeyId(parsePublicKey(request.publicKeySpki));
  return {
    serialNumber: request.serialNumber,
    issuer: request.subject,
    subject: request.subject,
    ...validity(now, request.lifetimeMs),
    publicKeySpki: request.publicKeySpki,
    extensions: {
      basicConstraints: { ca: true },
      keyUsage: ["keyCertSign", "cRLSign"],
      subjectKeyId: keyId,
      ...(request.subjectAltNames === undefined ? {} : { subjectAltNames: request.subjectAltNames }),
    },
  };
}

/** Template of a CA below another one; it ends no later than its issuer. @throws TegataError `ISSUER_EXPIRED` */
export function intermediateTemplate(request: IntermediateRequest, now: Date): CertificateTemplate {
  const root = rootTemplate(request, now);
  const { pathLength } = request;
  return {
    ...root,
    issuer: request.issuer.subject,
    ...validity(now, request.lifetimeMs, request.issuer),
    extensions: {
      ...root.extensions,
      basicConstraints: { ca: true, ...(pathLength === undefined ? {} : { pathLength }) },
      authorityKeyId: authorityKeyIdOf(request.issuer),
    },
  };
}

/** Template of a TLS leaf; it lies within its issuer's validity. @throws TegataError `ISSUER_EXPIRED` */
export function leafTemplate(request: LeafRequest, now: Date): CertificateTemplate {
  const key = parsePublicKey(request.publicKeySpki);
  const keyUsage: readonly KeyUsage[] =
    request.keyUsage ?? (key.type === "rsa" ? ["digitalSignature", "keyEncipherment"] : ["digitalSignature"]);
  return {
    serialNumber: request.serialNumber,
    issuer: request.issuer.subject,
    subject: request.subject,
    ...validity(now, request.lifetimeMs, request.issuer),
    publicKeySpki: request.publicKeySpki,
    extensions: {
      basicConstraints: { ca: false },
      keyUsage,
      extendedKeyUsage: request.usages,
      subjectKeyId: subjectKeyId(key),
      authorityKeyId: authorityKeyIdOf(request.issuer),
      ...(request.subjectAltNames === undefined ? {} : { subjectAltNames: request.subjectAltNames }),
    },
  };
}

/** Authority key identifier of what this CA issues: its own subject key identifier, or what that would be. */
export function authorityKeyIdOf(issuer: Certificate): { keyId: Uint8Array; hasIssuerAndSerial: false } {
  return { keyId: issuer.extensions.subjectKeyId ?? subjectKeyId(issuer.publicKey), hasIssuerAndSerial: false };
}

/** From five minutes ago until `lifetimeMs` from now, cut to the issuer's validity. */
function validity(now: Date, lifetimeMs: number, issuer?: Certificate): { notBefore: Date; notAfter: Date } {
  if (issuer !== undefined && issuer.notAfter.getTime() <= now.getTime()) throw issuerExpired(issuer);
  const notBefore = Math.max(now.getTime() - BACKDATE_MS, issuer?.notBefore.getTime() ?? -Infinity);
  const notAfter = Math.min(now.getTime() + lifetimeMs, issuer?.notAfter.getTime() ?? Infinity);
  return { notBefore: new Date(notBefore), notAfter: new Date(notAfter) };
}

function issuerExpired(issuer: Certificate): TegataError {
  return new TegataError({
    kind: "not-ready",
    code: "ISSUER_EXPIRED",
    message: `the issuing CA expired at ${issuer.notAfter.toISOString()}`,
    remedy: "Renew or rotate the CA before issuing with it.",
  });
}
