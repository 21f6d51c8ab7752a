import type { Verifier } from "../verifier.ts";
import type { Certificate } from "../x509/certificate.ts";
import type { CertificateRevocationList } from "./crl.ts";

/**
 * How strictly certificates are read, beyond what path validation itself demands.
 *
 * - `compatible`: as Go and OpenSSL do. What clusters use: kubeadm's CAs, for one, had the serial number 0.
 * - `rfc5280`: every MUST of RFC 5280 §4 that a verifier can see.
 * - `webpki`: in addition, the profiles of the CA/Browser Forum's Baseline Requirements.
 */
export type PathProfile = "compatible" | "rfc5280" | "webpki";

/** Whom the leaf must name. RFC 9525 §6 */
export type PeerName =
  | { readonly type: "dns"; readonly value: string }
  | { readonly type: "ip"; readonly value: string }
  | { readonly type: "email"; readonly value: string };

export interface PathOptions {
  /** Certificates that are trusted as they are: name and key. */
  readonly trustAnchors: readonly Certificate[];
  /** Certificates that may help to reach one of them. Not trusted. */
  readonly intermediates: readonly Certificate[];
  readonly now: Date;
  readonly verifier: Verifier;
  /** @defaultValue `compatible` */
  readonly profile?: PathProfile;
  /** Extended key usage that the leaf, and every CA that limits usages, must have. Absent: any. */
  readonly usage?: "serverAuth" | "clientAuth";
  /** All of these must be named. Absent: no name is checked. */
  readonly peerNames?: readonly PeerName[];
  /** How many CAs may stand between leaf and anchor; self-issued ones do not count. @defaultValue {@link MAX_INTERMEDIATES} */
  readonly maxIntermediates?: number;
  /** A CRL whose issuer is one of the path's CAs must be valid, and must not list what that CA issued. */
  readonly crls?: readonly CertificateRevocationList[];
}

/** How many CAs may stand between leaf and anchor, unless the caller says otherwise. */
export const MAX_INTERMEDIATES = 8;

/** A certificate's place in a path. */
export type PathRole = "leaf" | "intermediate" | "anchor";

/** Why a path is not valid. Thrown and caught within path building; the best reason reaches the caller. */
export class PathProblem extends Error {
  override readonly name = "PathProblem";
}
