import { concatBytes } from "@tegata/bytes";
import {
  type Certificate,
  checkIssuedCertificate,
  decodeDer,
  MAX_INTERMEDIATES,
  parseCertificate,
  type PathOptions,
  signCertificate,
  type Signer,
  TAG,
  validateCertificatePath,
  type Verifier,
} from "@tegata/pki";
import { type SpiffeId, trustDomainOf } from "./spiffe-id.ts";
import { type BundleSource, requireBundle } from "./trust-bundle.ts";
import { svidTemplate, type SvidRequest } from "./x509-profile.ts";
import { checkX509Svid, invalidSvid, x509SvidIdOf } from "./x509-svid-rules.ts";

/** A certificate chain that claims a SPIFFE ID. */
export interface X509Svid {
  readonly spiffeId: SpiffeId;
  readonly leaf: Certificate;
  /** The CAs between leaf and bundle, in the order of the chain. */
  readonly intermediates: readonly Certificate[];
}

/** A CA that issues X509-SVIDs. */
export interface SigningCa {
  readonly certificate: Certificate;
  readonly signer: Signer;
  readonly verifier: Verifier;
}

/**
 * Issues an X509-SVID.
 *
 * @returns the leaf, checked as a stranger would check it.
 * @throws TegataError `X509_SVID_INVALID`, `PUBLIC_KEY_WEAK`, `ISSUER_EXPIRED`, `TEMPLATE_INVALID` for a request that cannot be granted;
 *   `ISSUED_CERTIFICATE_WRONG` if the signer is not the CA's.
 */
export async function issueX509Svid(request: SvidRequest, ca: SigningCa, now: Date): Promise<Certificate> {
  const template = svidTemplate(request, ca.certificate, now);
  const leafDer = await signCertificate(template, ca.signer);
  const leaf = checkIssuedCertificate(leafDer, template, ca.certificate.publicKey.spki, ca.verifier);
  checkX509Svid(leaf, request.spiffeId);
  return leaf;
}

/**
 * Reads an X509-SVID. This says whom it claims to be, not that it may be trusted: see {@link verifyX509Svid}.
 *
 * @param chainDer - certificates one after the other, leaf first, as the Workload API sends them.
 * @throws TegataError `X509_SVID_INVALID`, or `CERTIFICATE_INVALID` if one cannot be read.
 */
export function parseX509Svid(chainDer: Uint8Array): X509Svid {
  const chain = splitCertificates(chainDer);
  checkLength(chain.length);
  return x509SvidOf(chain.map(parseCertificate));
}

/** The X509-SVID that is a chain of certificates, leaf first. @throws TegataError `X509_SVID_INVALID` */
export function x509SvidOf([leaf, ...intermediates]: readonly Certificate[]): X509Svid {
  if (leaf === undefined) throw invalidSvid("the chain is empty");
  checkLength(1 + intermediates.length);
  return { spiffeId: x509SvidIdOf(leaf), leaf, intermediates };
}

/** The inverse of {@link parseX509Svid}. */
export function encodeX509Svid({ leaf, intermediates }: X509Svid): Uint8Array {
  return concatBytes(leaf.der, ...intermediates.map(({ der }) => der));
}

/**
 * Verifies an X509-SVID by the bundle of the trust domain that it claims, and by no other.
 *
 * @returns the path, leaf first, root last.
 * @throws TegataError `BUNDLE_NOT_FOUND`, `CERTIFICATE_PATH_INVALID`, `X509_SVID_INVALID`
 * @see X509-SVID §5
 */
export function verifyX509Svid(
  svid: X509Svid,
  bundles: BundleSource,
  options: Pick<PathOptions, "now" | "verifier" | "crls">,
): readonly Certificate[] {
  const { x509Authorities } = requireBundle(bundles, trustDomainOf(x509SvidIdOf(svid.leaf)));
  return validateCertificatePath(svid.leaf, {
    ...options,
    trustAnchors: x509Authorities,
    intermediates: svid.intermediates,
  });
}

/** Splits certificates that stand one after the other. @throws TegataError `DER_INVALID` */
export function splitCertificates(der: Uint8Array): Uint8Array[] {
  return decodeDer(der, (reader) => {
    const certificates: Uint8Array[] = [];
    while (!reader.atEnd) certificates.push(reader.element(TAG.sequence).encoded);
    return certificates;
  });
}

function checkLength(count: number): void {
  if (count > 1 + MAX_INTERMEDIATES) throw invalidSvid(`the chain has more than ${MAX_INTERMEDIATES} intermediates`);
}
