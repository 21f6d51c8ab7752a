import { equalBytes } from "@tegata/bytes";
import { TegataError } from "@tegata/errors";
import type { Certificate, PublicKey } from "@tegata/pki";
import type { TrustDomain } from "./trust-domain.ts";

/** A key under which JWT-SVIDs of a trust domain are accepted. */
export interface JwtAuthority {
  /** `kid`: unique in its bundle. */
  readonly keyId: string;
  readonly publicKey: PublicKey;
}

/** A trust domain's public roots. They vouch for that trust domain only. */
export interface TrustBundle {
  readonly trustDomain: TrustDomain;
  readonly x509Authorities: readonly Certificate[];
  readonly jwtAuthorities: readonly JwtAuthority[];
  /** Grows with every change. 64 bits. */
  readonly sequenceNumber?: bigint;
  /** How often to ask for a newer one, in seconds. */
  readonly refreshHintSeconds?: number;
}

/** Finds the bundle of a trust domain: a Map of them is one. */
export interface BundleSource {
  get(trustDomain: TrustDomain): TrustBundle | undefined;
}

/** What has come and gone between two bundles of a trust domain. */
export interface BundleDiff {
  readonly addedX509Authorities: readonly Certificate[];
  readonly removedX509Authorities: readonly Certificate[];
  readonly addedJwtAuthorities: readonly JwtAuthority[];
  readonly removedJwtAuthorities: readonly JwtAuthority[];
}

/** A bundle without authorities: nobody is trusted. */
export function emptyBundle(trustDomain: TrustDomain): TrustBundle {
  return { trustDomain, x509Authorities: [], jwtAuthorities: [] };
}

/** @throws TegataError `BUNDLE_NOT_FOUND` */
export function requireBundle(bundles: BundleSource, trustDomain: TrustDomain): TrustBundle {
  const bundle = bundles.get(trustDomain);
  if (bundle !== undefined) return bundle;
  throw new TegataError({
    kind: "not-ready",
    code: "BUNDLE_NOT_FOUND",
    message: `there is no bundle of trust domain "${trustDomain}"`,
    remedy: "Federate with this trust domain, or wait until its bundle has been fetched.",
  });
}

/** What has to change for `from` to become `to`. A JWT key that is replaced under its ID is removed and added. */
export function diffBundles(from: TrustBundle, to: TrustBundle): BundleDiff {
  return {
    addedX509Authorities: without(to.x509Authorities, from.x509Authorities, sameCertificate),
    removedX509Authorities: without(from.x509Authorities, to.x509Authorities, sameCertificate),
    addedJwtAuthorities: without(to.jwtAuthorities, from.jwtAuthorities, sameJwtAuthority),
    removedJwtAuthorities: without(from.jwtAuthorities, to.jwtAuthorities, sameJwtAuthority),
  };
}

/** Whether two bundles trust the same keys for the same trust domain; order, sequence and refresh hint do not matter. */
export function sameAuthorities(a: TrustBundle, b: TrustBundle): boolean {
  return a.trustDomain === b.trustDomain && Object.values(diffBundles(a, b)).every((list) => list.length === 0);
}

/** Whether two bundles say the same, apart from the order of authorities. */
export function sameBundle(a: TrustBundle, b: TrustBundle): boolean {
  return (
    sameAuthorities(a, b) && a.sequenceNumber === b.sequenceNumber && a.refreshHintSeconds === b.refreshHintSeconds
  );
}

/**
 * Adds authorities, as a server does to its own bundle before it uses a new one. What a trust domain publishes replaces the
 * old bundle whole instead: it may have revoked something.
 *
 * @returns the bundle itself if nothing was new; else one whose sequence number is one higher.
 * @throws TegataError `BUNDLE_INVALID` if another JWT key has the ID already.
 */
export function addAuthorities(
  bundle: TrustBundle,
  added: Partial<Pick<TrustBundle, "x509Authorities" | "jwtAuthorities">>,
): TrustBundle {
  const x509Authorities = [...bundle.x509Authorities];
  for (const one of added.x509Authorities ?? [])
    if (!x509Authorities.some((known) => sameCertificate(known, one))) x509Authorities.push(one);
  const jwtAuthorities = [...bundle.jwtAuthorities];
  for (const one of added.jwtAuthorities ?? []) {
    const known = jwtAuthorities.find(({ keyId }) => keyId === one.keyId);
    if (known === undefined) jwtAuthorities.push(one);
    else if (!sameJwtAuthority(known, one))
      throw invalidBundle(bundle.trustDomain, `another key has the ID "${one.keyId}"`);
  }
  const next = { ...bundle, x509Authorities, jwtAuthorities };
  return sameAuthorities(bundle, next) ? bundle : { ...next, sequenceNumber: (bundle.sequenceNumber ?? 0n) + 1n };
}

/** A bundle that cannot be used, and why. */
export function invalidBundle(trustDomain: TrustDomain, why: string, cause?: unknown): TegataError {
  return new TegataError({
    kind: "invalid-input",
    code: "BUNDLE_INVALID",
    message: `the bundle of trust domain "${trustDomain}" cannot be used: ${why}`,
    remedy:
      "Check that the document is a whole SPIFFE bundle (a JWKS with x509-svid and jwt-svid keys), or PEM certificates.",
    ...(cause === undefined ? {} : { cause }),
  });
}

function sameCertificate(a: Certificate, b: Certificate): boolean {
  return equalBytes(a.der, b.der);
}

function sameJwtAuthority(a: JwtAuthority, b: JwtAuthority): boolean {
  return a.keyId === b.keyId && equalBytes(a.publicKey.spki, b.publicKey.spki);
}

function without<T>(list: readonly T[], others: readonly T[], isSame: (a: T, b: T) => boolean): T[] {
  return list.filter((one) => !others.some((other) => isSame(one, other)));
}
