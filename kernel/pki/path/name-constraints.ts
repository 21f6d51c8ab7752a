import type { Certificate } from "../x509/certificate.ts";
import {
  attributeValues,
  type DistinguishedName,
  isEmptyName,
  type NameAttribute,
} from "../x509/distinguished-name.ts";
import type { NameConstraints } from "../x509/extensions.ts";
import type { GeneralName, NameConstraint } from "../x509/general-name.ts";
import { encodeIp } from "../x509/ip-address.ts";
import { isDnsName, isWildcardName, isWithinDomain } from "./dns-name.ts";
import { PathProblem, type PathProfile } from "./path-types.ts";

/** How many comparisons one path may cost: how many names and constraints there are is under an attacker's control. */
const MAX_COMPARISONS = 50_000;

/** Counts down while a path is validated. */
export class ComparisonBudget {
  #left = MAX_COMPARISONS;

  /** @throws PathProblem when it is used up. */
  spend(comparisons: number): void {
    this.#left -= comparisons;
    if (this.#left < 0) throw new PathProblem("its name constraints take too many comparisons");
  }
}

/**
 * Checks the names of a certificate against the constraints of a CA above it. RFC 5280 §4.2.1.10
 *
 * @throws PathProblem if a name is excluded or not permitted, or if a constraint or constrained name is malformed.
 */
export function checkNameConstraints(
  certificate: Certificate,
  { permitted, excluded }: NameConstraints,
  profile: PathProfile,
  budget: ComparisonBudget,
): void {
  const names = constrainedNames(certificate);
  budget.spend(names.length * (permitted.length + excluded.length));
  for (const constraint of [...permitted, ...excluded]) checkConstraint(constraint, profile);
  for (const name of names) {
    const relevant = (constraint: NameConstraint): boolean => sameForm(constraint, name);
    const [allowed, forbidden] = [permitted.filter(relevant), excluded.filter(relevant)];
    if (allowed.length + forbidden.length === 0) continue;
    const matches = matcherOf(name);
    if (forbidden.some((constraint) => matches(constraint, true)))
      throw new PathProblem("one of its names is excluded by a CA above it");
    if (allowed.length > 0 && !allowed.some((constraint) => matches(constraint, false)))
      throw new PathProblem("one of its names is not permitted by a CA above it");
  }
}

/** Subject and subject alternative names; e-mail addresses of the subject count where there is no other. */
function constrainedNames({ subject, extensions }: Certificate): GeneralName[] {
  const names = extensions.subjectAltNames ?? [];
  const directory: GeneralName[] = isEmptyName(subject) ? [] : [{ type: "directory", value: subject }];
  const emails = names.some(({ type }) => type === "email") ? [] : attributeValues(subject, "emailAddress");
  return [...names, ...directory, ...emails.map((value) => ({ type: "email", value }) as const)];
}

function sameForm(constraint: NameConstraint, name: GeneralName): boolean {
  if (constraint.type === "other" && name.type === "other") return constraint.tag === name.tag;
  return constraint.type === name.type;
}

function checkConstraint(constraint: NameConstraint, profile: PathProfile): void {
  if (constraint.type === "dns") {
    // RFC 5280 has no leading period here, but CAs write it and verifiers read it.
    const base = profile === "compatible" ? constraint.value.replace(/^\./, "") : constraint.value;
    if (base !== "" && !isDnsName(base)) throw new PathProblem("a CA above it has a malformed dNSName constraint");
  }
  if (constraint.type === "email" && constraint.value.split("@").length > 2)
    throw new PathProblem("a CA above it has a malformed rfc822Name constraint");
}

/**
 * Whether a name lies within a constraint of its own form.
 *
 * @param isExclusion - then a wildcard matches if any name that it stands for would.
 */
type Matcher = (constraint: NameConstraint, isExclusion: boolean) => boolean;

/** Takes a name apart once, however many constraints it is compared with. @throws PathProblem if it is malformed */
function matcherOf(name: GeneralName): Matcher {
  switch (name.type) {
    case "dns":
      return dnsMatcher(name.value);
    case "ip": {
      const octets = encodeIp(name.value);
      return (constraint) => constraint.type === "ip" && octets !== undefined && ipMatches(octets, constraint);
    }
    case "email":
      return emailMatcher(name.value);
    case "uri": {
      const host = hostOf(name.value);
      return (constraint) => constraint.type === "uri" && hostMatches(host, constraint.value);
    }
    case "directory":
      return (constraint) => constraint.type === "directory" && directoryMatches(name.value, constraint.value);
    case "other":
      // A form that is not understood cannot be evaluated: what it excludes or permits is refused.
      return (_constraint, isExclusion) => isExclusion;
  }
}

function dnsMatcher(presented: string): Matcher {
  const name = presented.toLowerCase();
  const isWildcard = isWildcardName(name);
  if (!isWildcard && !isDnsName(name)) throw new PathProblem("one of its dNSNames is not a host name");
  const domain = isWildcard ? name.slice(2) : name;
  return (constraint, isExclusion) => {
    if (constraint.type !== "dns") return false;
    const base = constraint.value.toLowerCase();
    if (base.startsWith(".")) return domain.endsWith(base) || (isWildcard && `.${domain}` === base);
    // "*.example.com" stands for "bar.example.com", too: CVE-2025-61727.
    const mayBecomeBase = isExclusion && isWildcard && base.slice(base.indexOf(".")) === `.${domain}`;
    return mayBecomeBase || isWithinDomain(domain, base);
  };
}

function ipMatches(octets: Uint8Array, range: { readonly address: Uint8Array; readonly mask: Uint8Array }): boolean {
  const { address, mask } = range;
  if (octets.length !== address.length) return false;
  return octets.every((octet, i) => ((octet ^ (address[i] ?? 0)) & (mask[i] ?? 0)) === 0);
}

function emailMatcher(mailbox: string): Matcher {
  const [local = "", host = "", ...rest] = mailbox.split("@");
  if (local === "" || host === "" || rest.length > 0) throw new PathProblem("one of its rfc822Names is not a mailbox");
  return (constraint) => {
    if (constraint.type !== "email") return false;
    const [wantedLocal = "", wantedHost] = constraint.value.split("@");
    // Host names know no case; the local part does.
    if (wantedHost !== undefined) return local === wantedLocal && host.toLowerCase() === wantedHost.toLowerCase();
    return hostMatches(host, constraint.value);
  };
}

function hostOf(uri: string): string {
  const host = /^[a-z][a-z0-9+.-]*:\/\/(?:[^/?#@]*@)?(\[[^\]]*\]|[^/?#:]*)/i.exec(uri)?.[1] ?? "";
  if (host === "" || host.startsWith("[") || encodeIp(host) !== undefined)
    throw new PathProblem("one of its URIs has no host name, though a CA above it constrains host names");
  return host;
}

/** A leading period: hosts below; else that host itself. */
function hostMatches(host: string, constraint: string): boolean {
  const [name, base] = [host.toLowerCase(), constraint.toLowerCase()];
  return base.startsWith(".") ? name.endsWith(base) && name.length > base.length : base === "" || name === base;
}

/** The relative names of the constraint must be the first ones of the name. */
function directoryMatches(name: DistinguishedName, base: DistinguishedName): boolean {
  return base.relativeNames.every((relative, i) => {
    const own = name.relativeNames[i] ?? [];
    return (
      own.length === relative.length && relative.every((attribute) => own.some((one) => sameAttribute(one, attribute)))
    );
  });
}

/** As RFC 5280 §7.1 compares strings, for what CAs write: case and runs of spaces do not matter. */
function sameAttribute(a: NameAttribute, b: NameAttribute): boolean {
  const fold = (text: string): string => text.trim().replaceAll(/ +/g, " ").toLowerCase();
  return a.oid === b.oid && fold(a.value) === fold(b.value);
}
