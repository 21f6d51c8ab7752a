import { asTegataError, TegataError } from "@tegata/errors";
import { type Certificate, EXTENSION_OID, isEmptyName } from "@tegata/pki";
import { parseWorkloadSpiffeId, parseSpiffeId, pathOf, type SpiffeId, trustDomainOf } from "./spiffe-id.ts";
import type { TrustDomain } from "./trust-domain.ts";

/**
 * The identity that a leaf certificate claims, by the rules that every validator of X509-SVIDs applies. Whether the claim
 * is true is for the path to say.
 *
 * @throws TegataError `X509_SVID_INVALID` if it is no leaf X509-SVID.
 * @see X509-SVID §2, §5.2
 */
export function x509SvidIdOf(leaf: Certificate): SpiffeId {
  const { basicConstraints, keyUsage = [] } = leaf.extensions;
  if (basicConstraints?.ca === true) throw invalidSvid("it is a CA certificate, which is never an identity");
  for (const usage of ["keyCertSign", "cRLSign"] as const)
    if (keyUsage.includes(usage)) throw invalidSvid(`its key usage allows ${usage}`);
  const [uri, ...more] = uriNames(leaf);
  if (uri === undefined) throw invalidSvid("it has no URI among its subject alternative names");
  if (more.length > 0) throw invalidSvid("it has more than one URI among its subject alternative names");
  return readingId(() => parseWorkloadSpiffeId(uri));
}

/**
 * Checks that a leaf follows every rule for those who issue X509-SVIDs, and names whom it should.
 *
 * @throws TegataError `X509_SVID_INVALID`
 * @see X509-SVID §2, §3.1, §4
 */
export function checkX509Svid(leaf: Certificate, spiffeId: SpiffeId): void {
  const id = x509SvidIdOf(leaf);
  if (id !== spiffeId) throw invalidSvid(`it is for "${id}", not for "${spiffeId}"`);
  const { keyUsage = [], extendedKeyUsage } = leaf.extensions;
  if (!isCritical(leaf, EXTENSION_OID.keyUsage)) throw invalidSvid("its key usage is missing or not critical");
  if (!keyUsage.includes("digitalSignature")) throw invalidSvid("its key usage lacks digitalSignature");
  for (const usage of ["serverAuth", "clientAuth"])
    if (extendedKeyUsage !== undefined && !extendedKeyUsage.includes(usage))
      throw invalidSvid(`its extended key usage lacks ${usage}`);
  if (isEmptyName(leaf.subject) && !isCritical(leaf, EXTENSION_OID.subjectAltName))
    throw invalidSvid("its subject is empty, but its subject alternative names are not critical");
}

/**
 * Checks that a CA may sign SVIDs of a trust domain. An ID in it is not demanded: CAs above SPIFFE rarely have one.
 *
 * @throws TegataError `X509_SVID_INVALID`
 * @see X509-SVID §3.2, §4
 */
export function checkSigningCertificate(ca: Certificate, trustDomain: TrustDomain): void {
  const { basicConstraints, keyUsage = [] } = ca.extensions;
  if (basicConstraints?.ca !== true) throw invalidSvid("the signing certificate is not a CA");
  if (!keyUsage.includes("keyCertSign") || !isCritical(ca, EXTENSION_OID.keyUsage))
    throw invalidSvid("the key usage of the signing certificate lacks keyCertSign or is not critical");
  const [uri, ...more] = uriNames(ca);
  if (uri === undefined) return;
  if (more.length > 0) throw invalidSvid("the signing certificate has more than one URI");
  const id = readingId(() => parseSpiffeId(uri));
  if (pathOf(id) !== "") throw invalidSvid(`the ID of the signing certificate has a path: "${id}"`);
  if (trustDomainOf(id) !== trustDomain)
    throw invalidSvid(`the signing certificate is for "${id}", not for trust domain "${trustDomain}"`);
}

/** A certificate that is not what it should be, and why. */
export function invalidSvid(why: string, cause?: unknown): TegataError {
  return new TegataError({
    kind: "integrity",
    code: "X509_SVID_INVALID",
    message: `the certificate is not an X509-SVID that is accepted: ${why}`,
    remedy: "Present an X509-SVID as a SPIFFE implementation issues it, leaf first.",
    ...(cause === undefined ? {} : { cause }),
  });
}

function uriNames({ extensions }: Certificate): string[] {
  return (extensions.subjectAltNames ?? []).flatMap((name) => (name.type === "uri" ? [name.value] : []));
}

function isCritical({ extensionList }: Certificate, oid: string): boolean {
  return extensionList.some((extension) => extension.oid === oid && extension.critical);
}

function readingId(read: () => SpiffeId): SpiffeId {
  try {
    return read();
  } catch (thrown) {
    const error = asTegataError(thrown);
    throw error === undefined ? thrown : invalidSvid(error.message, error);
  }
}
