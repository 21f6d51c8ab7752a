import { equalBytes } from "@tegata/bytes";
import { TegataError } from "@tegata/errors";
import type { Certificate } from "../x509/certificate.ts";
import { formatDistinguishedName, sameName } from "../x509/distinguished-name.ts";
import { encodeIp, formatIp } from "../x509/ip-address.ts";
import { checkRules } from "./certificate-rules.ts";
import { matchesHost } from "./dns-name.ts";
import { checkNameConstraints, ComparisonBudget } from "./name-constraints.ts";
import { MAX_INTERMEDIATES, type PathOptions, PathProblem, type PeerName } from "./path-types.ts";
import { checkRevocation } from "./revocation.ts";

/** How many signatures may be checked to find one path: whoever sends certificates decides how many could fit. */
const MAX_SIGNATURE_CHECKS = 32;
/** Longest path with all self-issued certificates. */
const MAX_PATH_LENGTH = 24;

/**
 * Finds a path from a certificate to a trust anchor and validates it. RFC 5280 §6.1, with the anchors' own certificates
 * checked, too, as Go and OpenSSL do. Certificate policies are not evaluated.
 *
 * @returns the path, leaf first, anchor last.
 * @throws TegataError `CERTIFICATE_PATH_INVALID` (kind `integrity`) with the reason of the path that came furthest.
 */
export function validateCertificatePath(leaf: Certificate, options: PathOptions): readonly Certificate[] {
  return new PathSearch(leaf, options).find();
}

class PathSearch {
  readonly #leaf: Certificate;
  readonly #options: Required<Omit<PathOptions, "usage">> & Pick<PathOptions, "usage">;
  #signatureChecks = 0;
  /** The best reason so far, and how long the path was for which it was found. */
  #problem = { depth: -1, text: "no trust anchor issued it" };

  constructor(leaf: Certificate, options: PathOptions) {
    this.#leaf = leaf;
    this.#options = {
      profile: "compatible",
      peerNames: [],
      maxIntermediates: MAX_INTERMEDIATES,
      crls: [],
      ...options,
    };
  }

  find(): readonly Certificate[] {
    const path = this.#attempt(0, () => {
      this.#checkLeaf();
      return this.#extend([this.#leaf]);
    });
    if (path !== undefined) return path;
    throw new TegataError({
      kind: "integrity",
      code: "CERTIFICATE_PATH_INVALID",
      message: `the certificate "${formatDistinguishedName(this.#leaf.subject)}" is not trusted: ${this.#problem.text}`,
      remedy:
        "Check that the trust bundle holds its issuing CA, that intermediates were sent along, and that all are in their time.",
    });
  }

  #checkLeaf(): void {
    const { profile, usage, peerNames } = this.#options;
    const { extensions } = this.#leaf;
    this.#checkTime(this.#leaf);
    checkRules(this.#leaf, "leaf", profile);
    checkUsage(this.#leaf, usage);
    for (const name of peerNames)
      if (!(extensions.subjectAltNames ?? []).some((presented) => isNamed(presented, name)))
        throw new PathProblem(`it does not name "${name.value}"`);
  }

  /** Looks for the rest of a path: first among the anchors, so that paths stay short. */
  #extend(path: readonly Certificate[]): readonly Certificate[] | undefined {
    const [current] = path.slice(-1);
    if (current === undefined || path.length >= MAX_PATH_LENGTH) return undefined;
    const { trustAnchors, intermediates } = this.#options;
    for (const anchor of issuersOf(current, trustAnchors)) {
      const found = this.#attempt(path.length + 1, () => this.#finish(path, anchor));
      if (found !== undefined) return found;
    }
    for (const issuer of issuersOf(current, intermediates)) {
      if (this.#signatureChecks > MAX_SIGNATURE_CHECKS) return undefined;
      // Two certificates of one CA that sign each other would go on for ever.
      if (path.some((one) => equalBytes(one.der, issuer.der))) continue;
      const found = this.#attempt(path.length, () => {
        this.#checkIssuer(path, issuer, "intermediate");
        return this.#extend([...path, issuer]);
      });
      if (found !== undefined) return found;
    }
    return undefined;
  }

  #finish(path: readonly Certificate[], anchor: Certificate): readonly Certificate[] {
    this.#checkIssuer(path, anchor, "anchor");
    const whole = [...path, anchor];
    this.#checkNames(whole);
    const { crls, now, verifier } = this.#options;
    for (const [i, certificate] of path.entries())
      checkRevocation(certificate, whole[i + 1] ?? anchor, crls, { now, verifier });
    return whole;
  }

  /** Everything that concerns an issuer and what it issued; the signature, which costs most, comes last. */
  #checkIssuer(path: readonly Certificate[], issuer: Certificate, role: "intermediate" | "anchor"): void {
    const { profile, usage, maxIntermediates, verifier } = this.#options;
    this.#checkTime(issuer);
    checkRules(issuer, role, profile);
    checkUsage(issuer, usage);
    const below = path.slice(1).filter(({ subject, issuer: by }) => !sameName(subject, by)).length;
    if (below > (issuer.extensions.basicConstraints?.pathLength ?? Infinity))
      throw new PathProblem("a CA above it allows fewer CAs below itself");
    if (below > maxIntermediates) throw new PathProblem("there are too many CAs above it");
    const [issued] = path.slice(-1);
    if (issued === undefined) return;
    this.#signatureChecks += 1;
    if (this.#signatureChecks > MAX_SIGNATURE_CHECKS)
      throw new PathProblem("too many certificates could have issued it");
    const { algorithm, oid } = issued.signatureAlgorithm;
    if (algorithm === undefined) throw new PathProblem(`the signature algorithm ${oid} is not accepted`);
    const request = {
      algorithm,
      publicKeySpki: issuer.publicKey.spki,
      message: issued.tbs,
      signature: issued.signature,
    };
    if (!verifier.verify(request)) throw new PathProblem("its signature, or that of a CA above it, is wrong");
  }

  /** A CA's name constraints bind all below it but CAs that issued to themselves. RFC 5280 §6.1.3 (b), (c) */
  #checkNames(path: readonly Certificate[]): void {
    const budget = new ComparisonBudget();
    for (const [height, { extensions }] of path.entries()) {
      if (extensions.nameConstraints === undefined) continue;
      for (const [i, certificate] of path.slice(0, height).entries()) {
        if (i > 0 && sameName(certificate.subject, certificate.issuer)) continue;
        checkNameConstraints(certificate, extensions.nameConstraints, this.#options.profile, budget);
      }
    }
  }

  /** Certificates know whole seconds, and are valid in the last one to its end. RFC 5280 §4.1.2.5 */
  #checkTime({ notBefore, notAfter }: Certificate): void {
    const second = Math.floor(this.#options.now.getTime() / 1000) * 1000;
    if (second < notBefore.getTime())
      throw new PathProblem(`it, or a CA above it, is not valid before ${notBefore.toISOString()}`);
    if (second > notAfter.getTime())
      throw new PathProblem(`it, or a CA above it, expired at ${notAfter.toISOString()}`);
  }

  /** Runs one step; a problem ends this branch of the search, and is remembered if it was found further along. */
  #attempt<T>(depth: number, step: () => T): T | undefined {
    try {
      return step();
    } catch (error) {
      if (!(error instanceof PathProblem)) throw error;
      if (depth > this.#problem.depth) this.#problem = { depth, text: error.message };
      return undefined;
    }
  }
}

/** Candidates by name; those whose key identifier is the one that the certificate names come first. */
function issuersOf({ issuer, extensions }: Certificate, candidates: readonly Certificate[]): Certificate[] {
  const keyId = extensions.authorityKeyId?.keyId;
  const named = candidates.filter(({ subject }) => sameName(subject, issuer));
  if (keyId === undefined || named.length < 2) return named;
  const isHinted = ({ extensions: own }: Certificate): boolean =>
    own.subjectKeyId !== undefined && equalBytes(own.subjectKeyId, keyId);
  return [...named.filter(isHinted), ...named.filter((one) => !isHinted(one))];
}

/** Absent: any usage. `any` counts for all. */
function checkUsage({ extensions: { extendedKeyUsage } }: Certificate, usage: PathOptions["usage"]): void {
  if (usage === undefined || extendedKeyUsage === undefined) return;
  if (!extendedKeyUsage.includes(usage) && !extendedKeyUsage.includes("any"))
    throw new PathProblem(`it, or a CA above it, may not be used for ${usage}`);
}

function isNamed(presented: { readonly type: string; readonly value?: unknown }, name: PeerName): boolean {
  if (presented.type !== name.type || typeof presented.value !== "string") return false;
  if (name.type === "dns") return matchesHost(presented.value, name.value.replace(/\.$/, ""));
  if (name.type === "email") return presented.value === name.value;
  const octets = encodeIp(name.value);
  return octets !== undefined && presented.value === formatIp(octets);
}
